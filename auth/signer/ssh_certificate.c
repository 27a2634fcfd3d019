#include "auth/signer/ssh_certificate.h"

#include "provider/base/own.h"
#include "provider/base/ssh_key.h"

enum { TYPE_USER = 1, NUMBER_BYTES = 8, TYPE_BYTES = 4 };

#define SOURCE_ADDRESS "source-address"
#define PERMIT_PTY     "permit-pty"

/* n_parts: strings of a blob behind its type. */
static const struct certified {
    const char *key;
    const char *certificate;
    size_t n_parts;
} types[] = {
    {"ssh-ed25519", "ssh-ed25519-cert-v01@openssh.com", 1},
    {"sk-ssh-ed25519@openssh.com", "sk-ssh-ed25519-cert-v01@openssh.com", 2},
    {"ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256-cert-v01@openssh.com", 2},
    {"ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384-cert-v01@openssh.com", 2},
    {"ecdsa-sha2-nistp521", "ecdsa-sha2-nistp521-cert-v01@openssh.com", 2},
    {"sk-ecdsa-sha2-nistp256@openssh.com",
     "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com", 3},
    {"ssh-rsa", "ssh-rsa-cert-v01@openssh.com", 2},
};

static const struct certified *find(struct text name, bool is_key)
{
    for (size_t i = 0; i < ARRAY_SIZE(types); i++)
        if (text_equal(name,
                       text_of(is_key ? types[i].key : types[i].certificate)))
            return &types[i];
    return NULL;
}

/* ---- Writing ---- */

static void put_number(struct buf *out, uint64_t number, size_t n_bytes)
{
    for (size_t i = n_bytes; i-- > 0;)
        buf_append_char(out, (char)(number >> (8 * i)));
}

void ssh_put_string(struct buf *out, struct text string)
{
    put_number(out, string.size, sizeof(uint32_t));
    buf_append_text(out, string);
}

void ssh_put_u64(struct buf *out, uint64_t number)
{
    put_number(out, number, NUMBER_BYTES);
}

/* What buf holds, as a string. */
static enum status put_filled(struct buf *out, const struct buf *filled)
{
    TRY(buf_status(filled));
    ssh_put_string(out, buf_text(filled));
    return STATUS_OK;
}

static enum status put_principals(const struct ssh_certificate *certificate,
                                  struct buf *out)
{
    SCOPED(buf_free) struct buf names = buf_make(SSH_CERTIFICATE_BYTES);

    if (certificate->n_principals == 0) /* would be anybody */
        return STATUS_INVALID;
    for (size_t i = 0; i < certificate->n_principals; i++)
        ssh_put_string(&names, text_of(certificate->principals[i]));
    return put_filled(out, &names);
}

static enum status put_options(const struct ssh_certificate *certificate,
                               struct buf *out)
{
    SCOPED(buf_free) struct buf options = buf_make(SSH_CERTIFICATE_BYTES);
    SCOPED(buf_free) struct buf value = buf_make(SSH_CERTIFICATE_BYTES);
    SCOPED(buf_free) struct buf extensions = buf_make(SSH_CERTIFICATE_BYTES);

    if (certificate->source_address) {
        ssh_put_string(&options, TEXT(SOURCE_ADDRESS));
        ssh_put_string(&value, text_of(certificate->source_address));
        TRY(put_filled(&options, &value));
    }
    ssh_put_string(&extensions, TEXT(PERMIT_PTY));
    ssh_put_string(&extensions, (struct text){0});
    TRY(put_filled(out, &options));
    return put_filled(out, &extensions);
}

enum status ssh_certificate_write(
    const struct ssh_certificate *certificate,
    const unsigned char nonce[SSH_CERTIFICATE_NONCE_BYTES],
    struct text authority, struct buf *out)
{
    struct text parts = certificate->key;
    const struct certified *type;
    struct text name;

    if (!ssh_string_read(&parts, &name) || !(type = find(name, true)))
        return STATUS_INVALID;
    ssh_put_string(out, text_of(type->certificate));
    ssh_put_string(
        out, (struct text){(const char *)nonce, SSH_CERTIFICATE_NONCE_BYTES});
    buf_append_text(out, parts);
    ssh_put_u64(out, certificate->serial);
    put_number(out, TYPE_USER, TYPE_BYTES);
    ssh_put_string(out, text_of(certificate->key_id));
    TRY(put_principals(certificate, out));
    ssh_put_u64(out, (uint64_t)certificate->from_s);
    ssh_put_u64(out, (uint64_t)certificate->until_s);
    TRY(put_options(certificate, out));
    ssh_put_string(out, (struct text){0}); /* reserved */
    ssh_put_string(out, authority);
    TRY(buf_status(out));
    return ssh_certificate_is_one(buf_text(out), authority) ? STATUS_OK
                                                            : STATUS_INVALID;
}

/* ---- Checking ---- */

static bool read_number(struct text *rest, size_t n_bytes, uint64_t *number_out)
{
    if (rest->size < n_bytes)
        return false;
    *number_out = 0;
    for (size_t i = 0; i < n_bytes; i++)
        *number_out = *number_out << 8 | (unsigned char)rest->data[i];
    rest->data += n_bytes;
    rest->size -= n_bytes;
    return true;
}

static bool is_key(struct text *rest)
{
    const struct certified *type;
    struct text part;

    if (!ssh_string_read(rest, &part) || !(type = find(part, false)) ||
        !ssh_string_read(rest, &part) ||
        part.size != SSH_CERTIFICATE_NONCE_BYTES)
        return false;
    for (size_t i = 0; i < type->n_parts; i++)
        if (!ssh_string_read(rest, &part) || part.size == 0)
            return false;
    return true;
}

/* At least one, each with a name. */
static bool names_somebody(struct text names)
{
    struct text name;
    size_t n = 0;

    for (; names.size; n++)
        if (!ssh_string_read(&names, &name) || name.size == 0)
            return false;
    return n > 0 && n <= SSH_PRINCIPALS_MAX;
}

static bool is_for_a_day(uint64_t from_s, uint64_t until_s)
{
    return from_s > 0 && until_s > from_s &&
           until_s - from_s <= SSH_CERTIFICATE_MAX_S;
}

/* None, or the only one that there may be, with a value or without. */
static bool are_options(struct text options, struct text only, bool has_value)
{
    struct text name, value;

    if (options.size == 0)
        return true;
    return ssh_string_read(&options, &name) && text_equal(name, only) &&
           ssh_string_read(&options, &value) && (value.size > 0) == has_value &&
           options.size == 0;
}

static bool is_end(struct text *rest, struct text authority)
{
    struct text options, extensions, reserved, key;

    return ssh_string_read(rest, &options) &&
           are_options(options, TEXT(SOURCE_ADDRESS), true) &&
           ssh_string_read(rest, &extensions) &&
           are_options(extensions, TEXT(PERMIT_PTY), false) &&
           ssh_string_read(rest, &reserved) && reserved.size == 0 &&
           ssh_string_read(rest, &key) && text_equal(key, authority) &&
           rest->size == 0;
}

bool ssh_certificate_is_one(struct text text, struct text authority)
{
    struct text rest = text, key_id, names;
    uint64_t serial, kind, from_s, until_s;

    return text.size <= SSH_CERTIFICATE_BYTES && is_key(&rest) &&
           read_number(&rest, NUMBER_BYTES, &serial) && serial > 0 &&
           read_number(&rest, TYPE_BYTES, &kind) && kind == TYPE_USER &&
           ssh_string_read(&rest, &key_id) && key_id.size > 0 &&
           ssh_string_read(&rest, &names) && names_somebody(names) &&
           read_number(&rest, NUMBER_BYTES, &from_s) &&
           read_number(&rest, NUMBER_BYTES, &until_s) &&
           is_for_a_day(from_s, until_s) && is_end(&rest, authority);
}
