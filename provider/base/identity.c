#include "provider/base/identity.h"

#include "provider/base/own.h"
#include "provider/base/sid.h"
#include "provider/base/ssh_key.h"

enum { SERIAL_MAX_DIGITS = 40, SHA256_DIGITS = 64 };

static const struct {
    enum identity_kind kind;
    const char *name;
} kinds[] = {
    {IDENTITY_KERBEROS, "kerberos"},
    {IDENTITY_CERTIFICATE_SERIAL, "certificate_serial"},
    {IDENTITY_CERTIFICATE_KEY, "certificate_key"},
    {IDENTITY_TOKEN, "token"},
    {IDENTITY_LOCAL, "local"},
    {IDENTITY_SID, "sid"},
    {IDENTITY_SSH_KEY, "ssh_key"},
};

const char *identity_kind_name(enum identity_kind kind)
{
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
        if (kinds[i].kind == kind)
            return kinds[i].name;
    return "none";
}

enum identity_kind identity_kind_read(struct text name)
{
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
        if (text_equal(name, text_of(kinds[i].name)))
            return kinds[i].kind;
    return IDENTITY_NONE;
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
}

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
           (c >= 'A' && c <= 'F');
}

/* Upper-case digits, without the colons that tools print between pairs. */
static enum status append_hex(struct text hex, bool strip_zeros,
                              struct buf *out)
{
    size_t n_digits = 0;

    for (size_t i = 0; i < hex.size; i++) {
        if (hex.data[i] == ':')
            continue;
        if (!is_hex(hex.data[i]))
            return STATUS_INVALID;
        if (strip_zeros && n_digits == 0 && hex.data[i] == '0')
            continue;
        buf_append_char(out, upper(hex.data[i]));
        n_digits++;
    }
    return n_digits == 0 ? STATUS_INVALID : buf_status(out);
}

/* The part of a name up to the next unescaped separator. */
static struct text next_part(struct text *rest)
{
    size_t end = 0;
    struct text part;

    while (end < rest->size && rest->data[end] != ',' && rest->data[end] != '+')
        end += rest->data[end] == '\\' && end + 1 < rest->size ? 2 : 1;
    part = (struct text){rest->data, end};
    rest->data += end;
    rest->size -= end;
    return part;
}

static struct text trim(struct text text)
{
    while (text.size && text.data[0] == ' ') {
        text.data++;
        text.size--;
    }
    while (text.size && text.data[text.size - 1] == ' ' &&
           (text.size < 2 || text.data[text.size - 2] != '\\'))
        text.size--;
    return text;
}

/* "CN", "2.5.4.3"; not "/O" of a name in another syntax. */
static bool is_type(struct text type)
{
    for (size_t i = 0; i < type.size; i++) {
        const char c = upper(type.data[i]);

        if (!(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && c != '.' &&
            c != '-')
            return false;
    }
    return type.size > 0;
}

/* "cn = Example CA" -> "CN=Example CA" */
static enum status append_attribute(struct text part, struct buf *out)
{
    const char *equals = memchr(part.data, '=', part.size);
    struct text type, value;

    if (!equals)
        return STATUS_INVALID;
    type = trim((struct text){part.data, (size_t)(equals - part.data)});
    value = trim((struct text){equals + 1,
                               part.size - (size_t)(equals - part.data) - 1});
    if (!is_type(type) || value.size == 0)
        return STATUS_INVALID;
    for (size_t i = 0; i < type.size; i++)
        buf_append_char(out, upper(type.data[i]));
    buf_append_char(out, '=');
    buf_append_text(out, value);
    return buf_status(out);
}

static enum status append_name(struct text name, struct buf *out)
{
    while (name.size) {
        TRY(append_attribute(next_part(&name), out));
        if (name.size == 0)
            break;
        buf_append_char(out, name.data[0]);
        name.data++;
        name.size--;
        if (name.size == 0)
            return STATUS_INVALID;
    }
    return buf_status(out);
}

enum status identity_of_issuer(struct text issuer, struct buf *out)
{
    if (!text_is_name(issuer, IDENTITY_MAX_BYTES))
        return STATUS_INVALID;
    return append_name(issuer, out);
}

enum status identity_of_serial(struct text issuer, struct text serial_hex,
                               struct buf *out)
{
    if (serial_hex.size > SERIAL_MAX_DIGITS * 2)
        return STATUS_INVALID;
    TRY(identity_of_issuer(issuer, out));
    buf_append_char(out, ';');
    return append_hex(serial_hex, true, out);
}

enum status identity_of_key(struct text sha256_hex, struct buf *out)
{
    const size_t before = out->size;

    TRY(append_hex(sha256_hex, false, out));
    return out->size - before == SHA256_DIGITS ? STATUS_OK : STATUS_INVALID;
}

enum status identity_of_token(struct text issuer, struct text subject,
                              struct buf *out)
{
    if (!text_is_name(issuer, IDENTITY_MAX_BYTES / 2) ||
        !text_is_name(subject, IDENTITY_MAX_BYTES / 2) ||
        memchr(issuer.data, ' ', issuer.size))
        return STATUS_INVALID;
    buf_append_text(out, issuer);
    buf_append_char(out, ' ');
    buf_append_text(out, subject);
    return buf_status(out);
}

/* One component, one realm: alice@R. Anything else is not a user here (T55). */
enum status identity_of_kerberos(struct text principal, struct buf *out)
{
    const char *at =
        memchr(principal.data ? principal.data : "", '@', principal.size);
    const size_t user = at ? (size_t)(at - principal.data) : 0;

    if (!text_is_name(principal, IDENTITY_MAX_BYTES) || user == 0 ||
        user + 1 == principal.size ||
        memchr(at + 1, '@', principal.size - user - 1) ||
        memchr(principal.data, '\\', principal.size) ||
        memchr(principal.data, '/', user))
        return STATUS_INVALID;
    buf_append_text(out, principal);
    return buf_status(out);
}

enum status identity_of_sid(struct text sid, struct buf *out)
{
    struct sid read;

    TRY(sid_read(sid, &read));
    if (!sid_is_account(&read))
        return STATUS_INVALID;
    buf_append_text(out, sid);
    return buf_status(out);
}

enum status identity_of_ssh_key(struct text grant, struct buf *out)
{
    struct ssh_grant read;
    const char *why;

    TRY(ssh_grant_read(grant, &read, &why));
    ssh_grant_write(&read, out);
    return buf_status(out);
}

struct text identity_core(enum identity_kind kind, struct text value)
{
    return kind == IDENTITY_SSH_KEY ? ssh_grant_key(value) : value;
}
