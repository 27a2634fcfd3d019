#include "provider/smsctl/suggest/suggestion.h"

#include <string.h>

#include "provider/client/answer.h"
#include "provider/smsctl/suggest/class_names.h"
#include "rbac/catalog.h"

enum { NAMES_MAX = 1024 };

/* The word that stands where the verb's usage has this one, "CLASS"; NULL:
 * none does. */
static const char *word_of(const struct console *console, const char *kind)
{
    const struct arguments *arguments = &console->arguments;
    const char *at = arguments->verb ? arguments->verb->words : "";
    const size_t size = strlen(kind);

    for (size_t i = 0; *at && i < arguments->n_words; i++) {
        const char *name = at + (*at == '[');

        if (strncmp(name, kind, size) == 0 &&
            (name[size] == ' ' || name[size] == ']' || !name[size]))
            return arguments->words[i];
        at += strcspn(at, " ");
        at += *at == ' ';
    }
    return NULL;
}

static void suggest(struct console *console, const char *what, const char *word,
                    const char *const names[], size_t n)
{
    const char *nearest = text_nearest(text_of(word), names, n);

    if (nearest)
        console_line(console, "  next: there is no %s %s; did you mean %s?",
                     what, word, nearest);
    else
        console_line(console, "  given: %s", word);
}

static size_t add_name(const char *names[NAMES_MAX], size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(names[i], name) == 0)
            return n;
    }
    if (n < NAMES_MAX)
        names[n++] = name;
    return n;
}

/* Of the class that is named, or of all if that says nothing. */
static void suggest_operation(struct console *console, const char *word)
{
    const char *class_name = word_of(console, "CLASS");
    const struct rbac_type *type =
        rbac_catalog_class(&rbac_catalog, text_of(class_name));
    const char *names[NAMES_MAX];
    size_t n = 0;

    for (size_t i = 0; i < rbac_catalog.n_types; i++) {
        for (int bit = 0; bit < RBAC_OPERATIONS_MAX; bit++) {
            const char *name = rbac_operation_name(&rbac_catalog.types[i], bit);

            if (name && (!type || type == &rbac_catalog.types[i]))
                n = add_name(names, n, name);
        }
    }
    suggest(console, "operation", word, names, n);
}

/* Of the objects of a list, the nearest value of a member. */
static void suggest_listed(struct console *console, const char *what,
                           const char *word, const json_t *list,
                           const char *member)
{
    const char *names[NAMES_MAX];
    size_t n = 0;

    for (size_t i = 0; i < json_array_size(list) && n < NAMES_MAX; i++) {
        const char *name = answer_text(json_array_get(list, i), member);

        if (*name)
            names[n++] = name;
    }
    suggest(console, what, word, names, n);
}

/* CLASS METHOD .. or CLASS KEY METHOD .. */
static void suggest_method(struct console *console)
{
    const struct arguments *arguments = &console->arguments;
    const bool has_key =
        arguments->n_words > 2 && !strchr(arguments->words[2], '=');
    SCOPED(answer_drop) json_t *class = NULL;

    if (arguments->n_words < 2 ||
        console_try(console, "object.classes",
                    json_pack("{s:s}", "class", arguments->words[0]),
                    &class) != SMSCLIENT_OK)
        return;
    suggest_listed(console, "method", arguments->words[has_key ? 2 : 1],
                   json_object_get(class, "methods"), "name");
}

void suggestion_print_role(struct console *console, const char *word)
{
    SCOPED(answer_drop) json_t *page = NULL;

    if (console_try(console, "object.list",
                    json_pack("{s:s, s:[s], s:i}", "class", "SMS_Role",
                              "properties", "RoleName", "limit", NAMES_MAX),
                    &page) == SMSCLIENT_OK)
        suggest_listed(console, "role", word, json_object_get(page, "items"),
                       "RoleName");
}

void suggestion_print(struct console *console, const char *data)
{
    SCOPED(answer_drop) json_t *object = json_loads(data, 0, NULL);
    const char *property =
        json_string_value(json_object_get(object, "property"));
    const char *word;

    if (!property)
        return;
    if (strcmp(property, "class") == 0) {
        word = word_of(console, "CLASS");
        if (word)
            suggest(console, "class", word, class_names, n_class_names);
    } else if (strcmp(property, "operation") == 0) {
        word = word_of(console, "OPERATION");
        if (word)
            suggest_operation(console, word);
    } else if (strcmp(property, "method") == 0) {
        suggest_method(console);
    }
}
