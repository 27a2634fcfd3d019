#include "auth/certificate/certificate_upn.h"

#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>

#include "auth/certificate/certificate_file.h"
#include "auth/certificate/certificate_key.h"

enum { UPN_MAX_BYTES = 256 };

/* ---- In the certificate ---- */

static void names_drop(GENERAL_NAMES **names)
{
    GENERAL_NAMES_free(*names);
}

static void usages_drop(EXTENDED_KEY_USAGE **usages)
{
    EXTENDED_KEY_USAGE_free(*usages);
}

/* Other certificates of the same authority may contain a name that their bearer
 * requested; this usage is meant for logon. */
static bool is_for_logon(X509 *leaf)
{
    SCOPED(usages_drop)
    EXTENDED_KEY_USAGE *usages =
        X509_get_ext_d2i(leaf, NID_ext_key_usage, NULL, NULL);

    for (int i = 0; usages && i < sk_ASN1_OBJECT_num(usages); i++)
        if (OBJ_obj2nid(sk_ASN1_OBJECT_value(usages, i)) ==
            NID_ms_smartcard_login)
            return true;
    return false;
}

/* The value of the one UPN; NULL: none, or more than one. */
static const ASN1_TYPE *find_one(const GENERAL_NAMES *names)
{
    const ASN1_TYPE *found = NULL;

    for (int i = 0; names && i < sk_GENERAL_NAME_num(names); i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
        ASN1_OBJECT *kind = NULL;
        ASN1_TYPE *value = NULL;

        if (GENERAL_NAME_get0_otherName(name, &kind, &value) != 1 ||
            OBJ_obj2nid(kind) != NID_ms_upn)
            continue;
        if (found)
            return NULL;
        found = value;
    }
    return found;
}

/* Read by length, name@suffix with one "@" (T29, T55). */
static bool is_plain(struct text name)
{
    const char *at = name.size ? memchr(name.data, '@', name.size) : NULL;

    return at && at != name.data && at + 1 != name.data + name.size &&
           at == memrchr(name.data, '@', name.size) &&
           text_is_name(name, UPN_MAX_BYTES);
}

char *certificate_upn_read(X509 *leaf)
{
    SCOPED(names_drop)
    GENERAL_NAMES *names =
        X509_get_ext_d2i(leaf, NID_subject_alt_name, NULL, NULL);
    const ASN1_TYPE *value = find_one(names);
    struct text name;

    if (!value || value->type != V_ASN1_UTF8STRING || !is_for_logon(leaf))
        return NULL;
    name = (struct text){
        (const char *)ASN1_STRING_get0_data(value->value.utf8string),
        (size_t)ASN1_STRING_length(value->value.utf8string)};
    return is_plain(name) ? text_dup(name) : NULL;
}

/* ---- The rules ---- */

struct rule {
    char (*keys)[CERTIFICATE_KEY_CHARS + 1]; /* owned [n_keys], hex */
    size_t n_keys;
    const struct auth_upn_rule *config; /* borrowed */
};

struct upn_rules {
    struct realms realms; /* borrowed */
    size_t n_rules;
    struct rule rules[];
};

void upn_rules_free(struct upn_rules *rules)
{
    for (size_t i = 0; rules && i < rules->n_rules; i++)
        free(rules->rules[i].keys);
    free(rules);
}

static enum status read_rule(const struct auth_upn_rule *config,
                             struct rule *rule, const char **why_out)
{
    SCOPED(certificates_drop) STACK_OF(X509) *read = NULL;

    TRY(certificate_file_read(config->ca, 0, &read, why_out));
    *why_out = "no memory";
    rule->config = config;
    rule->keys = calloc((size_t)sk_X509_num(read), sizeof(*rule->keys));
    if (!rule->keys)
        return STATUS_NO_MEMORY;
    for (int i = 0; i < sk_X509_num(read); i++)
        TRY(certificate_key_hash(sk_X509_value(read, i),
                                 rule->keys[rule->n_keys++]));
    return STATUS_OK;
}

enum status upn_rules_open(const struct auth_config *config,
                           struct upn_rules **rules_out, const char **why_out)
{
    OWNED(upn_rules) rules = NULL;

    if (config->n_upns == 0)
        return STATUS_OK;
    *why_out = "no memory";
    rules =
        calloc(1, sizeof(*rules) + config->n_upns * sizeof(rules->rules[0]));
    if (!rules)
        return STATUS_NO_MEMORY;
    rules->n_rules = config->n_upns;
    rules->realms = config->realms;
    for (size_t i = 0; i < config->n_upns; i++)
        TRY(read_rule(&config->upns[i], &rules->rules[i], why_out));
    *rules_out = TAKE(rules);
    return STATUS_OK;
}

static bool is_of(const struct rule *rule, const char *key)
{
    for (size_t i = 0; i < rule->n_keys; i++)
        if (strcmp(rule->keys[i], key) == 0)
            return true;
    return false;
}

/* Domain names ignore case, realms do not: the configured spelling is used. A
 * suffix stands for its realm, whose users it names. */
static const char *find_suffix(const struct upn_rules *rules,
                               const struct auth_upn_rule *rule,
                               struct text suffix)
{
    for (size_t i = 0; i < rule->n_suffixes; i++) {
        const struct realm *realm =
            realm_of_suffix(&rules->realms, text_of(rule->suffixes[i]));

        if (text_equal_nocase(suffix, text_of(rule->suffixes[i])) ||
            (realm && text_equal_nocase(suffix, text_of(realm->name))))
            return rule->suffixes[i];
    }
    return NULL;
}

/* The suffix that the evidence's issuer may assert; NULL: none. */
static const char *allowed_suffix(const struct upn_rules *rules,
                                  const char *key, struct text suffix)
{
    const char *found = NULL;

    for (size_t i = 0; rules && key && !found && i < rules->n_rules; i++)
        if (is_of(&rules->rules[i], key))
            found = find_suffix(rules, rules->rules[i].config, suffix);
    return found;
}

/* The canonical principal of name@SUFFIX, or NULL. */
static char *make_user(const struct upn_rules *rules, struct text name,
                       const char *suffix)
{
    SCOPED(buf_free) struct buf principal = buf_make(IDENTITY_MAX_BYTES);
    SCOPED(buf_free) struct buf said = buf_make(IDENTITY_MAX_BYTES);
    SCOPED(buf_free) struct buf user = buf_make(IDENTITY_MAX_BYTES);

    buf_append_text(&principal, name);
    buf_append_char(&principal, '@');
    buf_append_string(&principal, suffix);
    if (buf_status(&principal) != STATUS_OK ||
        realm_principal(&rules->realms, buf_text(&principal), &said) ==
            REALM_UNFIT ||
        identity_of_kerberos(buf_text(&said), &user) != STATUS_OK)
        return NULL;
    return text_dup(buf_text(&user));
}

void upn_rules_apply(const struct upn_rules *rules,
                     struct auth_evidence *evidence)
{
    char *upn = evidence->upn;
    const char *at = upn ? strchr(upn, '@') : NULL;
    const char *suffix =
        at ? allowed_suffix(rules, evidence->origin, text_of(at + 1)) : NULL;

    evidence->upn =
        suffix
            ? make_user(rules, (struct text){upn, (size_t)(at - upn)}, suffix)
            : NULL;
    free(upn);
}
