#include "provider/base/realm.h"

#include <string.h>

#include "provider/base/identity.h"
#include "provider/base/own.h"

#define USER_FIELD   "{user}"
#define HOST_SERVICE "host/"

/* RFC 1035. */
enum { LABEL_MAX_BYTES = 63, HOST_MAX_BYTES = 253 };

/* ---- Parts of a name ---- */

struct spelling {
    struct text user;
    struct text realm; /* or a NetBIOS name, or a suffix */
    bool is_domain;    /* REALM\user */
};

static struct text part(struct text whole, size_t from, size_t to)
{
    return (struct text){whole.data + from, to - from};
}

static const char *find_char(struct text text, char c)
{
    return text.size ? memchr(text.data, c, text.size) : NULL;
}

static const char *find_last(struct text text, char c)
{
    return text.size ? memrchr(text.data, c, text.size) : NULL;
}

/* alice\@mail.corp.test@CORP.TEST, as tools print it. */
bool realm_is_enterprise(struct text principal)
{
    return principal.size > 0 &&
           memmem(principal.data, principal.size, "\\@", 2) != NULL;
}

/* The inner name: alice@mail.corp.test; *outer_out: CORP.TEST. */
static bool read_enterprise(struct text name, struct buf *inner,
                            struct text *outer_out)
{
    const char *escape = memmem(name.data, name.size, "\\@", 2);
    const char *last = find_last(name, '@');
    const size_t at = (size_t)(escape - name.data);
    const size_t end = (size_t)(last - name.data);

    if (last == escape + 1)
        return false; /* no realm behind */
    *outer_out = part(name, end + 1, name.size);
    buf_append_text(inner, part(name, 0, at));
    buf_append_text(inner, part(name, at + 1, end));
    return buf_status(inner) == STATUS_OK;
}

/* user@REALM; no realm if it has none. */
static struct spelling split_at(struct text name)
{
    const char *at = find_last(name, '@');

    if (!at)
        return (struct spelling){.user = name};
    return (struct spelling){
        part(name, 0, (size_t)(at - name.data)),
        part(name, (size_t)(at - name.data) + 1, name.size), false};
}

/* That, or DOMAIN\user. */
static struct spelling split(struct text name)
{
    const char *slash = find_char(name, '\\');

    if (!slash)
        return split_at(name);
    return (struct spelling){
        part(name, (size_t)(slash - name.data) + 1, name.size),
        part(name, 0, (size_t)(slash - name.data)), true};
}

/* ---- Realms ---- */

static bool has_suffix(const struct realm *realm, struct text suffix)
{
    for (size_t i = 0; i < realm->n_suffixes; i++)
        if (text_equal_nocase(suffix, text_of(realm->suffixes[i])))
            return true;
    return false;
}

static bool has_name(const struct realm *realm, struct text name)
{
    return realm->ignores_case ? text_equal_nocase(name, text_of(realm->name))
                               : text_equal(name, text_of(realm->name));
}

const struct realm *realm_find(const struct realms *realms, struct text name)
{
    for (size_t i = 0; i < realms->n_items && name.size; i++)
        if (has_name(&realms->items[i], name))
            return &realms->items[i];
    return NULL;
}

/* A domain's name is its NetBIOS name, or its DNS name. */
static const struct realm *find_domain(const struct realms *realms,
                                       struct text name)
{
    for (size_t i = 0; i < realms->n_items && name.size; i++) {
        const struct realm *realm = &realms->items[i];

        if (realm->netbios && text_equal_nocase(name, text_of(realm->netbios)))
            return realm;
    }
    return realm_find(realms, name);
}

const struct realm *realm_of_suffix(const struct realms *realms,
                                    struct text suffix)
{
    const struct realm *found = realm_find(realms, suffix);

    for (size_t i = 0; i < realms->n_items && !found && suffix.size; i++)
        if (has_suffix(&realms->items[i], suffix))
            found = &realms->items[i];
    return found;
}

/* ---- The canonical principal ---- */

static bool is_ascii(struct text text)
{
    for (size_t i = 0; i < text.size; i++)
        if ((unsigned char)text.data[i] >= 0x80)
            return false;
    return true;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static enum realm_answer write_listed(const struct realm *realm,
                                      struct text user, struct buf *out)
{
    SCOPED(buf_free) struct buf principal = buf_make(IDENTITY_MAX_BYTES);

    if (!text_is_name(user, IDENTITY_MAX_BYTES) ||
        (realm->ignores_case && !is_ascii(user)))
        return REALM_UNFIT;
    for (size_t i = 0; i < user.size; i++)
        buf_append_char(&principal, realm->ignores_case ? lower(user.data[i])
                                                        : user.data[i]);
    buf_append_char(&principal, '@');
    buf_append_string(&principal, realm->name);
    if (buf_status(&principal) != STATUS_OK ||
        identity_of_kerberos(buf_text(&principal), out) != STATUS_OK)
        return REALM_UNFIT;
    return REALM_LISTED;
}

static enum realm_answer write_as_is(struct text name, bool has_realm,
                                     struct buf *out)
{
    if (!text_is_name(name, IDENTITY_MAX_BYTES))
        return REALM_UNFIT;
    buf_append_text(out, name);
    return has_realm ? REALM_UNLISTED : REALM_BARE;
}

static enum realm_answer write_split(const struct realms *realms,
                                     struct text name, struct buf *out)
{
    const struct spelling said = split(name);
    const struct realm *realm = said.is_domain
                                    ? find_domain(realms, said.realm)
                                    : realm_of_suffix(realms, said.realm);

    if (realm)
        return write_listed(realm, said.user, out);
    return write_as_is(name, said.realm.size > 0, out);
}

enum realm_answer realm_principal(const struct realms *realms,
                                  struct text spelled, struct buf *out)
{
    SCOPED(buf_free) struct buf inner = buf_make(IDENTITY_MAX_BYTES);
    SCOPED(buf_free) struct buf made = buf_make(IDENTITY_MAX_BYTES);
    struct text outer;

    if (!realm_is_enterprise(spelled))
        return write_split(realms, spelled, out);
    /* The name in it must be of the realm that it was asked of. */
    if (!read_enterprise(spelled, &inner, &outer) ||
        write_split(realms, buf_text(&inner), &made) != REALM_LISTED ||
        realm_find(realms, outer) != realm_of(realms, buf_text(&made)))
        return REALM_UNFIT;
    buf_append_text(out, buf_text(&made));
    return REALM_LISTED;
}

enum realm_answer realm_principal_of_ticket(const struct realms *realms,
                                            struct text principal,
                                            struct buf *out)
{
    const struct spelling said = split(principal);
    const struct realm *realm;

    if (said.is_domain || said.realm.size == 0)
        return REALM_UNFIT;
    realm = realm_find(realms, said.realm);
    return realm ? write_listed(realm, said.user, out)
                 : write_as_is(principal, true, out);
}

/* ---- Machines ---- */

static bool is_label_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '-';
}

/* Letters, digits and hyphens within: web1. */
static bool is_label(struct text label)
{
    for (size_t i = 0; i < label.size; i++)
        if (!is_label_char(label.data[i]))
            return false;
    return label.size > 0 && label.size <= LABEL_MAX_BYTES &&
           label.data[0] != '-' && label.data[label.size - 1] != '-';
}

/* With a domain, without a dot at the end. */
static bool is_host_name(struct text name)
{
    size_t n_labels = 0;
    size_t from = 0;

    if (name.size > HOST_MAX_BYTES)
        return false;
    for (size_t i = 0; i <= name.size; i++) {
        if (i < name.size && name.data[i] != '.')
            continue;
        if (!is_label(part(name, from, i)))
            return false;
        n_labels++;
        from = i + 1;
    }
    return n_labels >= 2;
}

static bool is_machine_part(struct text user, bool ignores_case)
{
    const struct text service = TEXT(HOST_SERVICE);
    const struct text begin =
        part(user, 0, user.size < service.size ? user.size : service.size);

    return (ignores_case ? text_equal_nocase(begin, service)
                         : text_equal(begin, service)) &&
           is_host_name(part(user, service.size, user.size));
}

bool realm_is_machine(struct text principal)
{
    const struct spelling said = split_at(principal);

    return said.realm.size > 0 && is_machine_part(said.user, true);
}

bool realm_may_be_person(struct text principal)
{
    const struct spelling said = split_at(principal);

    return said.realm.size > 0 && said.user.size > 0 &&
           said.user.data[said.user.size - 1] != '$' &&
           !is_machine_part(said.user, true);
}

enum status realm_machine(const struct realms *realms, struct text spelled,
                          struct buf *out)
{
    const struct spelling said = split_at(spelled);
    const struct realm *realm = realm_find(realms, said.realm);

    if (!realm || !is_machine_part(said.user, realm->ignores_case))
        return STATUS_INVALID;
    for (size_t i = 0; i < said.user.size; i++)
        buf_append_char(out, realm->ignores_case ? lower(said.user.data[i])
                                                 : said.user.data[i]);
    buf_append_char(out, '@');
    buf_append_string(out, realm->name);
    return buf_status(out);
}

const struct realm *realm_of(const struct realms *realms, struct text principal)
{
    return realm_find(realms, split_at(principal).realm);
}

struct text realm_user_part(struct text principal)
{
    return split_at(principal).user;
}

/* ---- Did you mean ---- */

static bool is_like(const struct realm *realm, struct text said)
{
    const char *const words[] = {realm->name, realm->netbios};

    for (size_t i = 0; i < ARRAY_SIZE(words); i++)
        if (words[i] && (text_equal_nocase(said, text_of(words[i])) ||
                         text_nearest(said, &words[i], 1)))
            return true;
    return realm->n_suffixes > 0 &&
           text_nearest(said, realm->suffixes, realm->n_suffixes);
}

/* A single realm is meant by whoever names none. */
static const struct realm *find_meant(const struct realms *realms,
                                      struct text said)
{
    if (said.size == 0)
        return realms->n_items == 1 ? realms->items : NULL;
    for (size_t i = 0; i < realms->n_items; i++)
        if (is_like(&realms->items[i], said))
            return &realms->items[i];
    return NULL;
}

bool realm_suggest(const struct realms *realms, struct text spelled,
                   struct buf *out)
{
    const struct spelling said = split(spelled);
    const struct realm *realm = find_meant(realms, said.realm);

    return realm && write_listed(realm, said.user, out) == REALM_LISTED;
}

/* ---- Accounts ---- */

enum status realm_account(const struct realm *realm, struct text user,
                          struct buf *out)
{
    const char *template = realm->account ? realm->account : USER_FIELD;
    const char *field = strstr(template, USER_FIELD);

    if (!field)
        return STATUS_INVALID;
    buf_append(out, template, (size_t)(field - template));
    buf_append_text(out, user);
    buf_append_string(out, field + strlen(USER_FIELD));
    return buf_status(out);
}

static bool is_equal(const struct realm *realm, struct text a, struct text b)
{
    return realm->ignores_case ? text_equal_nocase(a, b) : text_equal(a, b);
}

bool realm_user_of_account(const struct realm *realm, struct text account,
                           struct text *user_out)
{
    const struct text template =
        text_of(realm->account ? realm->account : USER_FIELD);
    const char *field = strstr(template.data, USER_FIELD);
    const size_t n_before = field ? (size_t)(field - template.data) : 0;
    const size_t n_after =
        field ? template.size - n_before - strlen(USER_FIELD) : 0;

    if (!field || account.size <= n_before + n_after ||
        !is_equal(realm, part(account, 0, n_before),
                  part(template, 0, n_before)) ||
        !is_equal(realm, part(account, account.size - n_after, account.size),
                  part(template, template.size - n_after, template.size)))
        return false;
    *user_out = part(account, n_before, account.size - n_after);
    return true;
}

bool realm_is_same(const struct realm *a, const struct realm *b)
{
    return a->ignores_case == b->ignores_case && strcmp(a->name, b->name) == 0;
}
