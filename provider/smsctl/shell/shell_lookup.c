#include "provider/smsctl/shell/shell_lookup.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/client/answer.h"

enum { OBJECTS_MAX = 200 };

void shell_words_clear(struct shell_words *words)
{
    for (size_t i = 0; i < words->n; i++)
        free(words->items[i]);
    words->n = 0;
}

/* Takes the string over. Names that could steer the terminal are left out. */
static void add(struct shell_words *words, struct text partial, char *word)
{
    if (word && *word && words->n < COMPLETION_MAX &&
        strlen(word) >= partial.size &&
        memcmp(word, partial.data, partial.size) == 0 &&
        text_is_name(text_of(word), strlen(word)))
        words->items[words->n++] = word;
    else
        free(word);
}

/* ---- Of the provider ---- */

static json_t *ask(struct console *shell, const char *method, json_t *params)
{
    json_t *answer = NULL;

    if (!shell->is_signed_in) {
        json_decref(params);
        return NULL;
    }
    if (console_try(shell, method, params, &answer) == SMSCLIENT_UNAVAILABLE)
        shell->is_signed_in = false; /* the next line opens it again */
    return answer;
}

/* Of each object of a list, members of these names; NULL: the first. */
static void add_members(struct shell_words *words, struct text partial,
                        const json_t *list, const char *member,
                        const char *after)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *object = json_array_get(list, i);
        const json_t *value =
            member ? json_object_get(object, member)
                   : json_object_iter_value(json_object_iter(object));
        char *word = NULL;

        if (json_is_integer(value)
                ? asprintf(&word, "%" JSON_INTEGER_FORMAT "%s",
                           json_integer_value(value), after) < 0
                : asprintf(&word, "%s%s",
                           json_is_string(value) ? json_string_value(value)
                                                 : "",
                           after) < 0)
            word = NULL;
        add(words, partial, word);
    }
}

static void look_for_objects(struct console *shell, const char *class_name,
                             const char *name, struct text partial,
                             struct shell_words *words)
{
    SCOPED(answer_drop)
    json_t *page =
        ask(shell, "object.list",
            json_pack("{s:s, s:i}", "class", class_name, "limit", OBJECTS_MAX));
    const json_t *items = json_object_get(page, "items");

    if (!name)
        add_members(words, partial, items, NULL, "");
    add_members(words, partial, items, name ? name : "Name", "");
}

static void look_for_properties(struct console *shell, const char *class_name,
                                const char *after, struct text partial,
                                struct shell_words *words)
{
    SCOPED(answer_drop)
    json_t *answer =
        ask(shell, "object.classes", json_pack("{s:s}", "class", class_name));

    add_members(words, partial, json_object_get(answer, "properties"), "name",
                after);
}

static void look_for_versions(struct console *shell, struct text partial,
                              struct shell_words *words)
{
    SCOPED(answer_drop)
    json_t *page =
        ask(shell, "policy.history", json_pack("{s:i}", "limit", OBJECTS_MAX));

    add_members(words, partial, json_object_get(page, "items"), "version", "");
}

/* ---- Of the disk ---- */

static void drop_directory(DIR **directory)
{
    if (*directory)
        closedir(*directory);
}

static void look_for_files(struct text partial, struct shell_words *words)
{
    const char *slash = memrchr(partial.data, '/', partial.size);
    const size_t size = slash ? (size_t)(slash - partial.data) + 1 : 0;
    SCOPED(memory_drop) char *path = strndup(partial.data, size);
    SCOPED(drop_directory)
    DIR *directory = path ? opendir(*path ? path : ".") : NULL;
    const struct dirent *entry;

    while (directory && (entry = readdir(directory))) {
        char *word = NULL;

        if (entry->d_name[0] == '.')
            continue;
        if (asprintf(&word, "%s%s%s", path, entry->d_name,
                     entry->d_type == DT_DIR ? "/" : "") < 0)
            word = NULL;
        add(words, partial, word);
    }
}

/* ---- Which ---- */

void shell_lookup(struct console *shell, const struct completion *completion,
                  struct shell_words *words)
{
    const struct text partial = completion->partial;
    struct completion_place place = completion_place(completion);

    if (place.option == OPTION_PROPERTIES || place.option == OPTION_ORDER ||
        place.option == OPTION_BY) {
        if (place.class_name)
            look_for_properties(shell, place.class_name, "", partial, words);
    } else if (strncmp(place.word, "FILE", 4) == 0) {
        look_for_files(partial, words);
    } else if (strcmp(place.word, "ROLE") == 0) {
        look_for_objects(shell, "SMS_Role", "RoleName", partial, words);
    } else if (strcmp(place.word, "VERSION") == 0 ||
               strcmp(place.word, "FROM") == 0 ||
               strcmp(place.word, "TO") == 0) {
        look_for_versions(shell, partial, words);
    } else if (strcmp(place.word, "COLLECTION") == 0) {
        look_for_objects(shell, "SMS_Collection", NULL, partial, words);
    } else if (place.class_name && strcmp(place.word, "KEY") == 0) {
        look_for_objects(shell, place.class_name, NULL, partial, words);
    } else if (place.class_name && strcmp(place.word, "NAME=VALUE") == 0) {
        look_for_properties(shell, place.class_name, "=", partial, words);
    }
}
