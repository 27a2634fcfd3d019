#include "tests/unit/unit.h"

#include <stdio.h>

#include "auth/token/token.h"
#include "tests/support/mint.h"

enum { NOW = 1750000000 };

#define ISSUER "https://login.example.com/"
#define EC     "{\"alg\":\"ES256\",\"kid\":\"ec-1\",\"typ\":\"at+jwt\"}"
#define RSA    "{\"alg\":\"RS256\",\"kid\":\"rsa-1\",\"typ\":\"JWT\"}"
#define ED     "{\"alg\":\"EdDSA\",\"kid\":\"ed-1\",\"typ\":\"at+jwt\"}"

/* What every good token says; more members may follow. */
#define WHO   "\"iss\":\"" ISSUER "\",\"sub\":\"6f1c2d\""
#define FOR   ",\"aud\":\"api://smsprovider\""
#define TIMES ",\"iat\":1750000000,\"exp\":1750003600"
#define MFA   ",\"amr\":[\"pwd\",\"mfa\"],\"auth_time\":1749999000"
#define SCOPE ",\"scope\":\"admin\""
#define GOOD  WHO FOR TIMES SCOPE

static const char *const algorithms[] = {"ES256", "EdDSA", "PS256", "RS256"};
static const char *const mfa_values[] = {"ngcmfa", "mfa"};

static const struct auth_issuer_config config = {
    .issuer = ISSUER,
    .audience = "api://smsprovider",
    .keys = "unused",
    .algorithms = algorithms,
    .n_algorithms = ARRAY_SIZE(algorithms),
    .mfa_amr = mfa_values,
    .n_mfa_amr = ARRAY_SIZE(mfa_values),
    .mfa_max_age_s = 12 * 3600,
    .groups_claim = "groups",
    .use = AUTH_TOKEN_REUSABLE,
};

static int set_up(void **state)
{
    static struct token_issuer issuer = {&config, NULL};
    struct key_set *keys = NULL;
    SCOPED(buf_free) struct buf json = buf_make(16384);
    const char *why = "";

    mint_key_set(&json);
    assert_int_equal(key_set_read(buf_text(&json), &keys, &why), STATUS_OK);
    assert_int_equal(key_source_fixed(keys, &issuer.keys), STATUS_OK);
    *state = &issuer;
    return 0;
}

static int tear_down(void **state)
{
    struct token_issuer *issuer = *state;

    key_source_free(issuer->keys);
    return 0;
}

/* The outcome of one token at NOW: "" or the word for the audit. */
static const char *check(const struct token_issuer *issuer, struct text token,
                         struct auth_evidence *evidence_out)
{
    const struct token_setting setting = {
        .issuers = issuer, .n_issuers = 1, .now_s = NOW};
    SCOPED(memory_drop) char *claimed = NULL;
    const char *why = NULL;

    *evidence_out = (struct auth_evidence){0};
    if (token_check(&setting, token, evidence_out, &claimed, &why) == STATUS_OK)
        return "";
    assert_int_equal(evidence_out->n_identities, 0);
    return why;
}

static const char *check_minted(const struct token_issuer *issuer,
                                enum mint_key key, const char *alg,
                                const char *header, const char *claims)
{
    SCOPED(buf_free) struct buf token = buf_make(65536);
    SCOPED(auth_evidence_clear) struct auth_evidence evidence = {0};

    mint_token(&token, key, alg, header, claims);
    return check(issuer, buf_text(&token), &evidence);
}

/* Neither algorithm nor key is the token's to choose (T33 to T35). */
static void the_key_decides_how_a_token_is_signed(void **state)
{
    static const struct {
        enum mint_key key;
        const char *alg;
        const char *header;
        const char *why;
    } rows[] = {
        {MINT_EC, "ES256", EC, ""},
        {MINT_RSA, "RS256", RSA, ""},
        {MINT_ED, "EdDSA", ED, ""},
        {MINT_RSA, "PS256",
         "{\"alg\":\"PS256\",\"kid\":\"rsa-1\",\"typ\":\"JWT\"}", ""},
        {MINT_OTHER_RSA, "RS256", RSA, "token-signature"},
        {MINT_EC, "DER", EC, "token-signature"},
        {MINT_RSA, "PS256", RSA, "token-signature"},
        {MINT_RSA, "none",
         "{\"alg\":\"none\",\"kid\":\"rsa-1\",\"typ\":\"JWT\"}",
         "token-malformed"},
        {MINT_RSA, "RS256",
         "{\"alg\":\"none\",\"kid\":\"rsa-1\",\"typ\":\"JWT\"}",
         "token-algorithm"},
        {MINT_RSA, "RS256",
         "{\"alg\":\"nOnE\",\"kid\":\"rsa-1\",\"typ\":\"JWT\"}",
         "token-algorithm"},
        {MINT_RSA, "HS256",
         "{\"alg\":\"HS256\",\"kid\":\"rsa-1\",\"typ\":\"JWT\"}",
         "token-algorithm"},
        {MINT_RSA, "HS256", RSA, "token-signature"},
        {MINT_RSA, "RS256",
         "{\"alg\":\"ES256\",\"kid\":\"rsa-1\",\"typ\":\"JWT\"}",
         "token-algorithm"},
        {MINT_EC, "ES256",
         "{\"alg\":\"RS256\",\"kid\":\"ec-1\",\"typ\":\"JWT\"}",
         "token-algorithm"},
        /* an algorithm we know, but nobody configured */
        {MINT_RSA, "RS256",
         "{\"alg\":\"RS512\",\"kid\":\"rsa-1\",\"typ\":\"JWT\"}",
         "token-algorithm"},
        {MINT_EC, "ES256",
         "{\"alg\":\"ES256\",\"kid\":\"ec-2\",\"typ\":\"JWT\"}",
         "token-key-unknown"},
        {MINT_EC, "ES256",
         "{\"alg\":\"ES256\",\"kid\":\"EC-1\",\"typ\":\"JWT\"}",
         "token-key-unknown"},
        {MINT_EC, "ES256", "{\"alg\":\"ES256\",\"typ\":\"JWT\"}",
         "token-key-id"},
        {MINT_EC, "ES256",
         "{\"alg\":\"ES256\",\"kid\":\"' or 1\",\"typ\":\"JWT\"}",
         "token-key-id"},
        {MINT_EC, "ES256",
         "{\"alg\":\"ES256\",\"kid\":\"ec-1\\u0000\",\"typ\":\"JWT\"}",
         "token-malformed"},
        {MINT_EC, "ES256",
         "{\"alg\":\"ES256\",\"kid\":\"../../dev/null\",\"typ\":\"JWT\"}",
         "token-key-unknown"},
        {MINT_RSA, "HS256",
         "{\"alg\":\"HS256\",\"kid\":\"secret\",\"typ\":\"JWT\"}",
         "token-algorithm"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        assert_string_equal(check_minted(*state, rows[i].key, rows[i].alg,
                                         rows[i].header, "{" GOOD "}"),
                            rows[i].why);
}

static void hints_in_the_header_refuse_the_token(void **state)
{
    static const char *const hints[] = {
        "\"jku\":\"https://evil.example/\"",
        "\"jwk\":{}",
        "\"x5u\":\"https://evil.example/\"",
        "\"x5c\":[]",
        "\"crit\":[\"exp\"]",
        "\"b64\":false",
        "\"zip\":\"DEF\"",
        "\"enc\":\"A128GCM\"",
        "\"alg\":\"RS256\"",
    };

    for (size_t i = 0; i < ARRAY_SIZE(hints); i++) {
        char header[256];

        snprintf(header, sizeof(header),
                 "{\"alg\":\"ES256\",\"kid\":\"ec-1\",\"typ\":\"JWT\",%s}",
                 hints[i]);
        assert_string_not_equal(
            check_minted(*state, MINT_EC, "ES256", header, "{" GOOD "}"), "");
    }
}

/* Issuer, audience, kind and times are exact (T36 to T38). */
static void each_claim_is_refused_for_its_own_reason(void **state)
{
    static const struct {
        const char *claims;
        const char *why;
    } rows[] = {
        {"{" GOOD "}", ""},
        {"{\"iss\":\"https://login.example.com\",\"sub\":\"a\"" FOR TIMES "}",
         "token-issuer"},
        {"{\"iss\":\"HTTPS://LOGIN.EXAMPLE.COM/\",\"sub\":\"a\"" FOR TIMES "}",
         "token-issuer"},
        {"{\"sub\":\"a\"" FOR TIMES "}", "token-issuer"},
        {"{" WHO TIMES "}", "token-audience"},
        {"{" WHO ",\"aud\":\"api://smsprovider2\"" TIMES "}", "token-audience"},
        {"{" WHO ",\"aud\":\"api://smsprovide\"" TIMES "}", "token-audience"},
        {"{" WHO ",\"aud\":\"x api://smsprovider\"" TIMES "}",
         "token-audience"},
        {"{" WHO ",\"aud\":[\"x\",\"api://smsprovider\"]" TIMES "}", ""},
        {"{" WHO ",\"aud\":[\"x\"]" TIMES "}", "token-audience"},
        {"{" WHO ",\"aud\":[\"api://smsprovider\",1]" TIMES "}",
         "token-audience"},
        {"{" WHO ",\"aud\":{\"api://smsprovider\":1}" TIMES "}",
         "token-audience"},
        {"{\"iss\":\"" ISSUER "\"" FOR TIMES "}", "token-subject"},
        {"{\"iss\":\"" ISSUER "\",\"sub\":\"\"" FOR TIMES "}", "token-subject"},
        {"{\"iss\":\"" ISSUER "\",\"sub\":7" FOR TIMES "}", "token-subject"},
        {"{" GOOD ",\"at_hash\":\"x\"}", "token-kind"},
        {"{" GOOD ",\"events\":{}}", "token-kind"},
        {"{" GOOD ",\"typ\":\"Refresh\"}", "token-kind"},
        {"{" GOOD ",\"typ\":\"Bearer\"}", ""},
        {"{" WHO FOR ",\"iat\":1749990000,\"exp\":1749999940}",
         "token-expired"},
        {"{" WHO FOR ",\"iat\":1749990000,\"exp\":1749999941}", ""},
        {"{" WHO FOR ",\"iat\":1750000060,\"exp\":1750000100}", ""},
        {"{" WHO FOR ",\"iat\":1750000061,\"exp\":1750000100}",
         "token-from-the-future"},
        {"{" GOOD ",\"nbf\":1750000060}", ""},
        {"{" GOOD ",\"nbf\":1750000061}", "token-not-yet-valid"},
        {"{" GOOD ",\"nbf\":\"1\"}", "token-times-malformed"},
        {"{" WHO FOR ",\"iat\":1750000000}", "token-times-malformed"},
        {"{" WHO FOR ",\"exp\":1750003600}", "token-times-malformed"},
        {"{" WHO FOR ",\"iat\":1750000000,\"exp\":\"1750003600\"}",
         "token-times-malformed"},
        {"{" WHO FOR ",\"iat\":1750000000,\"exp\":1750003600.5}",
         "token-times-malformed"},
        {"{" WHO FOR ",\"iat\":-1,\"exp\":1750003600}",
         "token-times-malformed"},
        {"{" WHO FOR ",\"iat\":1750000000,\"exp\":1e400}", "token-malformed"},
        {"{" WHO FOR ",\"iat\":1750000000,\"exp\":9007199254740993}",
         "token-times-malformed"},
        {"{" WHO FOR ",\"iat\":1750000000,\"exp\":1750086401}",
         "token-lifetime"},
        {"{" GOOD ",\"exp\":1750003600}", "token-malformed"},
        {"{" GOOD ",\"deep\":[[[[[[[[1]]]]]]]]}", "token-malformed"},
        {"{" GOOD "} ", ""},
        {"{" GOOD "}{}", "token-malformed"},
        {"["
         "]",
         "token-malformed"},
        {"{" GOOD ",\"x\":\"\xC3\x28\"}", "token-malformed"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        assert_string_equal(
            check_minted(*state, MINT_EC, "ES256", EC, rows[i].claims),
            rows[i].why);
}

static void only_tokens_of_the_right_type_are_access_tokens(void **state)
{
    static const struct {
        const char *type;
        const char *why;
    } rows[] = {
        {",\"typ\":\"at+jwt\"", ""},
        {",\"typ\":\"AT+JWT\"", ""},
        {",\"typ\":\"application/at+jwt\"", ""},
        {",\"typ\":\"JWT\"", ""},
        {"", "token-kind"},
        {",\"typ\":\"logout+jwt\"", "token-kind"},
        {",\"typ\":\"dpop+jwt\"", "token-kind"},
        {",\"typ\":1", "token-kind"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        char header[128];

        snprintf(header, sizeof(header),
                 "{\"alg\":\"ES256\",\"kid\":\"ec-1\"%s}", rows[i].type);
        assert_string_equal(
            check_minted(*state, MINT_EC, "ES256", header, "{" GOOD "}"),
            rows[i].why);
    }
}

static enum auth_level level_with(const struct token_issuer *issuer,
                                  const char *claims, int64_t now_s)
{
    SCOPED(buf_free) struct buf token = buf_make(65536);
    SCOPED(auth_evidence_clear) struct auth_evidence evidence = {0};

    mint_token(&token, MINT_EC, "ES256", EC, claims);
    assert_string_equal(check(issuer, buf_text(&token), &evidence), "");
    return auth_level_of(&evidence, now_s);
}

/* The mfa level must be said, and recently (T39). */
static void several_factors_count_when_they_are_said_and_fresh(void **state)
{
    static const struct {
        const char *claims;
        enum auth_level level;
    } rows[] = {
        {"{" GOOD MFA "}", AUTH_LEVEL_MFA},
        {"{" GOOD ",\"amr\":[\"ngcmfa\"],\"auth_time\":1750000000}",
         AUTH_LEVEL_MFA},
        {"{" GOOD "}", AUTH_LEVEL_DOMAIN},
        {"{" GOOD ",\"amr\":[],\"auth_time\":1750000000}", AUTH_LEVEL_DOMAIN},
        {"{" GOOD ",\"amr\":\"mfa\",\"auth_time\":1750000000}",
         AUTH_LEVEL_DOMAIN},
        {"{" GOOD ",\"amr\":[\"pwd\",\"otp\"],\"auth_time\":1750000000}",
         AUTH_LEVEL_DOMAIN},
        {"{" GOOD ",\"amr\":[\"MFA\"],\"auth_time\":1750000000}",
         AUTH_LEVEL_DOMAIN},
        {"{" GOOD ",\"amr\":[\"mfa\",1],\"auth_time\":1750000000}",
         AUTH_LEVEL_DOMAIN},
        {"{" GOOD ",\"amr\":[\"mfa\"]}", AUTH_LEVEL_DOMAIN},
        {"{" GOOD ",\"amr\":[\"mfa\"],\"auth_time\":0}", AUTH_LEVEL_DOMAIN},
        {"{" GOOD ",\"amr\":[\"mfa\"],\"auth_time\":1749956800}",
         AUTH_LEVEL_DOMAIN},
        {"{" GOOD ",\"amr\":[\"mfa\"],\"auth_time\":1749956801}",
         AUTH_LEVEL_MFA},
        {"{" GOOD ",\"amr\":[\"mfa\"],\"auth_time\":1750000061}",
         AUTH_LEVEL_DOMAIN},
        {"{" GOOD ",\"amr\":[\"mfa\"],\"auth_time\":\"1750000000\"}",
         AUTH_LEVEL_DOMAIN},
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        assert_int_equal(level_with(*state, rows[i].claims, NOW),
                         rows[i].level);
}

static void factors_age_during_a_session(void **state)
{
    const char *claims =
        "{" GOOD ",\"amr\":[\"mfa\"],\"auth_time\":1749956810}";

    assert_int_equal(level_with(*state, claims, NOW + 9), AUTH_LEVEL_MFA);
    assert_int_equal(level_with(*state, claims, NOW + 10), AUTH_LEVEL_DOMAIN);
    assert_int_equal(level_with(*state, claims, NOW + 3660), AUTH_LEVEL_NONE);
}

static void groups_that_are_not_all_listed_are_unknown(void **state)
{
    static const struct {
        const char *claims;
        size_t n_groups;
        bool unknown;
    } rows[] = {
        {"{" GOOD ",\"groups\":[\"a\",\"b\"]}", 2, false},
        {"{" GOOD "}", 0, false},
        {"{" GOOD ",\"groups\":\"a\"}", 0, true},
        {"{" GOOD ",\"_claim_names\":{\"groups\":\"src1\"}}", 0, true},
        {"{" GOOD ",\"hasgroups\":true}", 0, true},
        {"{" GOOD ",\"groups\":[\"a\",7]}", 0, true},
        {"{" GOOD ",\"groups\":[\"a\",\"\"]}", 0, true},
        {"{" GOOD ",\"groups\":[\"a\"],\"hasgroups\":true}", 0, true},
        {"{" GOOD ",\"hasgroups\":\"true\"}", 0, true},
        {"{" GOOD ",\"groups\":[\"a\"],\"hasgroups\":false}", 1, false},
        {"{" GOOD ",\"groups\":[\"a\"],\"_claim_names\":{\"groups\":\"s\"}}", 0,
         true},
        {"{" GOOD ",\"_claim_names\":\"groups\"}", 0, true},
        {"{" GOOD ",\"groups\":[\"a\"],\"_claim_names\":{\"address\":\"s\"}}",
         1, false},
        {"{" GOOD ",\"groups\":null}", 0, true},
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        SCOPED(buf_free) struct buf token = buf_make(65536);
        SCOPED(auth_evidence_clear) struct auth_evidence evidence = {0};

        mint_token(&token, MINT_EC, "ES256", EC, rows[i].claims);
        assert_string_equal(check(*state, buf_text(&token), &evidence), "");
        assert_int_equal(evidence.n_groups, rows[i].n_groups);
        assert_int_equal(evidence.groups_unknown, rows[i].unknown);
    }
}

/* A list of more than anybody may be in, beside the longest that counts. */
static void too_many_groups_are_unknown(void **state)
{
    static const size_t sizes[] = {AUTH_GROUPS_MAX, AUTH_GROUPS_MAX + 1};

    for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
        SCOPED(buf_free) struct buf claims = buf_make(65536);
        SCOPED(buf_free) struct buf token = buf_make(65536);
        SCOPED(auth_evidence_clear) struct auth_evidence evidence = {0};

        buf_append_string(&claims, "{" GOOD ",\"groups\":[\"g\"");
        for (size_t n = 1; n < sizes[i]; n++)
            buf_append_format(&claims, ",\"g%zu\"", n);
        buf_append_string(&claims, "]}");
        buf_append_char(&claims, '\0');
        mint_token(&token, MINT_EC, "ES256", EC, buf_text(&claims).data);
        assert_string_equal(check(*state, buf_text(&token), &evidence), "");
        assert_int_equal(evidence.n_groups,
                         sizes[i] > AUTH_GROUPS_MAX ? 0 : sizes[i]);
        assert_int_equal(evidence.groups_unknown, sizes[i] > AUTH_GROUPS_MAX);
    }
}

/* Names in a token identify nobody (T43). */
static void a_person_is_issuer_and_subject_whatever_else_is_said(void **state)
{
    SCOPED(buf_free) struct buf token = buf_make(65536);
    SCOPED(auth_evidence_clear) struct auth_evidence evidence = {0};

    mint_token(
        &token, MINT_EC, "ES256", EC,
        "{" GOOD ",\"email\":\"alice@example.com\","
        "\"upn\":\"alice@example.com\",\"preferred_username\":\"alice\"}");
    assert_string_equal(check(*state, buf_text(&token), &evidence), "");
    assert_int_equal(evidence.n_identities, 1);
    assert_int_equal(evidence.identities[0].kind, IDENTITY_TOKEN);
    assert_string_equal(evidence.identities[0].value, ISSUER " 6f1c2d");
}

/* A token has one spelling (T42). */
static void one_changed_or_added_byte_spoils_a_token(void **state)
{
    SCOPED(buf_free) struct buf token = buf_make(65536);

    mint_token(&token, MINT_EC, "ES256", EC, "{" GOOD "}");
    for (size_t at = 0; at < token.size; at++) {
        SCOPED(auth_evidence_clear) struct auth_evidence evidence = {0};
        const char before = token.data[at];

        token.data[at] = before == 'A' ? 'B' : 'A';
        assert_string_not_equal(check(*state, buf_text(&token), &evidence), "");
        token.data[at] = before;
    }
    for (size_t size = 0; size < token.size; size++) {
        SCOPED(auth_evidence_clear) struct auth_evidence evidence = {0};

        assert_string_not_equal(
            check(*state, (struct text){token.data, size}, &evidence), "");
    }
    for (const char *tail = "=.A \n"; *tail; tail++) {
        SCOPED(auth_evidence_clear) struct auth_evidence evidence = {0};

        buf_append_char(&token, *tail);
        assert_string_not_equal(check(*state, buf_text(&token), &evidence), "");
        buf_truncate(&token, token.size - 1);
    }
}

/* The last letter of 64 encoded bytes carries four bits that mean nothing. */
static void a_second_spelling_of_a_signature_is_refused(void **state)
{
    SCOPED(buf_free) struct buf token = buf_make(65536);
    SCOPED(auth_evidence_clear) struct auth_evidence evidence = {0};
    char *last;

    mint_token(&token, MINT_EC, "ES256", EC, "{" GOOD "}");
    last = &token.data[token.size - 1];
    *last = (char)(*last + 1); /* A -> B, Q -> R, g -> h, w -> x */
    assert_string_equal(check(*state, buf_text(&token), &evidence),
                        "token-malformed");
}

static void keys_of_one_issuer_never_verify_another(void **state)
{
    const struct token_issuer *home = *state;
    struct auth_issuer_config other_config = config;
    const char *why;
    SCOPED(buf_free) struct buf json = buf_make(16384);
    SCOPED(buf_free) struct buf token = buf_make(65536);
    SCOPED(auth_evidence_clear) struct auth_evidence evidence = {0};
    SCOPED(memory_drop) char *claimed = NULL;
    OWNED(key_source) source = NULL;
    struct key_set *keys = NULL;

    other_config.issuer = "https://other.example.com/";
    buf_append_string(&json, "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\","
                             "\"kid\":\"ec-1\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7"
                             "hcvPapiMlrwIaaPcHURo\"}]}");
    assert_int_equal(key_set_read(buf_text(&json), &keys, &why), STATUS_OK);
    assert_int_equal(key_source_fixed(keys, &source), STATUS_OK);
    const struct token_issuer both[] = {*home, {&other_config, source}};
    const struct token_setting setting = {
        .issuers = both, .n_issuers = 2, .now_s = NOW};

    mint_token(&token, MINT_EC, "ES256", EC,
               "{\"iss\":\"https://other.example.com/\",\"sub\":\"a\"" FOR TIMES
               "}");
    assert_int_equal(
        token_check(&setting, buf_text(&token), &evidence, &claimed, &why),
        STATUS_DENIED);
    assert_string_equal(why, "token-algorithm");
}

/* Key ids are unique and keys of bounded size (T35, T44). */
static void key_sets_that_are_not_sound_are_refused(void **state)
{
#define KEY                                                                    \
    "\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":"                               \
    "\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\""
    static const struct {
        const char *json;
        enum status status;
    } rows[] = {
        {"{\"keys\":[{" KEY ",\"kid\":\"a\"}]}", STATUS_OK},
        {"{\"keys\":[{" KEY ",\"kid\":\"a\"},{\"kty\":\"new\"}]}", STATUS_OK},
        {"{\"keys\":[{" KEY "}]}", STATUS_INVALID},
        {"{\"keys\":[{" KEY ",\"kid\":\"a b\"}]}", STATUS_INVALID},
        {"{\"keys\":[{" KEY ",\"kid\":\"a\"},{" KEY ",\"kid\":\"a\"}]}",
         STATUS_INVALID},
        {"{\"keys\":[{" KEY ",\"kid\":\"a\",\"alg\":\"RS256\"}]}",
         STATUS_INVALID},
        {"{\"keys\":[{" KEY ",\"kid\":\"a\",\"use\":\"enc\"}]}",
         STATUS_INVALID},
        {"{\"keys\":[]}", STATUS_INVALID},
        {"{\"keys\":{}}", STATUS_INVALID},
        {"[]", STATUS_INVALID},
        {"", STATUS_INVALID},
        {"{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"a\",\"n\":\"AQAB\","
         "\"e\":\"AQAB\",\"alg\":\"RS256\"}]}",
         STATUS_INVALID},
        {"{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"a\","
         "\"x\":\"AAAA\",\"y\":\"AAAA\"}]}",
         STATUS_INVALID},
        {"{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"a\",\"x\":"
         "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE\",\"y\":"
         "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE\"}]}",
         STATUS_INVALID}, /* not on the curve */
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        OWNED(key_set) set = NULL;
        const char *why = "";

        assert_int_equal(key_set_read(text_of(rows[i].json), &set, &why),
                         rows[i].status);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_key_decides_how_a_token_is_signed),
        cmocka_unit_test(hints_in_the_header_refuse_the_token),
        cmocka_unit_test(each_claim_is_refused_for_its_own_reason),
        cmocka_unit_test(only_tokens_of_the_right_type_are_access_tokens),
        cmocka_unit_test(several_factors_count_when_they_are_said_and_fresh),
        cmocka_unit_test(factors_age_during_a_session),
        cmocka_unit_test(groups_that_are_not_all_listed_are_unknown),
        cmocka_unit_test(too_many_groups_are_unknown),
        cmocka_unit_test(a_person_is_issuer_and_subject_whatever_else_is_said),
        cmocka_unit_test(one_changed_or_added_byte_spoils_a_token),
        cmocka_unit_test(a_second_spelling_of_a_signature_is_refused),
        cmocka_unit_test(keys_of_one_issuer_never_verify_another),
        cmocka_unit_test(key_sets_that_are_not_sound_are_refused),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
