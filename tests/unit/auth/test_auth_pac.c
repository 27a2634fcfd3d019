#include "tests/unit/unit.h"

#include "auth/evidence_make.h"
#include "auth/pac/delegation_info.h"
#include "auth/pac/domain_sids.h"
#include "auth/pac/logon_info.h"

#define DOMAIN  "S-1-5-21-1-2-3"
#define FOREIGN "S-1-5-21-7-8-9"

enum { BLOB_MAX_BYTES = 256 * 1024, ENABLED = 7, DENIES_ONLY = 0x17 };

/* ---- An encoder of its own ---- */

static void put(struct buf *out, uint64_t number, size_t n_bytes)
{
    while (out->size % n_bytes)
        buf_append_char(out, 0);
    for (size_t i = 0; i < n_bytes; i++)
        buf_append_char(out, (char)(number >> 8 * i));
}

static void put_header(struct buf *out)
{
    put(out, 1, 1);
    put(out, 0x10, 1);
    put(out, 8, 2);
    put(out, 0xcccccccc, 4);
    put(out, 0, 4); /* the length: set at the end */
    put(out, 0, 4);
    put(out, 0x20000, 4);
}

static void end_header(struct buf *out)
{
    const uint32_t n = (uint32_t)out->size - 16;
    char *at = out->data + out->start + 8;

    for (size_t i = 0; i < 4; i++)
        at[i] = (char)(n >> 8 * i);
}

static void put_string_head(struct buf *out, const char *string)
{
    put(out, 2 * strlen(string), 2);
    put(out, 2 * strlen(string), 2);
    put(out, *string ? 0x20004 : 0, 4);
}

static void put_string(struct buf *out, const char *string)
{
    if (!*string)
        return;
    put(out, strlen(string), 4);
    put(out, 0, 4);
    put(out, strlen(string), 4);
    for (size_t i = 0; string[i]; i++)
        put(out, (unsigned char)string[i], 2);
}

static void put_sid(struct buf *out, const char *text)
{
    struct sid sid;

    assert_int_equal(sid_read(text_of(text), &sid), STATUS_OK);
    put(out, sid.n_parts, 4);
    put(out, 1, 1);
    put(out, sid.n_parts, 1);
    for (size_t i = 0; i < 6; i++)
        put(out, sid.authority >> 8 * (5 - i) & 0xff, 1);
    for (size_t i = 0; i < sid.n_parts; i++)
        put(out, sid.parts[i], 4);
}

/* What a ticket may say; zeros are left out. */
struct ticket {
    const char *domain;
    uint32_t user;
    uint32_t groups[4];
    const char *extra[4];
    uint32_t extra_attributes;
    const char *resource_domain;
    uint32_t resource[4];
    uint32_t claimed_groups; /* in place of their number */
};

static uint32_t count(const uint32_t *numbers)
{
    uint32_t n = 0;

    while (n < 4 && numbers[n])
        n++;
    return n;
}

static void put_groups(struct buf *out, const uint32_t *groups)
{
    put(out, count(groups), 4);
    for (uint32_t i = 0; i < count(groups); i++) {
        put(out, groups[i], 4);
        put(out, ENABLED, 4);
    }
}

static void put_heads(struct buf *out, const struct ticket *ticket,
                      uint32_t n_extra)
{
    for (size_t i = 0; i < 12; i++)
        put(out, 0, 4);
    put_string_head(out, "alice");
    for (size_t i = 0; i < 5; i++)
        put_string_head(out, "");
    put(out, 0, 4);
    put(out, ticket->user, 4);
    put(out, 513, 4);
    put(out,
        ticket->claimed_groups ? ticket->claimed_groups : count(ticket->groups),
        4);
    put(out, 0x20008, 4);
    for (size_t i = 0; i < 5; i++)
        put(out, 0, 4);
    put_string_head(out, "DC");
    put_string_head(out, "CORP");
    put(out, 0x2000c, 4);
    for (size_t i = 0; i < 10; i++)
        put(out, 0, 4);
    put(out, n_extra, 4);
    put(out, n_extra ? 0x20010 : 0, 4);
    put(out, ticket->resource_domain ? 0x20014 : 0, 4);
    put(out, count(ticket->resource), 4);
    put(out, ticket->resource[0] ? 0x20018 : 0, 4);
}

static struct buf encode(const struct ticket *ticket)
{
    struct buf out = buf_make(BLOB_MAX_BYTES);
    uint32_t n_extra = 0;

    while (n_extra < 4 && ticket->extra[n_extra])
        n_extra++;
    put_header(&out);
    put_heads(&out, ticket, n_extra);
    put_string(&out, "alice");
    put_groups(&out, ticket->groups);
    put_string(&out, "DC");
    put_string(&out, "CORP");
    put_sid(&out, ticket->domain);
    if (n_extra)
        put(&out, n_extra, 4);
    for (uint32_t i = 0; i < n_extra; i++) {
        put(&out, 0x20020 + i, 4);
        put(&out, ticket->extra_attributes ? ticket->extra_attributes : ENABLED,
            4);
    }
    for (uint32_t i = 0; i < n_extra; i++)
        put_sid(&out, ticket->extra[i]);
    if (ticket->resource_domain)
        put_sid(&out, ticket->resource_domain);
    if (ticket->resource[0])
        put_groups(&out, ticket->resource);
    end_header(&out);
    return out;
}

static const struct ticket whole = {
    .domain = DOMAIN,
    .user = 1104,
    .groups = {513, 1110},
    .extra = {DOMAIN "-1111", "S-1-18-1"},
    .resource_domain = DOMAIN,
    .resource = {1112},
};

/* ---- Reading ---- */

static enum status read_blob(struct text blob, struct logon_info *info)
{
    return logon_info_read(blob, info);
}

static void a_ticket_says_who_and_which_groups(void **state)
{
    static const char *const expected[] = {
        DOMAIN "-513", DOMAIN "-1110", DOMAIN "-1111",
        "S-1-18-1",    DOMAIN "-1112",
    };
    SCOPED(buf_free) struct buf blob = encode(&whole);
    SCOPED(logon_info_clear) struct logon_info info = {0};
    char text[SID_TEXT_BYTES];

    (void)state;
    assert_int_equal(read_blob(buf_text(&blob), &info), STATUS_OK);
    sid_write(&info.user, text);
    assert_string_equal(text, DOMAIN "-1104");
    assert_int_equal(info.n_sids, ARRAY_SIZE(expected));
    for (size_t i = 0; i < info.n_sids; i++) {
        sid_write(&info.sids[i].sid, text);
        assert_string_equal(text, expected[i]);
    }
}

static void the_primary_group_is_a_group(void **state)
{
    struct ticket ticket = whole;
    SCOPED(buf_free) struct buf blob = {0};
    SCOPED(logon_info_clear) struct logon_info info = {0};
    char text[SID_TEXT_BYTES];

    (void)state;
    ticket.groups[0] = 1109;
    blob = encode(&ticket);
    assert_int_equal(read_blob(buf_text(&blob), &info), STATUS_OK);
    assert_int_equal(info.n_sids, 6);
    sid_write(&info.sids[5].sid, text);
    assert_string_equal(text, DOMAIN "-513");
}

/* In memory that ends where the bytes do, so that a sanitizer sees one read too
 * many. */
static enum status read_copy(const char *bytes, size_t size)
{
    SCOPED(logon_info_clear) struct logon_info info = {0};
    SCOPED(memory_drop) char *copy = malloc(size ? size : 1);
    enum status status;

    assert_non_null(copy);
    memcpy(copy, bytes, size);
    status = read_blob((struct text){copy, size}, &info);
    assert_true(status == STATUS_OK || status == STATUS_INVALID ||
                status == STATUS_LIMIT);
    return status;
}

static void no_part_of_a_ticket_is_a_ticket(void **state)
{
    SCOPED(buf_free) struct buf blob = encode(&whole);
    const struct text text = buf_text(&blob);

    (void)state;
    for (size_t size = 0; size < text.size; size++)
        assert_int_equal(read_copy(text.data, size), STATUS_INVALID);
    assert_int_equal(read_copy(text.data, text.size), STATUS_OK);
}

static void an_altered_byte_breaks_nothing(void **state)
{
    SCOPED(buf_free) struct buf blob = encode(&whole);
    char *bytes = blob.data + blob.start;

    (void)state;
    for (size_t i = 0; i < blob.size; i++)
        for (int value = 0; value < 256; value++) {
            const char before = bytes[i];

            bytes[i] = (char)value;
            (void)!read_copy(bytes, blob.size);
            bytes[i] = before;
        }
}

static void counts_are_not_believed(void **state)
{
    static const uint32_t counts[] = {3,          1,          0x10000,
                                      0x1fffffff, 0x20000000, 0x80000000,
                                      0xfffffffe, 0xffffffff};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
        struct ticket ticket = whole;
        SCOPED(buf_free) struct buf blob = {0};

        ticket.claimed_groups = counts[i];
        blob = encode(&ticket);
        assert_int_equal(read_copy(blob.data, blob.size), STATUS_INVALID);
    }
}

static void nobody_is_refused(void **state)
{
    struct ticket ticket = whole;
    SCOPED(buf_free) struct buf no_user = {0};
    SCOPED(buf_free) struct buf no_domain = {0};

    (void)state;
    ticket.user = 0;
    no_user = encode(&ticket);
    assert_int_equal(read_copy(no_user.data, no_user.size), STATUS_INVALID);
    ticket = whole;
    ticket.domain = "S-1-5-32-544";
    no_domain = encode(&ticket);
    assert_int_equal(read_copy(no_domain.data, no_domain.size), STATUS_INVALID);
}

/* ---- What counts ---- */

#define OWN   TEXT("CORP.TEST")
#define OTHER TEXT("OTHER.TEST")

static const struct auth_indicator sid_levels[] = {
    {"S-1-5-65-1", AUTH_LEVEL_CERTIFICATE},
    {FOREIGN "-2000", AUTH_LEVEL_MFA},
    {DOMAIN "-3000", AUTH_LEVEL_MFA},
};
static const struct auth_domain domains[] = {
    {"CORP.TEST", NULL},
    {"OTHER.TEST", FOREIGN},
    {"UNTOLD.TEST", NULL},
};
static const struct auth_kerberos_config config = {
    .sids = sid_levels,
    .n_sids = ARRAY_SIZE(sid_levels),
    .domains = domains,
    .n_domains = ARRAY_SIZE(domains),
};

static enum status take(const struct ticket *ticket, struct text realm,
                        struct auth_evidence *evidence, const char **why)
{
    SCOPED(buf_free) struct buf blob = encode(ticket);
    SCOPED(logon_info_clear) struct logon_info info = {0};

    assert_int_equal(read_blob(buf_text(&blob), &info), STATUS_OK);
    evidence->facts = AUTH_FACT_IDENTITY;
    evidence->expires_at_s = 2;
    assert_int_equal(
        evidence_add_identity(evidence, IDENTITY_KERBEROS, TEXT("alice@R")),
        STATUS_OK);
    return domain_sids_take(&config, realm, OWN, &info, evidence, why);
}

static bool has_group(const struct auth_evidence *evidence, const char *sid)
{
    for (size_t i = 0; i < evidence->n_groups; i++)
        if (strcmp(evidence->groups[i], sid) == 0)
            return true;
    return false;
}

static void our_kdc_speaks_for_its_forest(void **state)
{
    struct ticket ticket = whole;
    SCOPED(auth_evidence_clear) struct auth_evidence evidence = {0};
    const char *why = NULL;

    (void)state;
    ticket.extra[2] = FOREIGN "-1111"; /* a universal group of another domain */
    ticket.extra[3] = "S-1-5-32-544";
    assert_int_equal(take(&ticket, OWN, &evidence, &why), STATUS_OK);
    assert_true(has_group(&evidence, DOMAIN "-1104"));
    assert_true(has_group(&evidence, DOMAIN "-1110"));
    assert_true(has_group(&evidence, DOMAIN "-1111"));
    assert_true(has_group(&evidence, DOMAIN "-1112"));
    assert_true(has_group(&evidence, FOREIGN "-1111"));
    assert_false(has_group(&evidence, "S-1-5-32-544"));
    assert_false(has_group(&evidence, "S-1-18-1"));
    assert_int_equal(evidence.identities[1].kind, IDENTITY_SID);
    assert_string_equal(evidence.identities[1].value, DOMAIN "-1104");
    assert_int_equal(auth_level_of(&evidence, 1), AUTH_LEVEL_DOMAIN);
}

static void another_realm_speaks_for_its_own_domain(void **state)
{
    const struct ticket ticket = {
        .domain = FOREIGN,
        .user = 1104,
        .groups = {1110},
        .extra = {DOMAIN "-500", DOMAIN "-3000", "S-1-5-65-1", FOREIGN "-9"},
        .resource_domain = DOMAIN,
        .resource = {512},
    };
    SCOPED(auth_evidence_clear) struct auth_evidence evidence = {0};
    const char *why = NULL;

    (void)state;
    assert_int_equal(take(&ticket, OTHER, &evidence, &why), STATUS_OK);
    assert_true(has_group(&evidence, FOREIGN "-1104"));
    assert_true(has_group(&evidence, FOREIGN "-1110"));
    assert_true(has_group(&evidence, FOREIGN "-9"));
    for (size_t i = 0; i < evidence.n_groups; i++)
        assert_null(strstr(evidence.groups[i], DOMAIN));
    assert_int_equal(auth_level_of(&evidence, 1), AUTH_LEVEL_DOMAIN);
}

static void another_realm_cannot_say_it_is_ours(void **state)
{
    static const struct {
        const char *realm;
        const char *domain;
    } table[] = {
        {"OTHER.TEST", DOMAIN},  /* it is ours */
        {"UNTOLD.TEST", DOMAIN}, /* which is its domain, is not known */
        {"UNTOLD.TEST", FOREIGN},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        struct ticket ticket = whole;
        SCOPED(auth_evidence_clear) struct auth_evidence evidence = {0};
        const char *why = NULL;

        ticket.domain = table[i].domain;
        assert_int_equal(
            take(&ticket, text_of(table[i].realm), &evidence, &why),
            STATUS_DENIED);
        assert_string_equal(why, "kerberos-foreign-sid");
        assert_int_equal(evidence.n_groups, 0);
    }
}

static void a_realm_that_is_not_asked_says_nothing(void **state)
{
    SCOPED(auth_evidence_clear) struct auth_evidence evidence = {0};
    const char *why = NULL;

    (void)state;
    assert_int_equal(take(&whole, TEXT("MIT.TEST"), &evidence, &why),
                     STATUS_OK);
    assert_int_equal(evidence.n_groups, 0);
    assert_int_equal(evidence.n_identities, 1);
}

static void levels_need_no_groups(void **state)
{
    const struct auth_kerberos_config levels_only = {
        .sids = sid_levels, .n_sids = ARRAY_SIZE(sid_levels)};
    const struct ticket ticket = {
        .domain = DOMAIN, .user = 1104, .extra = {"S-1-5-65-1"}};
    SCOPED(buf_free) struct buf blob = encode(&ticket);
    SCOPED(logon_info_clear) struct logon_info info = {0};
    const char *why = NULL;

    (void)state;
    assert_int_equal(read_blob(buf_text(&blob), &info), STATUS_OK);
    for (int is_own = 0; is_own < 2; is_own++) {
        SCOPED(auth_evidence_clear) struct auth_evidence evidence = {0};

        assert_int_equal(domain_sids_take(&levels_only, is_own ? OWN : OTHER,
                                          OWN, &info, &evidence, &why),
                         STATUS_OK);
        assert_int_equal(evidence.facts, is_own ? AUTH_FACT_PKI : 0);
        assert_int_equal(evidence.n_groups + evidence.n_identities, 0);
    }
}

static void a_sid_proves_what_is_configured(void **state)
{
    static const struct {
        const char *sid;
        uint32_t attributes;
        const char *realm;
        enum auth_level level;
    } table[] = {
        {"S-1-5-65-1", 0, "CORP.TEST", AUTH_LEVEL_CERTIFICATE},
        {"S-1-5-65-1", DENIES_ONLY, "CORP.TEST", AUTH_LEVEL_DOMAIN},
        {"S-1-5-65-1", 0, "OTHER.TEST", AUTH_LEVEL_DOMAIN},
        {"S-1-5-65-2", 0, "CORP.TEST", AUTH_LEVEL_DOMAIN},
        {DOMAIN "-3000", 0, "CORP.TEST", AUTH_LEVEL_MFA},
        {DOMAIN "-3000", 0, "OTHER.TEST", AUTH_LEVEL_DOMAIN},
        {FOREIGN "-2000", 0, "OTHER.TEST", AUTH_LEVEL_MFA},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        const bool is_own = text_equal(text_of(table[i].realm), OWN);
        const struct ticket ticket = {
            .domain = is_own ? DOMAIN : FOREIGN,
            .user = 1104,
            .extra = {table[i].sid},
            .extra_attributes = table[i].attributes,
        };
        SCOPED(auth_evidence_clear) struct auth_evidence evidence = {0};
        const char *why = NULL;

        assert_int_equal(
            take(&ticket, text_of(table[i].realm), &evidence, &why), STATUS_OK);
        assert_int_equal(auth_level_of(&evidence, 1), table[i].level);
    }
}

/* Renewing moves the ticket's end, and not the sign-in. */
static void groups_end_with_their_age(void **state)
{
    static const struct {
        int64_t age_s;     /* as configured */
        int64_t expires_s; /* of the ticket, after the sign-in */
        int64_t now_s;     /* likewise */
        int64_t ends_s;    /* of the evidence; 0: it has ended */
    } rows[] = {
        {0, 36000, 0, 36000},     {0, 86400, 0, 36000},
        {0, 86400, 35999, 36000}, {0, 86400, 36000, 0},
        {3600, 36000, 0, 3600},   {3600, 36000, 3600, 0},
        {3600, 36000, 3601, 0},   {604800, 86400, 80000, 86400},
        {3600, 1800, 1000, 1800},
    };
    enum { SIGNED_IN_S = 1000000 };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        const struct auth_kerberos_config aged = {.pac_age_s = rows[i].age_s};
        SCOPED(auth_evidence_clear)
        struct auth_evidence evidence = {.authenticated_at_s = SIGNED_IN_S,
                                         .expires_at_s =
                                             SIGNED_IN_S + rows[i].expires_s};

        /* without a SID of the domain nothing is too old */
        assert_int_equal(
            domain_sids_age(&aged, SIGNED_IN_S + rows[i].now_s, &evidence),
            STATUS_OK);
        assert_int_equal(evidence.expires_at_s,
                         SIGNED_IN_S + rows[i].expires_s);
        assert_int_equal(evidence_add_identity(&evidence, IDENTITY_SID,
                                               TEXT("S-1-5-21-1-2-3-1104")),
                         STATUS_OK);
        assert_int_equal(
            domain_sids_age(&aged, SIGNED_IN_S + rows[i].now_s, &evidence),
            rows[i].ends_s ? STATUS_OK : STATUS_DENIED);
        if (rows[i].ends_s)
            assert_int_equal(evidence.expires_at_s,
                             SIGNED_IN_S + rows[i].ends_s);
        assert_true(evidence.expires_at_s <= SIGNED_IN_S + rows[i].expires_s);
    }
}

static void a_level_by_sid_ages_too(void **state)
{
    const struct auth_kerberos_config aged = {.pac_age_s = 60};
    SCOPED(auth_evidence_clear)
    struct auth_evidence evidence = {.authenticated_at_s = 1000,
                                     .expires_at_s = 9000};

    (void)state;
    assert_int_equal(evidence_count(&evidence, "sid", TEXT("S-1-5-65-1")),
                     STATUS_OK);
    assert_int_equal(domain_sids_age(&aged, 1059, &evidence), STATUS_OK);
    assert_int_equal(evidence.expires_at_s, 1060);
    assert_int_equal(domain_sids_age(&aged, 1060, &evidence), STATUS_DENIED);
}

static void a_service_that_asserts_never_proves_more(void **state)
{
    static const char *const realms[] = {"CORP.TEST", "OTHER.TEST", "MIT.TEST"};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(realms); i++) {
        const struct ticket ticket = {
            .domain = i == 1 ? FOREIGN : DOMAIN,
            .user = 1104,
            .extra = {"S-1-5-65-1", DOMAIN "-3000", FOREIGN "-2000",
                      SID_ASSERTED_BY_SERVICE},
            .extra_attributes = DENIES_ONLY - (i == 0) * 0x10,
        };
        SCOPED(auth_evidence_clear) struct auth_evidence evidence = {0};
        const char *why = NULL;

        assert_int_equal(take(&ticket, text_of(realms[i]), &evidence, &why),
                         STATUS_OK);
        assert_true(evidence.facts & AUTH_FACT_PROXIED);
        assert_int_equal(auth_level_of(&evidence, 1), AUTH_LEVEL_DOMAIN);
    }
}

/* ---- Delegation ---- */

static struct buf encode_delegation(const char *const *services, uint32_t n)
{
    struct buf out = buf_make(BLOB_MAX_BYTES);

    put_header(&out);
    put_string_head(&out, "smsprovider/localhost");
    put(&out, n, 4);
    put(&out, n ? 0x20008 : 0, 4);
    put_string(&out, "smsprovider/localhost");
    if (n)
        put(&out, n, 4);
    for (uint32_t i = 0; i < n; i++)
        put_string_head(&out, services[i]);
    for (uint32_t i = 0; i < n; i++)
        put_string(&out, services[i]);
    end_header(&out);
    return out;
}

static void the_services_of_a_delegation_are_named(void **state)
{
    static const char *const services[] = {"HTTP/web@CORP.TEST", "b@CORP.TEST"};
    SCOPED(buf_free) struct buf blob = encode_delegation(services, 2);
    SCOPED(buf_free) struct buf names = buf_make(1024);

    (void)state;
    assert_int_equal(delegation_info_read(buf_text(&blob), &names), STATUS_OK);
    assert_text_equal(buf_text(&names), "HTTP/web@CORP.TEST b@CORP.TEST");
    for (size_t size = 0; size < blob.size; size++) {
        SCOPED(buf_free) struct buf none = buf_make(1024);
        SCOPED(memory_drop) char *copy = malloc(size + 1);

        assert_non_null(copy);
        memcpy(copy, blob.data, size);
        assert_int_equal(delegation_info_read((struct text){copy, size}, &none),
                         STATUS_INVALID);
    }
}

static void a_service_whose_name_is_none_is_refused(void **state)
{
    static const char *const bad[] = {"a b@CORP.TEST", "a\nb@CORP.TEST", ""};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        SCOPED(buf_free) struct buf blob = encode_delegation(&bad[i], 1);
        SCOPED(buf_free) struct buf none = buf_make(1024);

        assert_int_equal(delegation_info_read(buf_text(&blob), &none),
                         STATUS_INVALID);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ticket_says_who_and_which_groups),
        cmocka_unit_test(the_primary_group_is_a_group),
        cmocka_unit_test(no_part_of_a_ticket_is_a_ticket),
        cmocka_unit_test(an_altered_byte_breaks_nothing),
        cmocka_unit_test(counts_are_not_believed),
        cmocka_unit_test(nobody_is_refused),
        cmocka_unit_test(our_kdc_speaks_for_its_forest),
        cmocka_unit_test(another_realm_speaks_for_its_own_domain),
        cmocka_unit_test(another_realm_cannot_say_it_is_ours),
        cmocka_unit_test(a_realm_that_is_not_asked_says_nothing),
        cmocka_unit_test(levels_need_no_groups),
        cmocka_unit_test(a_sid_proves_what_is_configured),
        cmocka_unit_test(groups_end_with_their_age),
        cmocka_unit_test(a_level_by_sid_ages_too),
        cmocka_unit_test(a_service_that_asserts_never_proves_more),
        cmocka_unit_test(the_services_of_a_delegation_are_named),
        cmocka_unit_test(a_service_whose_name_is_none_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
