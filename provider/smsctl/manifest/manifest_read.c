#include <stdlib.h>
#include <string.h>

#include "provider/smsctl/manifest/manifest_private.h"

enum { ARENA_MAX_BYTES = 512 * 1024 * 1024 };

enum status manifest_new(struct manifest **manifest_out)
{
    OWNED(manifest) manifest = calloc(1, sizeof(*manifest));

    if (!manifest)
        return STATUS_NO_MEMORY;
    TRY(arena_new(ARENA_MAX_BYTES, &manifest->arena));
    manifest->messages = messages_make(manifest->arena);
    *manifest_out = TAKE(manifest);
    return STATUS_OK;
}

void manifest_free(struct manifest *manifest)
{
    if (!manifest)
        return;
    for (size_t i = 0; i < manifest->n; i++)
        json_decref(manifest->objects[i].json);
    free(manifest->objects);
    arena_end(manifest->arena);
    free(manifest);
}

enum status manifest_keep(struct manifest *manifest,
                          const struct manifest_object *object)
{
    struct manifest_object *grown;

    if (manifest->n == MANIFEST_OBJECTS_MAX) {
        messages_error(&manifest->messages, object->place,
                       "more than %d objects; apply them in parts, or use "
                       "smsctl import",
                       MANIFEST_OBJECTS_MAX);
        return STATUS_INVALID;
    }
    if (manifest->n == manifest->n_room) {
        const size_t n_room = manifest->n_room ? 2 * manifest->n_room : 16;

        grown = realloc(manifest->objects, n_room * sizeof(*grown));
        if (!grown)
            return STATUS_NO_MEMORY;
        manifest->objects = grown;
        manifest->n_room = n_room;
    }
    manifest->objects[manifest->n] = *object;
    json_incref(object->json);
    manifest->n++;
    return STATUS_OK;
}

const struct manifest_object *manifest_objects(const struct manifest *manifest,
                                               size_t *n_out)
{
    *n_out = manifest->n;
    return manifest->objects;
}

const struct policy_message *manifest_messages(struct manifest *manifest,
                                               size_t *n_out)
{
    messages_sort(&manifest->messages);
    *n_out = manifest->messages.n_items;
    return manifest->messages.items;
}

/* ---- Which kind of file ---- */

static bool begins(struct text text, const char *word)
{
    const size_t size = strlen(word);

    return text.size >= size && memcmp(text.data, word, size) == 0;
}

static bool is_json(struct text text)
{
    size_t at = 0;

    while (at < text.size && strchr(" \t\r\n", text.data[at]))
        at++;
    return at < text.size && (text.data[at] == '{' || text.data[at] == '[');
}

bool manifest_is_like(struct text text)
{
    while (text.size > 0) {
        const char *end = memchr(text.data, '\n', text.size);
        const size_t size = end ? (size_t)(end - text.data) + 1 : text.size;

        if (begins(text, "class:") || begins(text, "- class:"))
            return true;
        text.data += size;
        text.size -= size;
    }
    return false;
}

static bool is_yaml_name(const char *file)
{
    const char *dot = strrchr(file, '.');

    return dot && (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0);
}

enum status manifest_add(struct manifest *manifest, const char *file,
                         struct text text)
{
    const char *name = arena_text(manifest->arena, text_of(file));
    const size_t before = manifest->messages.n_errors;
    enum status status;

    if (!name)
        return arena_status(manifest->arena);
    if (is_json(text) && !is_yaml_name(file))
        status = manifest_read_json(manifest, name, text);
    else
        status = manifest_read_yaml(manifest, name, text);
    if (status == STATUS_OK)
        status = arena_status(manifest->arena);
    if (status == STATUS_OK && manifest->messages.n_errors > before)
        return STATUS_INVALID;
    return status;
}
