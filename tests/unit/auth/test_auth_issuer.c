/* What an issuer is configured to say: kinds, claims, use, and its review. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <unistd.h>

#include "auth/token/json_strict.h"
#include "auth/token/token.h"
#include "provider/base/clock.h"
#include "tests/support/mint.h"

enum { NOW = 1750000000 };

#define ISSUER "https://login.example.com/"
#define EC     "{\"alg\":\"ES256\",\"kid\":\"ec-1\",\"typ\":\"at+jwt\"}"
#define GOOD                                                                   \
    "\"iss\":\"" ISSUER "\",\"sub\":\"6f1c2d\",\"aud\":\"api://smsprovider\""  \
    ",\"iat\":1750000000,\"exp\":1750003600"

static char keys_path[] = "/tmp/test_auth_issuer.XXXXXX";
static struct key_source *keys;

static const char *const algorithms[] = {"ES256", "RS256"};

static const struct auth_issuer_config usual = {
    .issuer = ISSUER,
    .audience = "api://smsprovider",
    .keys = keys_path,
    .algorithms = algorithms,
    .n_algorithms = ARRAY_SIZE(algorithms),
    .use = AUTH_TOKEN_REUSABLE,
};

static int set_up(void **state)
{
    SCOPED(buf_free) struct buf json = buf_make(16384);
    const int fd = mkstemp(keys_path);
    const char *why = "";

    (void)state;
    mint_key_set(&json);
    assert_int_equal(write(fd, buf_text(&json).data, json.size), json.size);
    close(fd);
    assert_int_equal(key_source_open(&usual, false, &keys, &why), STATUS_OK);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    key_source_free(keys);
    unlink(keys_path);
    return 0;
}

struct trial {
    struct auth_issuer_config config;
    const unsigned char *certificate_sha256;
    const char *header; /* NULL: EC */
};

/* What becomes of one token: "" or the word for the audit. */
static const char *try_token(const struct trial *trial, const char *more,
                             struct auth_evidence *evidence_out)
{
    SCOPED(buf_free) struct buf token = buf_make(65536);
    SCOPED(memory_drop) char *claimed = NULL;
    const struct token_issuer issuer = {&trial->config, keys};
    const struct token_setting setting = {
        .issuers = &issuer,
        .n_issuers = 1,
        .certificate_sha256 = trial->certificate_sha256,
        .now_s = NOW,
    };
    char claims[512];
    const char *why = "";

    snprintf(claims, sizeof(claims), "{" GOOD "%s}", more);
    mint_token(&token, MINT_EC, "ES256", trial->header ? trial->header : EC,
               claims);
    return token_check(&setting, buf_text(&token), evidence_out, &claimed,
                       &why) == STATUS_OK
               ? ""
               : why;
}

static const char *judge(const struct trial *trial, const char *more)
{
    SCOPED(auth_evidence_clear) struct auth_evidence evidence = {0};

    return try_token(trial, more, &evidence);
}

/* ---- Use ---- */

static const char *use_token(enum auth_token_use use,
                             const unsigned char *certificate_sha256,
                             const char *more)
{
    struct trial trial = {usual, certificate_sha256, NULL};

    trial.config.use = use;
    return judge(&trial, more);
}

/* What is to be written down of a token that is accepted. */
static struct auth_once once_of(enum auth_token_use use, const char *more,
                                enum auth_level *level_out)
{
    SCOPED(auth_evidence_clear) struct auth_evidence evidence = {0};
    struct trial trial = {usual, NULL, NULL};

    trial.config.use = use;
    assert_string_equal(try_token(&trial, more, &evidence), "");
    *level_out = auth_level_of(&evidence, NOW);
    return evidence.once;
}

static bool is_same(struct auth_once a, struct auth_once b)
{
    return memcmp(a.key, b.key, sizeof(a.key)) == 0;
}

/* A token signs in once (T4, T40): its use is on record first. */
static void a_token_that_counts_once_proves_nothing_until_used(void **state)
{
    enum auth_level level;
    const struct auth_once one =
        once_of(AUTH_TOKEN_ONCE, ",\"jti\":\"1\"", &level);

    (void)state;
    assert_true(one.is_open);
    assert_int_equal(level, AUTH_LEVEL_NONE);
    assert_true(one.until_s > NOW);
    (void)once_of(AUTH_TOKEN_REUSABLE, ",\"jti\":\"1\"", &level);
    assert_int_equal(level, AUTH_LEVEL_DOMAIN);
}

/* A token without an id is remembered as well (T4, T40). */
static void a_token_is_known_by_its_id_or_by_what_was_signed(void **state)
{
    enum auth_level level;
    const struct auth_once one =
        once_of(AUTH_TOKEN_ONCE, ",\"jti\":\"1\"", &level);
    const struct auth_once none = once_of(AUTH_TOKEN_ONCE, "", &level);

    (void)state;
    assert_true(
        is_same(one, once_of(AUTH_TOKEN_ONCE, ",\"jti\":\"1\"", &level)));
    assert_true(
        is_same(one, once_of(AUTH_TOKEN_ONCE, ",\"jti\":\"1\",\"other\":\"1\"",
                             &level)));
    assert_false(
        is_same(one, once_of(AUTH_TOKEN_ONCE, ",\"jti\":\"2\"", &level)));
    assert_true(is_same(none, once_of(AUTH_TOKEN_ONCE, "", &level)));
    assert_false(
        is_same(none, once_of(AUTH_TOKEN_ONCE, ",\"x\":\"1\"", &level)));
    assert_string_equal(use_token(AUTH_TOKEN_ONCE, NULL, ",\"jti\":7"),
                        "token-id");
    assert_string_equal(use_token(AUTH_TOKEN_ONCE, NULL, ",\"jti\":\"\""),
                        "token-id");
}

/* A stolen token is of no use without the key it names (T40, RFC 8705). */
static void a_bound_token_counts_only_with_its_certificate(void **state)
{
    static const unsigned char hers[32] = {1};
    static const unsigned char his[32] = {2};
    static const char bound[] =
        ",\"cnf\":{\"x5t#S256\":"
        "\"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}";
    static const struct {
        enum auth_token_use use;
        const unsigned char *certificate;
        const char *more;
        const char *why;
    } rows[] = {
        {AUTH_TOKEN_BOUND, hers, bound, ""},
        {AUTH_TOKEN_REUSABLE, hers, bound, ""},
        {AUTH_TOKEN_BOUND, his, bound, "token-bound-to-another"},
        {AUTH_TOKEN_REUSABLE, his, bound, "token-bound-to-another"},
        {AUTH_TOKEN_REUSABLE, NULL, bound, "token-bound-to-another"},
        {AUTH_TOKEN_BOUND, hers, "", "token-unbound"},
        {AUTH_TOKEN_BOUND, hers, ",\"cnf\":{}", "token-binding-unknown"},
        {AUTH_TOKEN_BOUND, hers, ",\"cnf\":null", "token-binding-unknown"},
        {AUTH_TOKEN_REUSABLE, hers, ",\"cnf\":{\"jkt\":\"x\"}",
         "token-binding-unknown"},
        {AUTH_TOKEN_BOUND, hers, ",\"cnf\":{\"x5t#S256\":\"AQ\"}",
         "token-binding-unknown"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        assert_string_equal(
            use_token(rows[i].use, rows[i].certificate, rows[i].more),
            rows[i].why);
}

/* ---- Kinds and claims ---- */

/* Only access tokens sign in (T37). */
static void the_kind_is_as_configured(void **state)
{
    static const char *const strict[] = {"at+jwt"};
    static const char *const plain[] = {"JWT"};
    static const char *const own[] = {"application/vnd.example+jwt"};
    static const struct {
        const char *const *types;
        size_t n_types;
        const char *type;
        const char *why;
    } rows[] = {
        {NULL, 0, "JWT", "token-kind"}, /* it may be an ID token */
        {NULL, 0, "at+jwt", ""},
        {NULL, 0, "vnd.example+jwt", "token-kind"},
        {strict, 1, "at+jwt", ""},
        {strict, 1, "application/at+jwt", ""},
        {strict, 1, "JWT", "token-kind"},
        {plain, 1, "JWT", "token-kind"},
        {own, 1, "vnd.example+jwt", ""},
        {own, 1, "application/VND.example+jwt", ""},
        {own, 1, "at+jwt", "token-kind"},
        {own, 1, "application/", "token-kind"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct trial trial = {.config = usual};
        char header[128];

        snprintf(header, sizeof(header),
                 "{\"alg\":\"ES256\",\"kid\":\"ec-1\",\"typ\":\"%s\"}",
                 rows[i].type);
        trial.header = header;
        trial.config.types = rows[i].types;
        trial.config.n_types = rows[i].n_types;
        assert_string_equal(judge(&trial, ""), rows[i].why);
    }
}

/* What each kind of token of real issuers says (T37). */
static void only_an_access_token_signs_in(void **state)
{
    static const struct {
        const char *type;
        const char *more;
        const char *why;
    } rows[] = {
        {"at+jwt", "", ""},
        {"at+jwt", ",\"nonce\":\"x\"", "token-kind"},
        {"at+jwt", ",\"sid\":\"x\"", "token-kind"},
        {"at+jwt", ",\"at_hash\":\"x\"", "token-kind"},
        {"at+jwt", ",\"token_use\":\"id\"", "token-kind"},
        {"at+jwt", ",\"token_use\":7", "token-kind"},
        {"at+jwt", ",\"typ\":\"ID\"", "token-kind"},
        {"at+jwt", ",\"typ\":7", "token-kind"},
        {"at+jwt", ",\"scope\":\"a\",\"sid\":\"x\"", ""},
        {"JWT", ",\"azp\":\"console\"", "token-kind"},
        {"JWT", ",\"typ\":\"ID\"", "token-kind"},
        {"JWT", ",\"typ\":\"JWT\"", "token-kind"},
        {"JWT", ",\"typ\":\"Bearer\",\"sid\":\"x\"", ""},
        {"JWT", ",\"scp\":\"admin\",\"sid\":\"x\"", ""},
        {"JWT", ",\"token_use\":\"access\"", ""},
        {"JWT", ",\"client_id\":\"console\"", ""},
        {"JWT", ",\"scope\":null", "token-kind"},
        {"JWT", ",\"scp\":null,\"sid\":\"x\"", "token-kind"},
        {"JWT", ",\"scope\":\"admin\",\"nonce\":\"x\"", "token-kind"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct trial trial = {.config = usual};
        char header[128];

        snprintf(header, sizeof(header),
                 "{\"alg\":\"ES256\",\"kid\":\"ec-1\",\"typ\":\"%s\"}",
                 rows[i].type);
        trial.header = header;
        assert_string_equal(judge(&trial, rows[i].more), rows[i].why);
    }
}

/* An issuer that marks its access tokens by nothing but a claim of its own. */
static void a_claim_that_is_asked_for_tells_access_tokens(void **state)
{
    static const char *const yes[] = {"access"};
    static const struct auth_claim claims[] = {{"purpose", yes, 1}};
    static const char *const t1[] = {"t1"};
    static const struct auth_claim tenant[] = {{"tid", t1, 1}};
    static const char header[] =
        "{\"alg\":\"ES256\",\"kid\":\"ec-1\",\"typ\":\"JWT\"}";
    struct trial trial = {.config = usual, .header = header};

    (void)state;
    assert_string_equal(judge(&trial, ",\"purpose\":\"access\""), "token-kind");
    trial.config.claims = claims;
    trial.config.n_claims = 1;
    assert_string_equal(judge(&trial, ",\"purpose\":\"access\""), "");
    assert_string_equal(judge(&trial, ",\"purpose\":\"id\""), "token-claims");
    trial.config.claims = tenant; /* which its ID tokens name, too */
    assert_string_equal(judge(&trial, ",\"tid\":\"t1\""), "token-kind");
    assert_string_equal(judge(&trial, ",\"tid\":\"t1\",\"scp\":\"a\""), "");
}

static const char *judge_audience(const struct auth_issuer_config *config,
                                  const char *audience)
{
    SCOPED(auth_evidence_clear) struct auth_evidence evidence = {0};
    SCOPED(buf_free) struct buf token = buf_make(65536);
    SCOPED(memory_drop) char *claimed = NULL;
    const struct token_issuer issuer = {config, keys};
    const struct token_setting setting = {
        .issuers = &issuer, .n_issuers = 1, .now_s = NOW};
    char claims[512];
    const char *why = "";

    snprintf(claims, sizeof(claims),
             "{\"iss\":\"" ISSUER "\",\"sub\":\"x\",\"iat\":1750000000,"
             "\"exp\":1750003600,%s}",
             audience);
    mint_token(&token, MINT_EC, "ES256", EC, claims);
    return token_check(&setting, buf_text(&token), &evidence, &claimed, &why) ==
                   STATUS_OK
               ? ""
               : why;
}

/* Only tokens for this service sign in (T37). */
static void the_client_fits_an_audience_of_several(void **state)
{
#define OURS "\"api://smsprovider\""
    static const char *const clients[] = {"console"};
    static const struct auth_claim asked[] = {{"azp", clients, 1}};
    static const struct {
        bool is_asked;
        const char *claims;
        const char *why;
    } rows[] = {
        {false, "\"aud\":" OURS ",\"azp\":\"any\"", ""},
        {false, "\"aud\":[" OURS "],\"azp\":\"any\"", ""},
        {false, "\"aud\":[" OURS ",\"x\"]", ""},
        {false, "\"aud\":[" OURS ",\"x\"],\"azp\":" OURS, ""},
        {false, "\"aud\":[" OURS ",\"x\"],\"azp\":\"x\"", "token-audience"},
        {false, "\"aud\":" OURS ",\"azp\":7", "token-audience"},
        {true, "\"aud\":[" OURS ",\"x\"],\"azp\":\"console\"", ""},
        {true, "\"aud\":[" OURS ",\"x\"],\"azp\":\"x\"", "token-claims"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct auth_issuer_config config = usual;

        config.claims = asked;
        config.n_claims = rows[i].is_asked ? 1 : 0;
        assert_string_equal(judge_audience(&config, rows[i].claims),
                            rows[i].why);
    }
}

/* A token that a service got proves no presence (T7, RFC 8693). */
static void who_acts_for_another_is_not_present(void **state)
{
    static const char *const amr[] = {"mfa"};
    static const struct {
        const char *more;
        enum auth_level level;
    } rows[] = {
        {"", AUTH_LEVEL_MFA},
        {",\"may_act\":{\"sub\":\"bot\"}", AUTH_LEVEL_MFA},
        {",\"act\":{\"sub\":\"bot\"}", AUTH_LEVEL_DOMAIN},
        {",\"act\":\"bot\"", AUTH_LEVEL_DOMAIN},
        {",\"act\":null", AUTH_LEVEL_DOMAIN},
    };
    struct trial trial = {.config = usual};

    (void)state;
    trial.config.mfa_amr = amr;
    trial.config.n_mfa_amr = 1;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        SCOPED(auth_evidence_clear) struct auth_evidence evidence = {0};
        char more[128];

        snprintf(more, sizeof(more), ",\"amr\":[\"mfa\"]%s", rows[i].more);
        assert_string_equal(try_token(&trial, more, &evidence), "");
        assert_int_equal(auth_level_of(&evidence, NOW), rows[i].level);
    }
}

static void a_nul_in_the_claims_is_no_end(void **state)
{
    static const char whole[] = "{\"keys\":[{\"kty\":\"OKP\",\"n\":1\0}]}";
    OWNED(key_set) set = NULL;
    json_t *json = NULL;
    const char *why = "";

    (void)state;
    assert_int_equal(
        key_set_read((struct text){whole, sizeof(whole) - 1}, &set, &why),
        STATUS_INVALID);
    assert_string_equal(why, "not a JSON object");
    assert_int_equal(json_read_object(TEXT("{\"a\":1\0}"), &json),
                     STATUS_INVALID);
    assert_int_equal(json_read_object(TEXT("{\"a\":1}\0"), &json),
                     STATUS_INVALID);
    assert_int_equal(json_read_object(TEXT("{\"a\":1}"), &json), STATUS_OK);
    json_decref(json);
}

/* Tenant, client and scope are as configured (T36, T37). */
static void claims_that_are_asked_for_must_be_made(void **state)
{
    static const char *const tenants[] = {"t1"};
    static const char *const clients[] = {"console", "scripts"};
    static const struct auth_claim claims[] = {{"tid", tenants, 1},
                                               {"azp", clients, 2}};
    static const struct {
        const char *more;
        const char *why;
    } rows[] = {
        {",\"tid\":\"t1\",\"azp\":\"scripts\"", ""},
        {",\"tid\":\"t1\"", "token-claims"},
        {",\"azp\":\"console\"", "token-claims"},
        {",\"tid\":\"t2\",\"azp\":\"console\"", "token-claims"},
        {",\"tid\":\"T1\",\"azp\":\"console\"", "token-claims"},
        {",\"tid\":[\"t1\"],\"azp\":\"console\"", "token-claims"},
        {",\"tid\":\"t1\",\"azp\":\"consoles\"", "token-claims"},
        {"", "token-claims"},
    };
    struct trial trial = {.config = usual};

    (void)state;
    trial.config.claims = claims;
    trial.config.n_claims = ARRAY_SIZE(claims);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        assert_string_equal(judge(&trial, rows[i].more), rows[i].why);
}

static void the_person_is_in_the_claim_that_is_configured(void **state)
{
    struct trial trial = {.config = usual};
    SCOPED(auth_evidence_clear) struct auth_evidence evidence = {0};

    (void)state;
    trial.config.subject_claim = "oid";
    assert_string_equal(try_token(&trial, ",\"oid\":\"abc\"", &evidence), "");
    assert_string_equal(evidence.identities[0].value, ISSUER " abc");
    assert_string_equal(judge(&trial, ""), "token-subject");
    assert_string_equal(judge(&trial, ",\"oid\":7"), "token-subject");
}

/* ---- Review ---- */

#define HOUR_AGO ",\"auth_time\":1749996400"

static const char *const mfa[] = {"mfa", "hwk"};
static const char *const hwk[] = {"hwk"};
static const char *const c1[] = {"c1"};

static struct auth_issuer_config with_mfa(const char *const *amr, size_t n_amr,
                                          int64_t max_age_s)
{
    struct auth_issuer_config config = usual;

    config.mfa_amr = amr;
    config.n_mfa_amr = n_amr;
    config.mfa_acr = c1;
    config.n_mfa_acr = 1;
    config.mfa_max_age_s = max_age_s;
    config.groups_claim = "groups";
    return config;
}

static struct auth *open_with(const struct auth_issuer_config *issuer)
{
    const struct auth_config config = {
        .issuers = issuer, .n_issuers = 1, .is_trial = true};
    struct auth *auth = NULL;
    const char *why = "";

    assert_int_equal(auth_new(&config, &auth, &why), STATUS_OK);
    return auth;
}

static void evidence_proves_what_the_next_configuration_lets_it(void **state)
{
    static const struct {
        const char *more;
        const char *const *amr;
        size_t n_amr;
        int64_t max_age_s;
        enum auth_level level;
        int64_t later_s;
    } rows[] = {
        {",\"amr\":[\"mfa\"]" HOUR_AGO, mfa, 2, 43200, AUTH_LEVEL_MFA, 0},
        {",\"amr\":[\"mfa\"]" HOUR_AGO, hwk, 1, 43200, AUTH_LEVEL_DOMAIN, 0},
        {",\"amr\":[\"mfa\",\"hwk\"]" HOUR_AGO, hwk, 1, 43200, AUTH_LEVEL_MFA,
         0},
        {",\"acr\":\"c1\"" HOUR_AGO, NULL, 0, 43200, AUTH_LEVEL_MFA, 0},
        /* A shorter age counts from the same moment. */
        {",\"amr\":[\"mfa\"]" HOUR_AGO, mfa, 2, 3600, AUTH_LEVEL_DOMAIN, 0},
        {",\"amr\":[\"mfa\"]" HOUR_AGO, mfa, 2, 3660, AUTH_LEVEL_MFA, 59},
        {",\"amr\":[\"mfa\"]" HOUR_AGO, mfa, 2, 3660, AUTH_LEVEL_DOMAIN, 60},
        /* A longer one gives no more time than there was. */
        {",\"amr\":[\"pwd\"]" HOUR_AGO, mfa, 2, 43200, AUTH_LEVEL_DOMAIN, 0},
    };
    const struct auth_issuer_config first = with_mfa(mfa, 2, 43200);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        const struct auth_issuer_config second =
            with_mfa(rows[i].amr, rows[i].n_amr, rows[i].max_age_s);
        OWNED(auth) before = open_with(&first);
        OWNED(auth) now = open_with(&second);
        const struct trial trial = {.config = first};
        SCOPED(auth_evidence_clear) struct auth_evidence evidence = {0};

        assert_string_equal(try_token(&trial, rows[i].more, &evidence), "");
        (void)auth_evidence_review(&evidence, before, now);
        assert_int_equal(auth_level_of(&evidence, NOW + rows[i].later_s),
                         rows[i].level);
    }
}

static void an_age_that_nobody_knows_is_too_old(void **state)
{
    const struct auth_issuer_config first = with_mfa(mfa, 2, 0);
    const struct auth_issuer_config second = with_mfa(mfa, 2, 43200);
    OWNED(auth) before = open_with(&first);
    OWNED(auth) now = open_with(&second);
    const struct trial trial = {.config = first};
    SCOPED(auth_evidence_clear) struct auth_evidence evidence = {0};

    (void)state;
    assert_string_equal(try_token(&trial, ",\"amr\":[\"mfa\"]", &evidence), "");
    assert_int_equal(auth_level_of(&evidence, NOW), AUTH_LEVEL_MFA);
    assert_false(auth_evidence_review(&evidence, before, before));
    assert_true(auth_evidence_review(&evidence, before, now));
    assert_int_equal(auth_level_of(&evidence, NOW), AUTH_LEVEL_DOMAIN);
    assert_false(auth_evidence_review(&evidence, now, before));
    assert_int_equal(auth_level_of(&evidence, NOW), AUTH_LEVEL_DOMAIN);
}

static void groups_of_an_issuer_that_is_gone_go_with_it(void **state)
{
    const struct auth_issuer_config first = with_mfa(mfa, 2, 0);
    struct auth_issuer_config second = first;
    const struct auth_config none = {.is_trial = true};
    OWNED(auth) before = open_with(&first);
    OWNED(auth) now = NULL;
    OWNED(auth) empty = NULL;
    const struct trial trial = {.config = first};
    SCOPED(auth_evidence_clear) struct auth_evidence evidence = {0};
    const char *why;

    (void)state;
    second.groups_claim = "roles";
    now = open_with(&second);
    assert_int_equal(auth_new(&none, &empty, &why), STATUS_OK);
    assert_string_equal(try_token(&trial, ",\"groups\":[\"a\"]", &evidence),
                        "");
    assert_int_equal(evidence.n_groups, 1);
    assert_true(auth_evidence_review(&evidence, before, now));
    assert_int_equal(evidence.n_groups, 0);
    assert_true(evidence.groups_unknown);
    assert_int_equal(auth_level_of(&evidence, NOW), AUTH_LEVEL_DOMAIN);
    assert_true(auth_evidence_review(&evidence, now, empty));
    assert_int_equal(auth_level_of(&evidence, NOW), AUTH_LEVEL_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_that_counts_once_proves_nothing_until_used),
        cmocka_unit_test(a_token_is_known_by_its_id_or_by_what_was_signed),
        cmocka_unit_test(a_bound_token_counts_only_with_its_certificate),
        cmocka_unit_test(the_kind_is_as_configured),
        cmocka_unit_test(only_an_access_token_signs_in),
        cmocka_unit_test(a_claim_that_is_asked_for_tells_access_tokens),
        cmocka_unit_test(the_client_fits_an_audience_of_several),
        cmocka_unit_test(who_acts_for_another_is_not_present),
        cmocka_unit_test(a_nul_in_the_claims_is_no_end),
        cmocka_unit_test(claims_that_are_asked_for_must_be_made),
        cmocka_unit_test(the_person_is_in_the_claim_that_is_configured),
        cmocka_unit_test(evidence_proves_what_the_next_configuration_lets_it),
        cmocka_unit_test(an_age_that_nobody_knows_is_too_old),
        cmocka_unit_test(groups_of_an_issuer_that_is_gone_go_with_it),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
