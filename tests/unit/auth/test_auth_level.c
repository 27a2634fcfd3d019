#include "tests/unit/unit.h"

#include "auth/auth.h"
#include "auth/evidence_make.h"

enum { NOW = 1000000 };

static struct auth_evidence evidence_of(uint32_t facts)
{
    static char alice[] = "alice@EXAMPLE.COM";

    return (struct auth_evidence){
        .method = AUTH_METHOD_KERBEROS,
        .facts = facts,
        .identities = {{IDENTITY_KERBEROS, alice}},
        .n_identities = 1,
        .expires_at_s = NOW + 60,
    };
}

/* What each kind of evidence proves (A18), one person a row. */
static void the_level_is_the_best_that_the_facts_prove(void **state)
{
    static const struct {
        uint32_t facts;
        enum auth_level level;
    } rows[] = {
        {0, AUTH_LEVEL_NONE},
        {AUTH_FACT_PKI, AUTH_LEVEL_NONE},
        {AUTH_FACT_MFA | AUTH_FACT_PKI, AUTH_LEVEL_NONE},
        {AUTH_FACT_IDENTITY, AUTH_LEVEL_DOMAIN},
        {AUTH_FACT_IDENTITY | AUTH_FACT_PKI, AUTH_LEVEL_CERTIFICATE},
        {AUTH_FACT_IDENTITY | AUTH_FACT_MFA, AUTH_LEVEL_MFA},
        {AUTH_FACT_IDENTITY | AUTH_FACT_PKI | AUTH_FACT_MFA, AUTH_LEVEL_MFA},
        {AUTH_FACT_IDENTITY | AUTH_FACT_DELEGATED, AUTH_LEVEL_DOMAIN},
        {AUTH_FACT_IDENTITY | AUTH_FACT_DELEGATED | AUTH_FACT_PKI,
         AUTH_LEVEL_DOMAIN},
        {AUTH_FACT_IDENTITY | AUTH_FACT_DELEGATED | AUTH_FACT_MFA,
         AUTH_LEVEL_DOMAIN},
        {AUTH_FACT_DELEGATED, AUTH_LEVEL_NONE},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        const struct auth_evidence evidence = evidence_of(rows[i].facts);

        assert_int_equal(auth_level_of(&evidence, NOW), rows[i].level);
    }
}

static void evidence_ends_at_its_second(void **state)
{
    const struct auth_evidence evidence = evidence_of(AUTH_FACT_IDENTITY);

    (void)state;
    assert_int_equal(auth_level_of(&evidence, NOW + 59), AUTH_LEVEL_DOMAIN);
    assert_int_equal(auth_level_of(&evidence, NOW + 60), AUTH_LEVEL_NONE);
}

static void an_aged_factor_leaves_the_rest(void **state)
{
    struct auth_evidence evidence =
        evidence_of(AUTH_FACT_IDENTITY | AUTH_FACT_MFA);

    (void)state;
    evidence.mfa_expires_at_s = NOW + 10;
    assert_int_equal(auth_level_of(&evidence, NOW + 9), AUTH_LEVEL_MFA);
    assert_int_equal(auth_level_of(&evidence, NOW + 10), AUTH_LEVEL_DOMAIN);
}

static void nobody_in_particular_has_no_level(void **state)
{
    struct auth_evidence evidence =
        evidence_of(AUTH_FACT_IDENTITY | AUTH_FACT_MFA);
    const struct auth_evidence zeroed = {0};

    (void)state;
    evidence.n_identities = 0;
    assert_int_equal(auth_level_of(&evidence, NOW), AUTH_LEVEL_NONE);
    assert_int_equal(auth_level_of(&zeroed, 0), AUTH_LEVEL_NONE);
    assert_int_equal(auth_level_of(&zeroed, -1), AUTH_LEVEL_NONE);
}

static void a_copy_owns_all_it_shows(void **state)
{
    struct auth_evidence copy;
    struct auth_evidence evidence = {
        .method = AUTH_METHOD_TOKEN,
        .facts = AUTH_FACT_IDENTITY,
        .groups_unknown = true,
        .expires_at_s = NOW,
    };

    (void)state;
    assert_int_equal(
        evidence_add_identity(&evidence, IDENTITY_TOKEN, TEXT("issuer sub")),
        STATUS_OK);
    assert_int_equal(evidence_add_group(&evidence, TEXT("helpdesk")),
                     STATUS_OK);
    assert_int_equal(evidence_copy(&evidence, &copy), STATUS_OK);
    auth_evidence_clear(&evidence);
    assert_string_equal(copy.identities[0].value, "issuer sub");
    assert_string_equal(copy.groups[0], "helpdesk");
    assert_true(copy.groups_unknown);
    auth_evidence_clear(&copy);
    assert_int_equal(copy.n_groups, 0);
}

static void mechanism_names_are_exact(void **state)
{
    (void)state;
    assert_int_equal(auth_mechanism_read(TEXT("GSSAPI")), AUTH_GSSAPI);
    assert_int_equal(auth_mechanism_read(TEXT("gssapi")), AUTH_N_MECHANISMS);
    assert_int_equal(auth_mechanism_read(TEXT("GSSAPI-PLUS")),
                     AUTH_N_MECHANISMS);
    assert_int_equal(auth_mechanism_read(TEXT("ANONYMOUS")), AUTH_N_MECHANISMS);
    assert_int_equal(auth_mechanism_read(TEXT("")), AUTH_N_MECHANISMS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_level_is_the_best_that_the_facts_prove),
        cmocka_unit_test(evidence_ends_at_its_second),
        cmocka_unit_test(an_aged_factor_leaves_the_rest),
        cmocka_unit_test(nobody_in_particular_has_no_level),
        cmocka_unit_test(a_copy_owns_all_it_shows),
        cmocka_unit_test(mechanism_names_are_exact),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
