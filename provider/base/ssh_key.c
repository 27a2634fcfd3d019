#include "provider/base/ssh_key.h"

#include "provider/base/base64.h"
#include "provider/base/datetime.h"
#include "provider/base/own.h"

enum { LENGTH_BYTES = 4, ED25519_BYTES = 32, UNCOMPRESSED = 4 };

/* What stands behind the type in a blob. */
enum shape { SHAPE_ED25519, SHAPE_ECDSA, SHAPE_RSA };

static const struct key_type {
    const char *name;
    enum shape shape;
    const char *curve;  /* of ECDSA */
    size_t point_bytes; /* of a point of the curve */
    bool is_of_token;   /* has an application at its end */
} types[] = {
    {"ssh-ed25519", SHAPE_ED25519, NULL, 0, false},
    {"sk-ssh-ed25519@openssh.com", SHAPE_ED25519, NULL, 0, true},
    {"ecdsa-sha2-nistp256", SHAPE_ECDSA, "nistp256", 65, false},
    {"ecdsa-sha2-nistp384", SHAPE_ECDSA, "nistp384", 97, false},
    {"ecdsa-sha2-nistp521", SHAPE_ECDSA, "nistp521", 133, false},
    {"sk-ecdsa-sha2-nistp256@openssh.com", SHAPE_ECDSA, "nistp256", 65, true},
    {"ssh-rsa", SHAPE_RSA, NULL, 0, false},
};

static const struct key_type *find_type(struct text name)
{
    for (size_t i = 0; i < ARRAY_SIZE(types); i++)
        if (text_equal(name, text_of(types[i].name)))
            return &types[i];
    return NULL;
}

/* ---- Blobs ---- */

static uint32_t read_length(const char *at)
{
    const unsigned char *bytes = (const unsigned char *)at;

    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
           (uint32_t)bytes[2] << 8 | bytes[3];
}

bool ssh_string_read(struct text *rest, struct text *string_out)
{
    uint32_t size;

    if (rest->size < LENGTH_BYTES)
        return false;
    size = read_length(rest->data);
    if (size > rest->size - LENGTH_BYTES)
        return false;
    *string_out = (struct text){rest->data + LENGTH_BYTES, size};
    rest->data += LENGTH_BYTES + size;
    rest->size -= LENGTH_BYTES + size;
    return true;
}

/* The bits of a positive number in its shortest form; 0: it is none. */
static size_t read_bits(struct text *rest)
{
    struct text number;
    size_t bits;

    if (!ssh_string_read(rest, &number) || number.size == 0 ||
        (number.data[0] & 0x80))
        return 0;
    if (number.data[0] == 0) {
        if (number.size == 1 || !(number.data[1] & 0x80))
            return 0;
        return (number.size - 1) * 8;
    }
    bits = number.size * 8;
    for (unsigned char top = (unsigned char)number.data[0]; !(top & 0x80);
         top = (unsigned char)(top << 1))
        bits--;
    return bits;
}

static const char *check_ed25519(struct text *rest)
{
    struct text point;

    return ssh_string_read(rest, &point) && point.size == ED25519_BYTES
               ? NULL
               : "its point is not one";
}

static const char *check_ecdsa(const struct key_type *type, struct text *rest)
{
    struct text curve, point;

    if (!ssh_string_read(rest, &curve) ||
        !text_equal(curve, text_of(type->curve)))
        return "its curve is not that of its type";
    return ssh_string_read(rest, &point) && point.size == type->point_bytes &&
                   point.data[0] == UNCOMPRESSED
               ? NULL
               : "its point is not one";
}

static const char *check_rsa(struct text *rest)
{
    const size_t exponent_bits = read_bits(rest);
    size_t bits;

    if (exponent_bits < 2 || exponent_bits > 64)
        return "its exponent is not one";
    bits = read_bits(rest);
    if (bits == 0)
        return "its modulus is not one";
    if (bits < SSH_RSA_LEAST_BITS)
        return "an RSA key below 2048 bits is weak";
    return bits <= SSH_RSA_MOST_BITS ? NULL
                                     : "an RSA key has at most 4096 bits here";
}

static const char *check_parts(const struct key_type *type, struct text *rest)
{
    switch (type->shape) {
    case SHAPE_ED25519:
        return check_ed25519(rest);
    case SHAPE_ECDSA:
        return check_ecdsa(type, rest);
    case SHAPE_RSA:
        break;
    }
    return check_rsa(rest);
}

/* NULL: it is a key of the type. */
static const char *check_blob(const struct key_type *type, struct text rest)
{
    struct text inner, application;
    const char *why;

    if (!ssh_string_read(&rest, &inner) ||
        !text_equal(inner, text_of(type->name)))
        return "the key within is not of the type before it";
    why = check_parts(type, &rest);
    if (why)
        return why;
    if (type->is_of_token &&
        (!ssh_string_read(&rest, &application) || application.size == 0))
        return "its application is missing";
    return rest.size == 0 ? NULL : "there is more behind it";
}

/* ---- Text ---- */

/* Up to the next blank, which is taken too. */
static struct text take_word(struct text *rest)
{
    struct text word = {rest->data, 0};

    while (word.size < rest->size && rest->data[word.size] != ' ')
        word.size++;
    rest->data += word.size;
    rest->size -= word.size;
    if (rest->size) {
        rest->data++;
        rest->size--;
    }
    return word;
}

struct text ssh_grant_key(struct text value)
{
    struct text rest = value;
    const struct text type = take_word(&rest);
    const struct text encoded = take_word(&rest);

    return (struct text){value.data,
                         type.size + (encoded.size ? 1 + encoded.size : 0)};
}

static enum status fail(const char **why_out, const char *why)
{
    *why_out = why;
    return STATUS_INVALID;
}

/* rest_out: what stands behind the key and a blank. */
static enum status read_key(struct text line, struct buf *blob,
                            struct ssh_key *key_out, struct text *rest_out,
                            const char **why_out)
{
    const struct key_type *type;
    const char *why;

    *rest_out = line;
    key_out->type = take_word(rest_out);
    key_out->encoded = take_word(rest_out);
    key_out->whole = ssh_grant_key(line);
    type = find_type(key_out->type);
    if (!type)
        return fail(why_out, "a key is \"TYPE BASE64\" of the types "
                             "ssh-ed25519, ecdsa-sha2-nistp256, -nistp384 and "
                             "-nistp521, their sk- kinds, and ssh-rsa");
    if (key_out->whole.size >= SSH_KEY_TEXT_BYTES)
        return fail(why_out, "it is too long");
    if (base64_read(BASE64_PLAIN, key_out->encoded, blob) != STATUS_OK)
        return fail(why_out, "what stands behind its type is no Base64");
    why = check_blob(type, buf_text(blob));
    return why ? fail(why_out, why) : STATUS_OK;
}

enum status ssh_key_read(struct text line, struct buf *blob,
                         struct ssh_key *key_out, const char **why_out)
{
    struct text comment;

    return read_key(line, blob, key_out, &comment, why_out);
}

/* ---- Terms ---- */

/* What stands behind "NAME=" in the next word, which is taken if it is that. */
static struct text take_term(struct text *rest, struct text name)
{
    struct text after = *rest;
    const struct text word = take_word(&after);

    if (word.size <= name.size ||
        !text_equal((struct text){word.data, name.size}, name))
        return (struct text){0};
    *rest = after;
    return (struct text){word.data + name.size, word.size - name.size};
}

static enum status read_terms(struct text rest, struct ssh_grant *grant)
{
    const struct text level = take_term(&rest, TEXT("level="));
    const struct text until = take_term(&rest, TEXT("until="));

    grant->level = level.size ? auth_level_read(level) : AUTH_LEVEL_DOMAIN;
    grant->until_s = INT64_MAX;
    if (until.size)
        TRY(datetime_read(until, &grant->until_s));
    return grant->level != AUTH_LEVEL_NONE && rest.size == 0 ? STATUS_OK
                                                             : STATUS_INVALID;
}

enum status ssh_grant_read(struct text value, struct ssh_grant *grant_out,
                           const char **why_out)
{
    SCOPED(buf_free) struct buf blob = buf_make(SSH_BLOB_BYTES);
    struct ssh_key key;
    struct text rest;

    TRY(read_key(value, &blob, &key, &rest, why_out));
    grant_out->key = key.whole;
    *why_out = "behind it stand level=LEVEL and until=TIME, and nothing else";
    return read_terms(rest, grant_out);
}

void ssh_grant_write(const struct ssh_grant *grant, struct buf *out)
{
    char until[DATETIME_BYTES];

    buf_append_text(out, grant->key);
    if (grant->level != AUTH_LEVEL_DOMAIN)
        buf_append_format(out, " level=%s", auth_level_name(grant->level));
    if (grant->until_s == INT64_MAX)
        return;
    datetime_write(grant->until_s, until);
    buf_append_format(out, " until=%s", until);
}
