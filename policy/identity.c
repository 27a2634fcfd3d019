#include "policy/identity.h"

#include <ctype.h>

#include "policy/certificate/issuer.h"
#include "policy/realm/spelling.h"
#include "provider/base/key.h"
#include "provider/base/name.h"
#include "provider/base/realm.h"
#include "provider/base/sid.h"
#include "provider/base/ssh_key.h"

static void fail(struct schema_reader *reader, const struct yaml_node *node,
                 const char *what, const char *expected)
{
    messages_error(reader->messages, node->place, "%s is not %s; expected %s",
                   yaml_describe(node, reader->arena), what, expected);
}

static bool has_char(struct text text, char c)
{
    return text.size > 0 && memchr(text.data, c, text.size);
}

static void check_script(struct schema_reader *reader,
                         const struct yaml_node *node, struct text name)
{
    if (name_mixes_scripts(name))
        messages_error(reader->messages, node->place,
                       "%s mixes letters of different scripts that look "
                       "alike",
                       yaml_describe(node, reader->arena));
}

static bool is_user(struct text name)
{
    SCOPED(buf_free) struct buf canonical = buf_make(IDENTITY_MAX_BYTES);

    if (!memchr(name.data, '@', name.size))
        return !memchr(name.data, '/', name.size);
    return identity_of_kerberos(name, &canonical) == STATUS_OK;
}

/* The realm is the site's, in what letters it likes. */
static struct text before_realm(struct text name)
{
    const char *at = memchr(name.data, '@', name.size);

    return at ? (struct text){name.data, (size_t)(at - name.data)} : name;
}

void check_user(struct schema_reader *reader, const struct yaml_node *node,
                void *value)
{
    const char **name = value;

    spelling_read(reader, node, name);
    if (*name && !is_user(text_of(*name)))
        fail(reader, node, "a user", "one such as alice@EXAMPLE.COM");
    check_script(reader, node, before_realm(node->text));
}

void check_placed_user(struct schema_reader *reader,
                       const struct yaml_node *node, void *value)
{
    struct schema_word *word = value;

    check_user(reader, node, &word->text);
}

void check_held_group(struct schema_reader *reader,
                      const struct yaml_node *node, void *value)
{
    const struct yaml_node *sid = yaml_get(node, TEXT("sid"));
    const struct yaml_node *name = yaml_get(node, TEXT("name"));

    (void)value;
    if (sid && !sid_is_text(sid->text))
        fail(reader, sid, "a SID", "one such as S-1-5-21-1-2-3-1104");
    if (name)
        check_script(reader, name, name->text);
}

/* The record of a host is named by it: it must not look like a principal. */
void check_device(struct schema_reader *reader, const struct yaml_node *node,
                  void *value)
{
    (void)value;
    if (has_char(node->text, '@') || has_char(node->text, '/') ||
        has_char(node->text, '\\'))
        fail(reader, node, "the name of a device", "one such as WEB1");
    check_script(reader, node, node->text);
}

void check_object_name(struct schema_reader *reader,
                       const struct yaml_node *node, void *value)
{
    (void)value;
    if (key_is_like(node->text))
        messages_error(reader->messages, node->place,
                       "%s looks like a key; choose another name",
                       yaml_describe(node, reader->arena));
}

void check_schedule(struct schema_reader *reader, const struct yaml_node *node,
                    void *value)
{
    enum { TOKEN_DIGITS = 16 };
    size_t n = 0;

    (void)value;
    while (n < node->text.size && isxdigit((unsigned char)node->text.data[n]))
        n++;
    if (n < node->text.size || n % TOKEN_DIGITS != 0)
        fail(reader, node, "a schedule",
             "16 hexadecimal digits for each token");
}

void check_level_key(struct schema_reader *reader, const struct yaml_node *node,
                     void *value)
{
    (void)value;
    if (auth_level_read(node->text) == AUTH_LEVEL_NONE)
        fail(reader, node, "a level", "one of domain, certificate, mfa");
}

/* A user id: digits without leading zeros; root must be named, so that nobody
 * declares the break-glass administrator by accident. */
static enum status write_local(struct text uid, struct buf *out)
{
    const bool is_root = text_equal(uid, TEXT(IDENTITY_ROOT));
    int64_t value;

    if (!is_root && (!schema_read_integer(uid, &value) || value < 0 ||
                     value >= UINT32_MAX || uid.data[0] == '0'))
        return STATUS_INVALID;
    buf_append_text(out, uid);
    return buf_status(out);
}

static enum status write_certificate(struct draft_identity *identity,
                                     struct buf *out)
{
    const struct draft_certificate *certificate = &identity->certificate;
    const char *key = certificate->spki_sha256 ? certificate->spki_sha256
                                               : identity->spki_sha256;

    if (key) {
        identity->kind = IDENTITY_CERTIFICATE_KEY;
        return identity_of_key(text_of(key), out);
    }
    identity->kind = IDENTITY_CERTIFICATE_SERIAL;
    return identity_of_serial(text_of(certificate->issuer),
                              text_of(certificate->serial), out);
}

static enum status write_machine(const struct schema_reader *reader,
                                 struct text said, struct buf *out)
{
    if (reader->realms && realm_of(reader->realms, said))
        return realm_machine(reader->realms, said, out);
    buf_append_text(out, said);
    return buf_status(out);
}

/* Another principal of the user is spelled like their own name. */
static enum status write_kerberos(const struct schema_reader *reader,
                                  struct text said, struct buf *out)
{
    SCOPED(buf_free) struct buf made = buf_make(IDENTITY_MAX_BYTES);

    if (realm_is_machine(said)) /* a host's, as compile_admin.c sees to */
        return write_machine(reader, said, out);
    if (reader->realms)
        if (realm_principal(reader->realms, said, &made) == REALM_UNFIT)
            return STATUS_INVALID;
    return identity_of_kerberos(reader->realms ? buf_text(&made) : said, out);
}

/* why_out: what is wrong with the key; NULL: nothing is. */
static enum status write_ssh(const struct draft_ssh *said, struct buf *out,
                             const char **why_out)
{
    SCOPED(buf_free) struct buf blob = buf_make(SSH_BLOB_BYTES);
    struct ssh_key key;
    struct ssh_grant grant;

    TRY(ssh_key_read(text_of(said->key), &blob, &key, why_out));
    *why_out = NULL;
    grant = (struct ssh_grant){key.whole,
                               said->level ? said->level : AUTH_LEVEL_DOMAIN,
                               said->until_s};
    ssh_grant_write(&grant, out);
    return buf_status(out);
}

static enum status write_identity(const struct schema_reader *reader,
                                  struct draft_identity *identity,
                                  struct buf *out, const char **why_out)
{
    *why_out = NULL;
    if (identity->ssh.key) {
        identity->kind = IDENTITY_SSH_KEY;
        return write_ssh(&identity->ssh, out, why_out);
    }
    if (identity->token.issuer) {
        identity->kind = IDENTITY_TOKEN;
        return identity_of_token(text_of(identity->token.issuer),
                                 text_of(identity->token.subject), out);
    }
    if (identity->kerberos) {
        identity->kind = IDENTITY_KERBEROS;
        return write_kerberos(reader, text_of(identity->kerberos), out);
    }
    if (identity->sid) {
        identity->kind = IDENTITY_SID;
        return identity_of_sid(text_of(identity->sid), out);
    }
    if (identity->local) {
        identity->kind = IDENTITY_LOCAL;
        return write_local(text_of(identity->local), out);
    }
    return write_certificate(identity, out);
}

static const char *expected(enum identity_kind kind)
{
    switch (kind) {
    case IDENTITY_NONE:
        break;
    case IDENTITY_KERBEROS:
        return "name@REALM";
    case IDENTITY_CERTIFICATE_SERIAL:
        return "an issuer such as CN=Example Admin CA and a serial number in "
               "hexadecimal";
    case IDENTITY_CERTIFICATE_KEY:
        return "64 hexadecimal digits";
    case IDENTITY_TOKEN:
        return "an issuer without blanks and a subject";
    case IDENTITY_SID:
        return "the SID of an account, such as S-1-5-21-1004336348-1177238915-"
               "682003330-1104";
    case IDENTITY_LOCAL:
        return "a user id in digits, or root for the break-glass "
               "administrator";
    case IDENTITY_SSH_KEY:
        return "a public key of OpenSSH";
    }
    return "an identity";
}

/* Valid, and probably not meant so. */
static void doubt_certificate(struct schema_reader *reader,
                              const struct yaml_node *node,
                              const struct draft_certificate *certificate)
{
    const char *issuer =
        issuer_suggestion(text_of(certificate->issuer), reader->arena);
    const char *serial =
        serial_suggestion(text_of(certificate->serial), reader->arena);

    if (issuer)
        messages_warn(reader->messages, node->first->place,
                      "an issuer is written from its last part to its first; "
                      "did you mean %s?",
                      message_quote(reader->arena, text_of(issuer)));
    if (serial)
        messages_warn(reader->messages, node->first->place,
                      "a serial number is hexadecimal; if this is decimal, "
                      "write %s",
                      serial);
}

/* The spelling of tools, and ours. */
static void fail_identity(struct schema_reader *reader,
                          const struct yaml_node *node,
                          const struct draft_identity *identity,
                          const char *why)
{
    const char *issuer =
        identity->kind == IDENTITY_CERTIFICATE_SERIAL
            ? issuer_suggestion(text_of(identity->certificate.issuer),
                                reader->arena)
            : NULL;

    messages_error(reader->messages, node->first->place,
                   "%s: expected %s%s%s%s%s",
                   message_quote(reader->arena, node->first->key),
                   expected(identity->kind), why ? "; " : "", why ? why : "",
                   issuer ? "; did you mean the issuer " : "",
                   issuer ? message_quote(reader->arena, text_of(issuer)) : "");
}

void check_identity(struct schema_reader *reader, const struct yaml_node *node,
                    void *value)
{
    SCOPED(buf_free) struct buf canonical = buf_make(IDENTITY_MAX_BYTES);
    struct draft_identity *identity = value;
    const char *why;

    if (write_identity(reader, identity, &canonical, &why) != STATUS_OK) {
        fail_identity(reader, node, identity, why);
        return;
    }
    identity->value = arena_text(reader->arena, buf_text(&canonical));
    if (identity->kind == IDENTITY_CERTIFICATE_SERIAL)
        doubt_certificate(reader, node, &identity->certificate);
}

/* ---- For others ---- */

enum { NAME_MAX_BYTES = 256 }; /* as in the language's table */

bool policy_may_name_user(struct text name)
{
    return !name_fault(name, NAME_MAX_BYTES) && is_user(name) &&
           !name_mixes_scripts(before_realm(name));
}

bool policy_may_name_group(struct text name)
{
    return !name_fault(name, NAME_MAX_BYTES);
}
