#include "provider/smsctl/context/context_names.h"

#include <string.h>

static size_t add_name(const char *names[CONTEXT_NAMES_MAX], size_t n,
                       const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(names[i], name) == 0)
            return n;
    }
    if (n < CONTEXT_NAMES_MAX)
        names[n++] = name;
    return n;
}

size_t context_names(const struct defaults *defaults,
                     const char *names_out[CONTEXT_NAMES_MAX])
{
    const struct settings *const files[] = {&defaults->user, &defaults->site};
    size_t n = add_name(names_out, 0, SETTINGS_DEFAULT);

    for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
        for (size_t j = 0; j < files[i]->n_contexts; j++)
            n = add_name(names_out, n, files[i]->contexts[j].name.text);
    }
    return n;
}

enum smsclient_result context_check(struct console *console, const char *name)
{
    const char *names[CONTEXT_NAMES_MAX];
    const size_t n = context_names(&console->defaults, names);

    if (settings_find(&console->defaults.user, name) ||
        settings_find(&console->defaults.site, name))
        return SMSCLIENT_OK;
    console_unknown(console, "context", name, names, n);
    console_line(console, "  next: list them with smsctl config get-contexts, "
                          "or make it with smsctl config set-context.");
    return SMSCLIENT_NOT_FOUND;
}
