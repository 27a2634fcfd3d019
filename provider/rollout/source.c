#include "provider/rollout/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/check.h"

void source_free(struct source *source)
{
    if (!source)
        return;
    policy_set_free(source->set);
    free(source);
}

static enum status source_new(const struct realms *realms,
                              struct source **source_out)
{
    OWNED(source) source = calloc(1, sizeof(*source));

    if (!source)
        return STATUS_NO_MEMORY;
    TRY(policy_set_new(&source->set));
    policy_set_spell(source->set, realms);
    *source_out = TAKE(source);
    return STATUS_OK;
}

static void write_digest(struct source *source)
{
    for (size_t i = 0; i < sizeof(source->policy->digest); i++)
        snprintf(source->digest + 2 * i, 3, "%02x", source->policy->digest[i]);
}

/* Versions keep files by name only, wherever they were read. */
static const char *base_name(const struct source *source, size_t i,
                             struct text *text_out)
{
    const char *name;
    const char *slash;

    policy_set_file(source->set, i, &name, text_out);
    slash = strrchr(name, '/');
    return slash ? slash + 1 : name;
}

static enum status check_names(struct source *source)
{
    const size_t n = policy_set_n_files(source->set);
    struct text text;

    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(base_name(source, i, &text),
                       base_name(source, j, &text)) == 0) {
                policy_set_blame(
                    source->set,
                    (struct policy_place){base_name(source, i, &text), 1, 1},
                    "two files have this name");
                return STATUS_INVALID;
            }
    return STATUS_OK;
}

static enum status finish(struct source *source)
{
    enum status status = policy_set_compile(source->set, &source->policy);

    if (status == STATUS_OK)
        status = check_names(source);
    if (status == STATUS_OK)
        write_digest(source);
    else
        source->policy = NULL;
    return status;
}

enum status source_check(struct source *source,
                         const struct policy_facts *facts)
{
    return policy_set_check(source->set, facts);
}

/* ---- A directory ---- */

enum status source_read_directory(const char *path, const struct realms *realms,
                                  struct source **source_out)
{
    OWNED(source) source = NULL;
    enum status status;

    TRY(source_new(realms, &source));
    status = policy_set_add_directory(source->set, path);
    if (status == STATUS_OK)
        status = finish(source);
    else
        policy_set_blame(source->set, (struct policy_place){path, 1, 1},
                         "the directory cannot be read");
    *source_out = TAKE(source);
    return status;
}

/* ---- A request ---- */

static enum status add_json(struct policy_set *set, const json_t *files)
{
    void *at = json_object_iter((json_t *)(uintptr_t)files);

    for (; at; at = json_object_iter_next((json_t *)(uintptr_t)files, at)) {
        const char *name = json_object_iter_key(at);
        const json_t *text = json_object_iter_value(at);

        if (!json_is_string(text))
            policy_set_blame(set, (struct policy_place){name, 1, 1},
                             "a file is a string");
        else if (!text_is_name(text_of(name), POLICY_USER_MAX_BYTES))
            policy_set_blame(set, (struct policy_place){.file = NULL},
                             "not a valid name for a file");
        else
            TRY(policy_set_add(set, name,
                               (struct text){json_string_value(text),
                                             json_string_length(text)}));
    }
    return STATUS_OK;
}

enum status source_read_json(const json_t *files, const struct realms *realms,
                             struct source **source_out)
{
    OWNED(source) source = NULL;
    enum status status;

    TRY(source_new(realms, &source));
    TRY(add_json(source->set, files));
    status = finish(source);
    *source_out = TAKE(source);
    return status;
}

/* ---- A version ---- */

static enum status add_stored(void *context, struct policy_file file)
{
    SCOPED(memory_drop) char *name = text_dup(file.name);

    if (!name)
        return STATUS_NO_MEMORY;
    return policy_set_add(context, name, file.text);
}

enum status source_read_stored(struct store *store, const char *digest,
                               const struct realms *realms,
                               struct source **source_out)
{
    OWNED(source) source = NULL;
    enum status status;

    TRY(source_new(realms, &source));
    TRY(policy_files_visit(store, digest, add_stored, source->set));
    status = finish(source);
    *source_out = TAKE(source);
    return status;
}

size_t source_n_bytes(const struct source *source)
{
    size_t n = 0;

    for (size_t i = 0; i < policy_set_n_files(source->set); i++) {
        const char *name;
        struct text text;

        policy_set_file(source->set, i, &name, &text);
        n += text.size;
    }
    return n;
}

enum status source_keep(const struct source *source, struct store *store)
{
    const size_t n = policy_set_n_files(source->set);
    SCOPED(memory_drop) struct policy_file *files = calloc(n, sizeof(*files));

    if (!files)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        files[i].name = text_of(base_name(source, i, &files[i].text));
    return policy_files_put(store, source->digest, files, n);
}

/* ---- Messages ---- */

void source_blame(struct source *source, const char *sentence)
{
    const char *end = strstr(sentence, ": ");
    const char *colon =
        end ? memrchr(sentence, ':', (size_t)(end - sentence)) : NULL;
    struct policy_place place = {.file = NULL};
    char file[POLICY_USER_MAX_BYTES + 1];

    if (colon) {
        snprintf(file, sizeof(file), "%.*s", (int)(colon - sentence), sentence);
        place = (struct policy_place){
            file, (unsigned)strtoul(colon + 1, NULL, 10), 1};
        sentence = end + 2;
    }
    policy_set_blame(source->set, place, sentence);
}

void source_write_lines(const struct source *source, struct buf *out)
{
    size_t n;
    const struct policy_message *messages =
        policy_set_messages(source->set, &n);

    for (size_t i = 0; i < n; i++)
        policy_message_write(&messages[i], out);
}

void source_write_messages(const struct source *source, struct json_writer *w)
{
    size_t n;
    const struct policy_message *messages =
        policy_set_messages(source->set, &n);

    writer_array_begin(w);
    for (size_t i = 0; i < n; i++) {
        const struct policy_message *message = &messages[i];

        writer_object_begin(w);
        writer_put_string(w, "severity",
                          message->severity == POLICY_ERROR ? "error"
                                                            : "warning");
        writer_put_string(w, "file", message->place.file);
        writer_put_int(w, "line", message->place.line);
        writer_put_int(w, "column", message->place.column);
        writer_put_string(w, "text", message->text);
        writer_object_end(w);
    }
    writer_array_end(w);
}
