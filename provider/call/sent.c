#include "provider/call/sent.h"

#include <stdio.h>
#include <string.h>

#include <jansson.h>
#include <openssl/evp.h>

#include "provider/call/method.h"

enum { SENT_MAX_BYTES = 2048, HASH_BYTES = 32 };

/* ---- What is masked ---- */

/* An object that says it is masked, or that does not clearly deny it: whatever
 * class it was sent for, and whether or not it was accepted. */
static bool is_masked(const json_t *object)
{
    const char *name;
    json_t *value;

    json_object_foreach ((json_t *)(uintptr_t)object, name, value)
        if (text_equal_nocase(text_of(name), TEXT("IsMasked")))
            return !json_is_false(value);
    return false;
}

static bool has_masked(const json_t *json)
{
    const char *name;
    json_t *value;

    for (size_t i = 0; i < json_array_size(json); i++)
        if (has_masked(json_array_get(json, i)))
            return true;
    json_object_foreach ((json_t *)(uintptr_t)json, name, value)
        if (has_masked(value))
            return true;
    return is_masked(json);
}

/* Its name is what remains. */
static void mask_object(json_t *object)
{
    const char *name;
    json_t *value;
    void *next;

    json_object_foreach_safe(
        object, next, name,
        value) if (!text_equal_nocase(text_of(name), TEXT("Name")) ||
                   !json_is_string(value)) json_object_del(object, name);
    json_object_set_new(object, "IsMasked", json_true());
}

static void mask(json_t *json)
{
    const char *name;
    json_t *value;

    for (size_t i = 0; i < json_array_size(json); i++)
        mask(json_array_get(json, i));
    json_object_foreach (json, name, value)
        mask(value);
    if (is_masked(json))
        mask_object(json);
}

bool sent_mask(const json_t *sent, json_t **masked_out)
{
    *masked_out = NULL;
    if (!has_masked(sent))
        return true;
    *masked_out = json_deep_copy(sent);
    mask(*masked_out);
    return *masked_out != NULL;
}

static void json_drop(json_t **json)
{
    json_decref(*json);
}

/* ---- The record ---- */

/* A change's content; NULL for anything but a change. */
static const json_t *content_of(const struct call *call)
{
    const json_t *sent = params_value(call->params, "properties");

    if (!sent)
        sent = params_value(call->params, "args");
    return json_is_object(sent) && (call->method->flags & METHOD_WRITES) ? sent
                                                                         : NULL;
}

static void put_entries(const json_t *sent, struct json_writer *w)
{
    const char *name;
    json_t *value;

    writer_key(w, "sent_entries");
    writer_object_begin(w);
    json_object_foreach ((json_t *)(uintptr_t)sent, name, value)
        if (json_is_array(value) && strlen(name) <= OBJECT_KEY_MAX_BYTES)
            writer_put_int(w, name, (int64_t)json_array_size(value));
    writer_object_end(w);
}

static enum status put_summary(const json_t *sent, struct text text,
                               struct json_writer *w)
{
    unsigned char hash[HASH_BYTES];
    char hex[2 * HASH_BYTES + 1];

    if (EVP_Digest(text.data, text.size, hash, NULL, EVP_sha256(), NULL) != 1)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < HASH_BYTES; i++)
        snprintf(hex + 2 * i, 3, "%02x", hash[i]);
    writer_put_int(w, "sent_bytes", (int64_t)text.size);
    writer_put_string(w, "sent_sha256", hex);
    put_entries(sent, w);
    return STATUS_OK;
}

enum status sent_write(const struct call *call, struct json_writer *w)
{
    const json_t *sent = content_of(call);
    SCOPED(json_drop) json_t *masked = NULL;
    SCOPED(memory_drop) char *text = NULL;

    if (!sent)
        return STATUS_OK;
    if (!sent_mask(sent, &masked))
        return STATUS_NO_MEMORY;
    if (masked)
        sent = masked;
    text = json_dumps(sent, JSON_COMPACT);
    if (!text)
        return STATUS_NO_MEMORY;
    if (strlen(text) > SENT_MAX_BYTES)
        return put_summary(sent, text_of(text), w);
    writer_key(w, "sent");
    writer_raw(w, text_of(text));
    return STATUS_OK;
}
