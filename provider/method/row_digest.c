#include "provider/method/row_digest.h"

#include <openssl/evp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "provider/base/own.h"
#include "provider/call/sent.h"

enum { ROW_BYTES = 4096, HASH_BYTES = ROW_DIGEST_CHARS / 2, DEPTH_MAX = 8 };

/* ---- Usual rows, as the library would write them ---- */

struct out {
    char *at;
    char *end;
};

static bool put(struct out *out, const char *data, size_t size)
{
    if ((size_t)(out->end - out->at) < size)
        return false;
    memcpy(out->at, data, size);
    out->at += size;
    return true;
}

/* False: it needs escapes, which are left to the library. */
static bool put_text(struct out *out, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)text[i] < 0x20 || (unsigned char)text[i] >= 0x7F ||
            text[i] == '"' || text[i] == '\\')
            return false;
    return put(out, "\"", 1) && put(out, text, size) && put(out, "\"", 1);
}

static bool put_integer(struct out *out, json_int_t value)
{
    char digits[24];
    char *at = digits + sizeof(digits);
    uint64_t left = value < 0 ? -(uint64_t)value : (uint64_t)value;

    do {
        *--at = (char)('0' + left % 10);
        left /= 10;
    } while (left);
    if (value < 0)
        *--at = '-';
    return put(out, at, (size_t)(digits + sizeof(digits) - at));
}

static bool put_value(struct out *out, const json_t *value, int depth);

static bool put_array(struct out *out, const json_t *array, int depth)
{
    const size_t n = json_array_size(array);

    if (!put(out, "[", 1))
        return false;
    for (size_t i = 0; i < n; i++)
        if ((i && !put(out, ",", 1)) ||
            !put_value(out, json_array_get(array, i), depth))
            return false;
    return put(out, "]", 1);
}

static bool put_object(struct out *out, const json_t *object, int depth)
{
    json_t *members = (json_t *)(uintptr_t)object;
    void *first = json_object_iter(members);

    if (!put(out, "{", 1))
        return false;
    for (void *at = first; at; at = json_object_iter_next(members, at)) {
        const char *key = json_object_iter_key(at);

        if ((at != first && !put(out, ",", 1)) ||
            !put_text(out, key, strlen(key)) || !put(out, ":", 1) ||
            !put_value(out, json_object_iter_value(at), depth))
            return false;
    }
    return put(out, "}", 1);
}

static bool put_value(struct out *out, const json_t *value, int depth)
{
    if (depth == 0)
        return false;
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return put_object(out, value, depth - 1);
    case JSON_ARRAY:
        return put_array(out, value, depth - 1);
    case JSON_STRING:
        return put_text(out, json_string_value(value),
                        json_string_length(value));
    case JSON_INTEGER:
        return put_integer(out, json_integer_value(value));
    case JSON_TRUE:
        return put(out, "true", 4);
    case JSON_FALSE:
        return put(out, "false", 5);
    case JSON_NULL:
        return put(out, "null", 4);
    case JSON_REAL:
        break;
    }
    return false;
}

/* ---- The digest ---- */

static int add(const char *data, size_t size, void *context)
{
    return EVP_DigestUpdate(context, data, size) == 1 ? 0 : -1;
}

static bool add_row(const json_t *row, EVP_MD_CTX *digest)
{
    char text[ROW_BYTES];
    struct out out = {text, text + sizeof(text)};

    if (put_value(&out, row, DEPTH_MAX))
        return add(text, (size_t)(out.at - text), digest) == 0;
    return json_dump_callback(row, add, digest, JSON_COMPACT) == 0;
}

static void json_drop(json_t **json)
{
    json_decref(*json);
}

static bool add_masked(const json_t *row, EVP_MD_CTX *digest)
{
    SCOPED(json_drop) json_t *masked = NULL;

    return sent_mask(row, &masked) && add_row(masked ? masked : row, digest);
}

static void digest_drop(EVP_MD_CTX **digest)
{
    EVP_MD_CTX_free(*digest);
}

enum status row_digest(const json_t *rows, size_t n, bool is_masked,
                       char hex_out[ROW_DIGEST_CHARS + 1])
{
    SCOPED(digest_drop) EVP_MD_CTX *digest = EVP_MD_CTX_new();
    bool (*add_one)(const json_t *, EVP_MD_CTX *) =
        is_masked ? add_masked : add_row;
    unsigned char hash[HASH_BYTES];

    if (!digest || EVP_DigestInit_ex(digest, EVP_sha256(), NULL) != 1)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        if (!add_one(json_array_get(rows, i), digest) ||
            add("\n", 1, digest) != 0)
            return STATUS_NO_MEMORY;
    if (EVP_DigestFinal_ex(digest, hash, NULL) != 1)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < HASH_BYTES; i++)
        snprintf(hex_out + 2 * i, 3, "%02x", hash[i]);
    return STATUS_OK;
}
