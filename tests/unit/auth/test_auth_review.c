/*
 * Evidence under the next configuration: what it said before it keeps only as
 * far as the next one would say it too, of the same person.
 */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "auth/exchange.h"
#include "tests/support/mint.h"

#define ISSUER "https://login.example.com/"

static char keys_path[] = "/tmp/test_auth_review.XXXXXX";
static char other_keys_path[] = "/tmp/test_auth_review.XXXXXX";

static const char *const both[] = {"ES256", "RS256"};
static const char *const one[] = {"ES256"};
static const char *const types[] = {"at+jwt"};
static const char *const staff[] = {"staff"};
static const char *const guests[] = {"staff", "guests"};
static const struct auth_claim kind_is_staff[] = {{"kind", staff, 1}};
static const struct auth_claim kind_is_any[] = {{"kind", guests, 2}};
static const struct auth_claim role_is_staff[] = {{"role", staff, 1}};

static void write_keys(char *path)
{
    SCOPED(buf_free) struct buf json = buf_make(16384);
    const int fd = mkstemp(path);

    mint_key_set(&json);
    assert_int_equal(write(fd, buf_text(&json).data, json.size), json.size);
    close(fd);
}

static int set_up(void **state)
{
    (void)state;
    write_keys(keys_path);
    write_keys(other_keys_path);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(keys_path);
    unlink(other_keys_path);
    return 0;
}

static struct auth_issuer_config usual(void)
{
    return (struct auth_issuer_config){
        .issuer = ISSUER,
        .audience = "api://smsprovider",
        .keys = keys_path,
        .algorithms = one,
        .n_algorithms = 1,
        .types = types,
        .n_types = 1,
        .claims = kind_is_staff,
        .n_claims = 1,
        .use = AUTH_TOKEN_REUSABLE,
    };
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

/* Of a token that was signed with a key of the issuer's set. */
static struct auth_evidence of_token(void)
{
    const struct auth_issuer_config issuer = usual();
    SCOPED(buf_free) struct buf token = buf_make(65536);
    SCOPED(memory_drop) char *claimed = NULL;
    struct auth_evidence evidence = {0};
    OWNED(auth) auth = open_with(&issuer);
    const struct token_setting setting = {
        .issuers = auth->issuers, .n_issuers = 1, .now_s = 1750000000};
    const char *why = "";

    mint_token(&token, MINT_EC, "ES256",
               "{\"alg\":\"ES256\",\"kid\":\"ec-1\",\"typ\":\"at+jwt\"}",
               "{\"iss\":\"" ISSUER "\",\"sub\":\"6f1c2d\",\"kind\":\"staff\","
               "\"aud\":\"api://smsprovider\",\"iat\":1750000000,"
               "\"exp\":1750003600}");
    if (token_check(&setting, buf_text(&token), &evidence, &claimed, &why) !=
        STATUS_OK)
        fail_msg("%s", why);
    return evidence;
}

/* Does a token that counted under the usual issuer count under this one? */
static bool counts_under(const struct auth_issuer_config *next)
{
    const struct auth_issuer_config issuer = usual();
    OWNED(auth) before = open_with(&issuer);
    OWNED(auth) now = open_with(next);
    SCOPED(auth_evidence_clear) struct auth_evidence evidence = of_token();
    const bool has_lost = auth_evidence_review(&evidence, before, now);

    assert_int_equal(has_lost, evidence.facts == 0);
    return !has_lost;
}

static void a_token_counts_while_its_issuer_is_the_same(void **state)
{
    struct auth_issuer_config next = usual();

    (void)state;
    assert_true(counts_under(&next));
    next.algorithms = both; /* more are taken */
    next.n_algorithms = 2;
    assert_true(counts_under(&next));
}

static void a_token_ends_with_what_made_it_one(void **state)
{
    struct auth_issuer_config next[11];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(next); i++)
        next[i] = usual();
    next[0].issuer = "https://other.example.com/";
    next[1].audience = "api://another";
    next[2].keys = other_keys_path;
    next[3].keys_ca = "/etc/another-ca.pem";
    next[4].subject_claim = "oid";
    next[5].use = AUTH_TOKEN_ONCE;
    next[6].n_claims = 0;
    next[7].claims = kind_is_any;
    next[8].claims = role_is_staff;
    next[9].n_types = 0;
    next[10].algorithms = both + 1; /* another alone */
    for (size_t i = 0; i < ARRAY_SIZE(next); i++)
        if (counts_under(&next[i]))
            fail_msg("it counts still, whatever %zu changed", i);
}

/* ---- Passwords ---- */

static struct pam_broker *some_broker(void)
{
    static char place;

    return (struct pam_broker *)(void *)&place; /* which nobody looks into */
}

static struct auth with_pam(const char *service, const char *realm,
                            enum auth_level level)
{
    return (struct auth){
        .config.pam = {.service = service, .realm = realm, .level = level},
        .pam = some_broker()};
}

static bool password_counts(const struct auth *before, const struct auth *now)
{
    struct auth_evidence evidence = {.method = AUTH_METHOD_PAM,
                                     .facts = AUTH_FACT_IDENTITY};

    return !auth_evidence_review(&evidence, before, now);
}

static void a_password_counts_while_the_same_stack_checks_it(void **state)
{
    static const struct realm plain[] = {{.name = "CORP.TEST"}};
    static const struct realm mapped[] = {
        {.name = "CORP.TEST", .account = "CORP\\{user}"}};
    static const struct realm folded[] = {
        {.name = "CORP.TEST", .ignores_case = true}};
    const struct auth before = with_pam("login", "CORP.TEST", AUTH_LEVEL_NONE);
    struct auth now = before;

    (void)state;
    assert_true(password_counts(&before, &now));
    now.config.realms = (struct realms){plain, 1};
    assert_true(password_counts(&before, &now)); /* it says the same */
    now.config.realms = (struct realms){mapped, 1};
    assert_false(password_counts(&before, &now));
    now.config.realms = (struct realms){folded, 1};
    assert_false(password_counts(&before, &now));
    now = with_pam("other", "CORP.TEST", AUTH_LEVEL_NONE);
    assert_false(password_counts(&before, &now));
    now = with_pam("login", "OTHER.TEST", AUTH_LEVEL_NONE);
    assert_false(password_counts(&before, &now));
    now = before;
    now.pam = NULL;
    assert_false(password_counts(&before, &now));
}

static void a_password_that_proves_less_now_has_that_level(void **state)
{
    const struct auth before = with_pam("login", "CORP.TEST", AUTH_LEVEL_MFA);
    const struct auth now = with_pam("login", "CORP.TEST", AUTH_LEVEL_DOMAIN);
    char name[] = "alice@CORP.TEST";
    struct auth_evidence evidence = {
        .method = AUTH_METHOD_PAM,
        .facts = AUTH_FACT_IDENTITY | AUTH_FACT_MFA,
        .identities = {{IDENTITY_KERBEROS, name}},
        .n_identities = 1,
        .expires_at_s = 2000,
    };

    (void)state;
    assert_int_equal(auth_level_of(&evidence, 1000), AUTH_LEVEL_MFA);
    assert_true(auth_evidence_review(&evidence, &before, &now));
    assert_int_equal(auth_level_of(&evidence, 1000), AUTH_LEVEL_DOMAIN);
    /* What it gave up does not come back with the older configuration. */
    assert_false(auth_evidence_review(&evidence, &now, &before));
    assert_int_equal(auth_level_of(&evidence, 1000), AUTH_LEVEL_DOMAIN);
}

/* ---- Tickets ---- */

static struct kerberos *some_kerberos(void)
{
    static char place;

    return (struct kerberos *)(void *)&place;
}

static struct auth with_realms(const struct realm *items, size_t n)
{
    return (struct auth){.config.kerberos.realms = {items, n},
                         .kerberos = some_kerberos()};
}

static bool ticket_counts(uint32_t facts, const struct auth *before,
                          const struct auth *now)
{
    char name[] = "alice@CORP.TEST";
    struct auth_evidence evidence = {
        .method = AUTH_METHOD_KERBEROS,
        .facts = AUTH_FACT_IDENTITY | facts,
        .identities = {{IDENTITY_KERBEROS, name}},
        .n_identities = 1,
    };

    return !auth_evidence_review(&evidence, before, now);
}

static void a_ticket_counts_while_its_name_means_the_same_person(void **state)
{
    static const char *const suffixes[] = {"mail.corp.test"};
    static const struct realm corp[] = {{.name = "CORP.TEST"}};
    static const struct realm folded[] = {
        {.name = "CORP.TEST", .ignores_case = true}};
    static const struct realm more[] = {
        {.name = "OTHER.TEST"},
        {.name = "CORP.TEST", .suffixes = suffixes, .n_suffixes = 1}};
    static const struct realm other[] = {{.name = "OTHER.TEST"}};
    const struct auth before = with_realms(corp, 1);
    struct auth now = with_realms(folded, 1);

    (void)state;
    assert_true(ticket_counts(0, &before, &before));
    assert_false(ticket_counts(0, &before, &now));
    now = with_realms(more, 1); /* of OTHER.TEST alone */
    assert_false(ticket_counts(0, &before, &now));
    now = with_realms(other, 1);
    assert_false(ticket_counts(0, &before, &now));
    assert_false(ticket_counts(0, &now, &before)); /* it was of no realm */
    now = before;
    now.kerberos = NULL;
    assert_false(ticket_counts(0, &before, &now));
}

static void what_a_service_obtained_counts_only_where_that_is_allowed(
    void **state)
{
    static const struct realm corp[] = {{.name = "CORP.TEST"}};
    const struct auth forbidden = with_realms(corp, 1);
    struct auth allowed = forbidden;

    (void)state;
    allowed.config.kerberos.is_delegated_allowed = true;
    assert_true(ticket_counts(AUTH_FACT_PROXIED, &allowed, &allowed));
    assert_false(ticket_counts(AUTH_FACT_PROXIED, &allowed, &forbidden));
    assert_true(ticket_counts(0, &allowed, &forbidden));
}

static void a_name_in_a_certificate_needs_an_issuer_that_may_say_it(
    void **state)
{
    const struct auth none = {0};
    char name[] = "alice@CORP.TEST";
    struct auth_evidence evidence = {
        .method = AUTH_METHOD_CERTIFICATE,
        .facts = AUTH_FACT_IDENTITY | AUTH_FACT_WEAK,
        .identities = {{IDENTITY_KERBEROS, name}},
        .n_identities = 1,
    };

    (void)state;
    assert_true(auth_evidence_review(&evidence, &none, &none));
    assert_int_equal(evidence.facts, 0);
    /* One that is known by its serial number or key needs none. */
    evidence.facts = AUTH_FACT_IDENTITY | AUTH_FACT_PKI;
    assert_false(auth_evidence_review(&evidence, &none, &none));
    evidence.method = AUTH_METHOD_LOCAL;
    assert_false(auth_evidence_review(&evidence, &none, &none));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_counts_while_its_issuer_is_the_same),
        cmocka_unit_test(a_token_ends_with_what_made_it_one),
        cmocka_unit_test(a_password_counts_while_the_same_stack_checks_it),
        cmocka_unit_test(a_password_that_proves_less_now_has_that_level),
        cmocka_unit_test(a_ticket_counts_while_its_name_means_the_same_person),
        cmocka_unit_test(
            what_a_service_obtained_counts_only_where_that_is_allowed),
        cmocka_unit_test(
            a_name_in_a_certificate_needs_an_issuer_that_may_say_it),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
