/*
 * What a ticket says of its user, and of a service that obtained it: the
 * library that answers is a fake here, whose attributes are this test's.
 */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include <gssapi/gssapi_ext.h>

#include "auth/evidence_make.h"
#include "auth/pac/pac.h"

#define LOGON_INFO      "urn:mspac:logon-info"
#define DELEGATION_INFO "urn:mspac:delegation-info"

/* What the name has; NULL: not this one. */
static const char *logon_info;
static const char *delegation_info;
static bool is_authentic;

OM_uint32 __wrap_gss_get_name_attribute(OM_uint32 *minor, gss_name_t name,
                                        gss_buffer_t wanted, int *authenticated,
                                        int *complete, gss_buffer_t value,
                                        gss_buffer_t display, int *more);

OM_uint32 __wrap_gss_get_name_attribute(OM_uint32 *minor, gss_name_t name,
                                        gss_buffer_t wanted, int *authenticated,
                                        int *complete, gss_buffer_t value,
                                        gss_buffer_t display, int *more)
{
    const bool is_logon = strcmp(wanted->value, LOGON_INFO) == 0;
    const char *said = is_logon ? logon_info : delegation_info;

    (void)name;
    (void)display;
    (void)more;
    *minor = 0;
    if (!said)
        return GSS_S_UNAVAILABLE;
    *authenticated = *complete = is_authentic;
    value->value = strdup(said);
    value->length = strlen(said);
    return GSS_S_COMPLETE;
}

static const struct auth_domain corp[] = {{"CORP.TEST", NULL}};

static struct auth_kerberos_config config_with(bool takes_sids,
                                               bool is_delegated_allowed)
{
    return (struct auth_kerberos_config){
        .service = "smsprovider",
        .host = "provider.corp.test",
        .domains = takes_sids ? corp : NULL,
        .n_domains = takes_sids ? 1 : 0,
        .is_delegated_allowed = is_delegated_allowed,
    };
}

static enum status read_said(const struct auth_kerberos_config *config,
                             struct auth_evidence *evidence,
                             const char **why_out)
{
    const struct pac_setting setting = {config, TEXT("CORP.TEST"),
                                        TEXT("CORP.TEST")};
    const struct gss_said said = {.list = GSS_C_NO_BUFFER_SET};

    *why_out = "";
    return pac_read(&setting, &said, evidence, why_out);
}

static int set_up(void **state)
{
    (void)state;
    logon_info = delegation_info = NULL;
    is_authentic = true;
    return 0;
}

static void a_ticket_that_says_nothing_leaves_groups_unknown(void **state)
{
    const struct auth_kerberos_config takes = config_with(true, false);
    const struct auth_kerberos_config takes_none = config_with(false, false);
    SCOPED(auth_evidence_clear) struct auth_evidence evidence = {0};
    const char *why;

    (void)state;
    assert_int_equal(read_said(&takes, &evidence, &why), STATUS_OK);
    assert_true(evidence.groups_unknown);
    assert_int_equal(read_said(&takes_none, &evidence, &why), STATUS_OK);
    assert_false(evidence.groups_unknown);
    assert_int_equal(evidence.facts, 0);
    assert_null(evidence.proxy);
}

/* Whoever presents a ticket could have put it there. */
static void what_the_service_key_did_not_sign_is_not_read(void **state)
{
    const struct auth_kerberos_config config = config_with(true, false);
    SCOPED(auth_evidence_clear) struct auth_evidence evidence = {0};
    const char *why;

    (void)state;
    logon_info = "no logon info at all";
    is_authentic = false;
    assert_int_equal(read_said(&config, &evidence, &why), STATUS_OK);
    assert_true(evidence.groups_unknown);
    assert_int_equal(evidence.n_groups, 0);
}

static void one_that_cannot_be_read_is_refused_where_it_counts(void **state)
{
    const struct auth_kerberos_config takes = config_with(true, true);
    const struct auth_kerberos_config takes_none = config_with(false, true);
    SCOPED(auth_evidence_clear) struct auth_evidence evidence = {0};
    const char *why;

    (void)state;
    logon_info = "no logon info at all";
    assert_int_equal(read_said(&takes, &evidence, &why), STATUS_DENIED);
    assert_string_equal(why, "kerberos-pac");
    evidence.facts = 0;
    assert_int_equal(read_said(&takes_none, &evidence, &why), STATUS_OK);
    /* It may say that nobody was present. */
    assert_true(evidence.facts & AUTH_FACT_DELEGATED);
}

static void a_service_in_between_is_refused_unless_it_is_allowed(void **state)
{
    const struct auth_kerberos_config forbidden = config_with(false, false);
    const struct auth_kerberos_config allowed = config_with(false, true);
    SCOPED(auth_evidence_clear) struct auth_evidence evidence = {0};
    SCOPED(auth_evidence_clear) struct auth_evidence second = {0};
    const char *why;

    (void)state;
    delegation_info = "which services cannot be read";
    is_authentic = false; /* what only lowers counts in any case */
    assert_int_equal(read_said(&forbidden, &evidence, &why), STATUS_DENIED);
    assert_string_equal(why, "kerberos-delegated");
    assert_int_equal(read_said(&allowed, &second, &why), STATUS_OK);
    assert_string_equal(second.proxy, "unknown");
    assert_true(second.facts & AUTH_FACT_DELEGATED);
    assert_true(second.facts & AUTH_FACT_PROXIED);
}

/* Protocol transition: no list of services, but the ticket says that nobody
 * signed in. It is this service's own key that opens it. */
static void who_asserts_a_user_alone_is_the_service_itself(void **state)
{
    const struct auth_kerberos_config forbidden = config_with(false, false);
    const struct auth_kerberos_config allowed = config_with(false, true);
    SCOPED(auth_evidence_clear)
    struct auth_evidence evidence = {.facts = AUTH_FACT_PROXIED};
    SCOPED(auth_evidence_clear)
    struct auth_evidence second = {.facts = AUTH_FACT_PROXIED};
    const char *why;

    (void)state;
    assert_int_equal(read_said(&forbidden, &evidence, &why), STATUS_DENIED);
    assert_string_equal(why, "kerberos-delegated");
    assert_int_equal(read_said(&allowed, &second, &why), STATUS_OK);
    assert_string_equal(second.proxy, "smsprovider/provider.corp.test");
}

static void only_attributes_that_are_listed_are_asked_for(void **state)
{
    gss_buffer_desc one = {strlen(LOGON_INFO), (void *)(uintptr_t)LOGON_INFO};
    gss_buffer_set_desc list = {1, &one};
    struct gss_said said = {.list = &list, .is_listed = true};

    (void)state;
    assert_true(gss_said_may_have(&said, LOGON_INFO));
    assert_false(gss_said_may_have(&said, DELEGATION_INFO));
    said.is_listed = false; /* there is no list: it may */
    assert_true(gss_said_may_have(&said, DELEGATION_INFO));
    said = (struct gss_said){.is_listed = true};
    assert_false(gss_said_may_have(&said, LOGON_INFO));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_ticket_that_says_nothing_leaves_groups_unknown,
                               set_up),
        cmocka_unit_test_setup(what_the_service_key_did_not_sign_is_not_read,
                               set_up),
        cmocka_unit_test_setup(
            one_that_cannot_be_read_is_refused_where_it_counts, set_up),
        cmocka_unit_test_setup(
            a_service_in_between_is_refused_unless_it_is_allowed, set_up),
        cmocka_unit_test_setup(who_asserts_a_user_alone_is_the_service_itself,
                               set_up),
        cmocka_unit_test(only_attributes_that_are_listed_are_asked_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
