#include "provider/config/config_tokens.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "provider/config/config_file.h"

enum {
    MFA_MAX_AGE_MS = 12 * 60 * 60 * 1000,
    AUTHORITIES_MAX_BYTES = 32 * 1024, /* hosts keep no more */
};

static void file_drop(FILE **file)
{
    if (*file)
        fclose(*file);
}

/* ---- The table ---- */

static const char *const use_words[] = {"once", "bound", "reusable"};
_Static_assert(AUTH_TOKEN_ONCE == 0 && AUTH_TOKEN_BOUND == 1 &&
                   AUTH_TOKEN_REUSABLE == 2,
               "the words are in the order of enum auth_token_use");

static const struct schema_type some_text = {SCHEMA_TEXT, .min = 1,
                                             .max = 1024};
static const struct schema_type use = {SCHEMA_WORD, .words = use_words,
                                       .n_words = ARRAY_SIZE(use_words)};
static const struct schema_type cool_down = {
    SCHEMA_DURATION, .min = 1000, .max = 3600000,
    .what = "a duration from 1s to 1h"};
static const struct schema_type some_names = {SCHEMA_LIST, .item = &schema_name,
                                              .min = 1, .max = 64};
static const struct schema_type some_placed_names = {
    SCHEMA_LIST, .item = &schema_placed_name, .min = 1, .max = 16};
static const struct schema_type some_texts = {SCHEMA_LIST, .item = &some_text,
                                              .min = 1, .max = 64};
static const struct schema_type claims = {
    SCHEMA_DICTIONARY,
    .item = &some_texts,
    .key = &schema_placed_name,
    .max = 16,
    .value = SCHEMA_AT(struct config_claim, values),
    .size = sizeof(struct config_claim)};

#define H struct config_host_grant
static const struct schema_field host_grant_fields[] = {
    {"client_id", SCHEMA_AT(H, client_id), &some_text, .is_required = true,
     .describe = "Name of a public client with the device grant."},
    {"ca", SCHEMA_AT(H, ca), &some_text, .is_required = true,
     .place = SCHEMA_PLACE(H, ca_place),
     .describe = "Authorities that certify the issuer, PEM; hosts are given "
                 "the file."},
    {"scopes", SCHEMA_AT(H, scopes), &some_text,
     .describe = "Scopes to ask for, with blanks between."},
    {"resource", SCHEMA_AT(H, resource), &some_text,
     .describe = "Audience to ask for, where the issuer wants it (RFC 8707)."},
};
static const struct schema_type host_grant_type = {
    SCHEMA_MAP, .fields = host_grant_fields,
    .n_fields = ARRAY_SIZE(host_grant_fields), .size = sizeof(H),
    .place = SCHEMA_PLACE(H, place)};
#undef H

#define I struct config_issuer
/* The map "mfa" is read into the issuer itself, which has its fields. */
static const struct schema_field mfa_fields[] = {
    {"amr", SCHEMA_AT(I, mfa_amr), &some_names,
     .describe = "Values of \"amr\" that mean several factors."},
    {"acr", SCHEMA_AT(I, mfa_acr), &some_names,
     .describe = "Values of \"acr\" that mean the same."},
    {"max_age", SCHEMA_AT(I, mfa_max_age_ms), &schema_duration,
     .describe =
         "Maximum age of the factors, by \"auth_time\"; default 12h, 0s: any."},
};
static const struct schema_type mfa = {
    SCHEMA_MAP, .fields = mfa_fields, .n_fields = ARRAY_SIZE(mfa_fields),
    .size = sizeof(I), .place = SCHEMA_PLACE(I, mfa_place)};
static const struct schema_field fields[] = {
    {"issuer", SCHEMA_AT(I, issuer), &some_text, .is_required = true,
     .place = SCHEMA_PLACE(I, issuer_place),
     .describe = "Exact \"iss\" of its tokens."},
    {"audience", SCHEMA_AT(I, audience), &some_text, .is_required = true,
     .describe = "The required \"aud\"."},
    {"keys", SCHEMA_AT(I, keys), &some_text, .is_required = true,
     .place = SCHEMA_PLACE(I, keys_place),
     .describe = "File or https address of its public keys, a JWK set."},
    {"keys_ca", SCHEMA_AT(I, keys_ca), &some_text,
     .place = SCHEMA_PLACE(I, keys_ca_place),
     .describe = "Authorities that certify that address, PEM."},
    {"keys_cool_down", SCHEMA_AT(I, keys_cool_down_ms), &cool_down,
     .place = SCHEMA_PLACE(I, keys_cool_down_place),
     .describe = "Minimum time between two fetches of that address because of "
                 "unknown key ids or failures; default 1m."},
    {"algorithms", SCHEMA_AT(I, algorithms), &some_placed_names,
     .is_required = true, .describe = "Accepted signature algorithms."},
    {"typ", SCHEMA_AT(I, types), &some_names,
     .describe = "Accepted token types; default JWT and at+jwt."},
    {"use", SCHEMA_AT(I, use), &use,
     .describe = "How often a token signs in: once (default), bound to a "
                 "client certificate, or reusable."},
    {"claims", SCHEMA_AT(I, claims), &claims,
     .describe = "Claims every token must have, with the values allowed."},
    {"subject_claim", SCHEMA_AT(I, subject_claim), &schema_name,
     .place = SCHEMA_PLACE(I, subject_claim_place),
     .describe = "Claim that identifies the user; default \"sub\"."},
    {"mfa", 0, &mfa, .describe = "When its tokens prove level mfa."},
    {"groups_claim", SCHEMA_AT(I, groups_claim), &schema_name,
     .describe = "Claim with the user's groups; default: none."},
    {"hosts", SCHEMA_AT(I, hosts), &host_grant_type,
     .describe = "How hosts get a token there, by a code that the user "
                 "confirms (RFC 8628); smsctl host enrol writes it down."},
};
static const struct schema_type issuer_type = {
    SCHEMA_MAP,
    .fields = fields,
    .n_fields = ARRAY_SIZE(fields),
    .size = sizeof(I),
    .place = SCHEMA_PLACE(I, place),
    .initial = &(const I){.mfa_max_age_ms = MFA_MAX_AGE_MS}};
#undef I
const struct schema_type config_tokens_type = {SCHEMA_LIST,
                                               .item = &issuer_type, .max = 64};

/* ---- What a table cannot express ---- */

static void check_name(struct config_checker *c, size_t i)
{
    const struct config_issuer *issuers = c->config->issuers;

    for (size_t j = 0; j < i; j++)
        if (strcmp(issuers[i].issuer, issuers[j].issuer) == 0)
            messages_error(c->messages, issuers[i].issuer_place,
                           "\"issuer\": %s is already listed at line %u",
                           message_quote(c->arena, text_of(issuers[i].issuer)),
                           issuers[j].issuer_place.line);
}

static void check_address(struct config_checker *c,
                          const struct config_issuer *issuer)
{
    const char *why = "";

    if (!issuer->keys_ca)
        messages_error(c->messages, issuer->keys_place,
                       "\"keys\" by https need \"keys_ca\", the authorities "
                       "that certify the address");
    else if (config_file_check(c, issuer->keys_ca_place, issuer->keys_ca,
                               S_IFREG, CONFIG_GUARD_WRITE) &&
             auth_anchors_check(issuer->keys_ca, &why) != STATUS_OK)
        messages_error(c->messages, issuer->keys_ca_place, "%s", why);
}

static void check_file(struct config_checker *c,
                       const struct config_issuer *issuer)
{
    const char *why = "";

    if (issuer->keys_ca)
        messages_error(c->messages, issuer->keys_ca_place,
                       "\"keys_ca\" is for \"keys\" by https");
    if (issuer->keys_cool_down_ms)
        messages_error(c->messages, issuer->keys_cool_down_place,
                       "\"keys_cool_down\" is for \"keys\" by https");
    if (config_file_check(c, issuer->keys_place, issuer->keys, S_IFREG,
                          CONFIG_GUARD_WRITE) &&
        auth_keys_check(issuer->keys, &why) != STATUS_OK)
        messages_error(c->messages, issuer->keys_place, "%s", why);
}

static void check_keys(struct config_checker *c,
                       const struct config_issuer *issuer)
{
    if (strncmp(issuer->keys, "https://", 8) == 0)
        check_address(c, issuer);
    else if (strstr(issuer->keys, "://"))
        messages_error(c->messages, issuer->keys_place,
                       "\"keys\": expected a file or an https address, found "
                       "%s",
                       message_quote(c->arena, text_of(issuer->keys)));
    else
        check_file(c, issuer);
}

static const char *const *check_algorithms(struct config_checker *c,
                                           const struct config_issuer *issuer)
{
    const char **names =
        arena_alloc(c->arena, issuer->n_algorithms, sizeof(*names));

    for (size_t i = 0; i < issuer->n_algorithms; i++) {
        const struct schema_word *word = &issuer->algorithms[i];

        if (!auth_algorithm_is_known(word->text))
            messages_error(c->messages, word->place,
                           "\"algorithms\": there is no %s; known are RS256 to "
                           "RS512, PS256 to PS512, ES256 to ES512, EdDSA",
                           message_quote(c->arena, text_of(word->text)));
        if (names)
            names[i] = word->text;
    }
    return names;
}

/* Names that users may change, or that are reassigned (T43). */
static void check_subject(struct config_checker *c,
                          const struct config_issuer *issuer)
{
    static const char *const mutable[] = {
        "email",    "upn",        "preferred_username", "unique_name",  "name",
        "nickname", "given_name", "family_name",        "phone_number",
    };

    for (size_t i = 0; issuer->subject_claim && i < ARRAY_SIZE(mutable); i++)
        if (strcmp(issuer->subject_claim, mutable[i]) == 0)
            messages_error(c->messages, issuer->subject_claim_place,
                           "\"subject_claim\": %s may be reassigned, so it "
                           "identifies nobody",
                           mutable[i]);
}

/* The file, read once: hosts are told of it while it may be gone. */
static const char *read_authorities(struct config_checker *c,
                                    const struct config_host_grant *hosts)
{
    SCOPED(file_drop) FILE *file = fopen(hosts->ca, "re");
    char *text = arena_alloc(c->arena, AUTHORITIES_MAX_BYTES + 1, 1);
    size_t size;

    if (!file || !text)
        return NULL;
    size = fread(text, 1, AUTHORITIES_MAX_BYTES + 1, file);
    if (ferror(file) || size > AUTHORITIES_MAX_BYTES ||
        memchr(text, '\0', size))
        return NULL;
    text[size] = '\0';
    return text;
}

static void check_hosts(struct config_checker *c,
                        const struct config_issuer *issuer)
{
    const struct config_host_grant *hosts = &issuer->hosts;
    struct config *config = c->config;
    const char *why = "";

    if (hosts->place.line == 0)
        return;
    if (config->host_issuer)
        messages_error(c->messages, hosts->place,
                       "\"hosts\": another issuer has them already, at line "
                       "%u",
                       config->host_issuer->hosts.place.line);
    config->host_issuer = issuer;
    if (!hosts->ca || !config_file_check(c, hosts->ca_place, hosts->ca, S_IFREG,
                                         CONFIG_GUARD_WRITE))
        return;
    config->host_authorities = read_authorities(c, hosts);
    if (auth_anchors_check(hosts->ca, &why) != STATUS_OK)
        messages_error(c->messages, hosts->ca_place, "%s", why);
    else if (!config->host_authorities)
        messages_error(c->messages, hosts->ca_place,
                       "\"ca\": it is larger than 32 KiB, or no text");
}

static void check_mfa(struct config_checker *c,
                      const struct config_issuer *issuer)
{
    if (issuer->mfa_place.line != 0 && issuer->n_mfa_amr == 0 &&
        issuer->n_mfa_acr == 0)
        messages_error(c->messages, issuer->mfa_place,
                       "\"mfa\" needs \"amr\" or \"acr\"");
}

static const struct auth_claim *make_claims(struct config_checker *c,
                                            const struct config_issuer *from)
{
    struct auth_claim *made =
        arena_alloc(c->arena, from->n_claims, sizeof(*made));

    for (size_t i = 0; made && i < from->n_claims; i++)
        made[i] = (struct auth_claim){from->claims[i].name.text,
                                      from->claims[i].values,
                                      from->claims[i].n_values};
    return made;
}

static struct auth_issuer_config make_issuer(struct config_checker *c,
                                             const struct config_issuer *from)
{
    return (struct auth_issuer_config){
        .issuer = from->issuer,
        .audience = from->audience,
        .keys = from->keys,
        .keys_ca = from->keys_ca,
        .keys_cool_down_ms = from->keys_cool_down_ms,
        .algorithms = check_algorithms(c, from),
        .n_algorithms = from->n_algorithms,
        .types = from->types,
        .n_types = from->n_types,
        .claims = make_claims(c, from),
        .n_claims = from->n_claims,
        .mfa_amr = from->mfa_amr,
        .n_mfa_amr = from->n_mfa_amr,
        .mfa_acr = from->mfa_acr,
        .n_mfa_acr = from->n_mfa_acr,
        /* Rounded up: less than a second must not become 0, which means any
         * age. */
        .mfa_max_age_s = (from->mfa_max_age_ms + 999) / 1000,
        .subject_claim = from->subject_claim,
        .groups_claim = from->groups_claim,
        .use = (enum auth_token_use)from->use,
    };
}

void config_tokens_check(struct config_checker *c)
{
    struct config *config = c->config;
    struct auth_issuer_config *made =
        arena_alloc(c->arena, config->n_issuers, sizeof(*made));

    for (size_t i = 0; made && i < config->n_issuers; i++) {
        check_name(c, i);
        check_keys(c, &config->issuers[i]);
        check_subject(c, &config->issuers[i]);
        check_mfa(c, &config->issuers[i]);
        check_hosts(c, &config->issuers[i]);
        made[i] = make_issuer(c, &config->issuers[i]);
    }
    config->auth.issuers = made;
    config->auth.n_issuers = made ? config->n_issuers : 0;
}
