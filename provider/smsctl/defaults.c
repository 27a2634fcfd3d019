#include "provider/smsctl/defaults.h"

#include <stdlib.h>

void defaults_clear(struct defaults *defaults)
{
    settings_clear(&defaults->user);
    settings_clear(&defaults->site);
    arena_free(defaults->arena);
    *defaults = (struct defaults){{NULL}};
}

/* A variable of the environment that is not empty. */
static const char *variable(enum option option)
{
    const char *name = option_rows[option].variable;
    const char *said = name ? secure_getenv(name) : NULL;

    return said && said[0] ? said : NULL;
}

static void choose_context(const struct arguments *arguments,
                           struct defaults *defaults)
{
    const char *const names[] = {
        arguments->values[OPTION_CONTEXT], variable(OPTION_CONTEXT),
        defaults->user.current, defaults->site.current, SETTINGS_DEFAULT};

    for (size_t i = 0; !defaults->context; i++)
        defaults->context = names[i];
    defaults->has_context = settings_find(&defaults->user, defaults->context) ||
                            settings_find(&defaults->site, defaults->context);
}

/* "~/" is the reader's home directory. */
static const char *expand_home(struct defaults *defaults, const char *value)
{
    const char *home = secure_getenv("HOME");

    return home && value[0] == '~' && value[1] == '/'
               ? arena_format(defaults->arena, "%s%s", home, value + 1)
               : value;
}

static void take_values(struct defaults *defaults, const char *const *values)
{
    for (size_t i = 0; values && i < OPTION_N_GLOBAL; i++) {
        if (values[i])
            defaults->values[i] = expand_home(defaults, values[i]);
    }
}

/* What counts in every context. */
static void take_general(struct defaults *defaults,
                         const struct settings *settings)
{
    static const enum option general[] = {OPTION_OUTPUT, OPTION_TIMEOUT,
                                          OPTION_AGENT};

    for (size_t i = 0; i < ARRAY_SIZE(general); i++) {
        if (settings->values[general[i]])
            defaults->values[general[i]] = settings->values[general[i]];
    }
}

static void take_context(struct defaults *defaults)
{
    take_values(defaults, settings_find(&defaults->site, defaults->context));
    take_values(defaults, settings_find(&defaults->user, defaults->context));
}

static void take_variables(struct defaults *defaults)
{
    for (size_t i = 0; i < OPTION_N_GLOBAL; i++) {
        const char *said = variable((enum option)i);

        if (said)
            defaults->values[i] = said;
    }
}

static void take_arguments(struct defaults *defaults,
                           const struct arguments *arguments)
{
    for (size_t i = 0; i < OPTION_N_GLOBAL; i++) {
        if (arguments->values[i])
            defaults->values[i] = arguments->values[i];
    }
}

enum status defaults_read(const struct arguments *arguments, const char *path,
                          const char *site_path, struct defaults *defaults_out,
                          struct buf *why)
{
    *defaults_out = (struct defaults){{NULL}};
    TRY(arena_new(16 * SETTINGS_FILE_MAX_BYTES, &defaults_out->arena));
    TRY(settings_read(site_path, SETTINGS_OF_SITE, &defaults_out->site, why));
    TRY(settings_read(path, SETTINGS_OF_USER, &defaults_out->user, why));
    choose_context(arguments, defaults_out);
    take_general(defaults_out, &defaults_out->site);
    take_general(defaults_out, &defaults_out->user);
    if (arguments->values[OPTION_CONTEXT])
        take_variables(defaults_out);
    take_context(defaults_out);
    if (!arguments->values[OPTION_CONTEXT])
        take_variables(defaults_out);
    take_arguments(defaults_out, arguments);
    return arena_status(defaults_out->arena);
}
