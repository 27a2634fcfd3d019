/* The name in a certificate: how it is read, and whose authority counts (T27).
 */
#include "tests/unit/unit.h"

#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "auth/certificate/certificate_key.h"
#include "auth/certificate/certificate_upn.h"
#include "provider/base/buf.h"
#include "tests/support/authority.h"

#define LOGON "clientAuth,msSmartcardLogin"
#define UPN   "otherName:msUPN;UTF8:"

static char ca_path[] = "/tmp/test_auth_upn.XXXXXX";
static struct authority authority;
static char ca_key[CERTIFICATE_KEY_CHARS + 1];

static int set_up(void **state)
{
    SCOPED(buf_free) struct buf pem = buf_make(65536);

    (void)state;
    close(mkstemp(ca_path));
    authority_make(&authority, "Cards CA", NULL, NULL, 0);
    authority_write_certificate(&pem, authority.certificate);
    authority_put(ca_path, buf_text(&pem));
    assert_int_equal(certificate_key_hash(authority.certificate, ca_key),
                     STATUS_OK);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    authority_clear(&authority);
    unlink(ca_path);
    return 0;
}

/* ---- Reading ---- */

static void set_usage(X509 *leaf, const char *usage)
{
    X509_EXTENSION *extension =
        X509_delete_ext(leaf, X509_get_ext_by_NID(leaf, NID_ext_key_usage, -1));

    X509_EXTENSION_free(extension);
    if (!usage)
        return;
    extension = X509V3_EXT_conf_nid(NULL, NULL, NID_ext_key_usage, usage);
    assert_int_equal(X509_add_ext(leaf, extension, -1), 1);
    X509_EXTENSION_free(extension);
}

/* The name that is read; "": none. */
static void read_name(const char *names, const char *usage, char out[64])
{
    const struct authority_extension extra = {NID_subject_alt_name, names};
    X509 *leaf =
        authority_issue(&authority, "card", &extra, names ? 1 : 0, NULL);
    char *name;

    set_usage(leaf, usage);
    name = certificate_upn_read(leaf);
    snprintf(out, 64, "%s", name ? name : "");
    free(name);
    X509_free(leaf);
}

static void only_the_one_plain_name_of_a_card_is_read(void **state)
{
    static const struct {
        const char *names, *usage, *expected;
    } rows[] = {
        {UPN "alice@example.com", LOGON, "alice@example.com"},
        {"email:a@b.c," UPN "alice@example.com", LOGON, "alice@example.com"},
        {UPN "alice@example.com", "clientAuth", ""},
        {UPN "alice@example.com", NULL, ""},
        {UPN "alice@example.com," UPN "bob@example.com", LOGON, ""},
        {"email:alice@example.com", LOGON, ""},
        {"otherName:1.2.3.4;UTF8:alice@example.com", LOGON, ""},
        {"otherName:msUPN;IA5:alice@example.com", LOGON, ""},
        {UPN "alice", LOGON, ""},
        {UPN "@example.com", LOGON, ""},
        {UPN "alice@", LOGON, ""},
        {UPN "alice@admin@example.com", LOGON, ""},
        {NULL, LOGON, ""},
    };
    char name[64];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        read_name(rows[i].names, rows[i].usage, name);
        assert_string_equal(name, rows[i].expected);
    }
}

/* ---- Asserting ---- */

/* Who it is by a rule for EXAMPLE.COM; "": nobody. */
static void apply(const char *origin, const char *name, char out[64])
{
    const char *const suffixes[] = {"OTHER.TEST", "EXAMPLE.COM"};
    const struct auth_upn_rule rule = {ca_path, suffixes, 2};
    const struct auth_config config = {.upns = &rule, .n_upns = 1};
    struct auth_evidence evidence = {0};
    OWNED(upn_rules) rules = NULL;
    const char *why = "";

    assert_int_equal(upn_rules_open(&config, &rules, &why), STATUS_OK);
    evidence.origin = origin ? text_dup(text_of(origin)) : NULL;
    evidence.upn = name ? text_dup(text_of(name)) : NULL;
    upn_rules_apply(rules, &evidence);
    snprintf(out, 64, "%s", evidence.upn ? evidence.upn : "");
    auth_evidence_clear(&evidence);
}

static void an_authority_names_users_of_its_realms_only(void **state)
{
    const struct {
        const char *origin, *name, *expected;
    } rows[] = {
        {ca_key, "alice@EXAMPLE.COM", "alice@EXAMPLE.COM"},
        {ca_key, "alice@example.com", "alice@EXAMPLE.COM"},
        {ca_key, "alice@elsewhere.test", ""},
        {ca_key, "alice", ""},
        {ca_key, NULL, ""},
        {"another key", "alice@EXAMPLE.COM", ""},
        {NULL, "alice@EXAMPLE.COM", ""},
    };
    char user[64];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        apply(rows[i].origin, rows[i].name, user);
        assert_string_equal(user, rows[i].expected);
    }
}

static void without_rules_nobody_is_named(void **state)
{
    struct auth_evidence evidence = {.upn = text_dup(TEXT("alice@A.TEST"))};
    const struct auth_config config = {0};
    struct upn_rules *rules = NULL;
    const char *why = "";

    (void)state;
    assert_int_equal(upn_rules_open(&config, &rules, &why), STATUS_OK);
    assert_null(rules);
    upn_rules_apply(rules, &evidence);
    assert_null(evidence.upn);
}

static void a_rule_without_its_authority_is_refused(void **state)
{
    const struct auth_upn_rule rule = {"/nonexistent/ca.pem", NULL, 0};
    const struct auth_config config = {.upns = &rule, .n_upns = 1};
    struct upn_rules *rules = NULL;
    const char *why = "";

    (void)state;
    assert_int_not_equal(upn_rules_open(&config, &rules, &why), STATUS_OK);
    assert_null(rules);
    assert_non_null(strstr(why, "/nonexistent/ca.pem"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_one_plain_name_of_a_card_is_read),
        cmocka_unit_test(an_authority_names_users_of_its_realms_only),
        cmocka_unit_test(without_rules_nobody_is_named),
        cmocka_unit_test(a_rule_without_its_authority_is_refused),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
