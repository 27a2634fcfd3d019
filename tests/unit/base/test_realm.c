/* One person, however spelled; and never two people as one. */
#include "tests/unit/unit.h"

#include "provider/base/identity.h"
#include "provider/base/realm.h"

static const char *const suffixes[] = {"mail.corp.test", "corp.example"};
static const struct realm items[] = {
    {.name = "CORP.TEST",
     .netbios = "CORP",
     .suffixes = suffixes,
     .n_suffixes = ARRAY_SIZE(suffixes),
     .ignores_case = true,
     .account = "CORP\\{user}"},
    {.name = "EXAMPLE.COM"},
};
static const struct realms realms = {items, ARRAY_SIZE(items)};

static void expect(struct text spelled, enum realm_answer answer,
                   const char *principal)
{
    SCOPED(buf_free) struct buf out = buf_make(IDENTITY_MAX_BYTES);

    assert_int_equal(realm_principal(&realms, spelled, &out), answer);
    assert_text_equal(buf_text(&out), principal);
}

static void every_spelling_of_a_person_is_one_principal(void **state)
{
    static const char *const same[] = {
        "alice@CORP.TEST",
        "Alice@CORP.TEST",
        "ALICE@corp.test",
        "CORP\\alice",
        "corp\\Alice",
        "Corp.Test\\ALICE",
        "alice@mail.corp.test",
        "Alice@Mail.Corp.Test",
        "alice@corp.example",
        "alice\\@mail.corp.test@CORP.TEST",
        "Alice\\@corp.test@CORP.TEST",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(same); i++)
        expect(text_of(same[i]), REALM_LISTED, "alice@CORP.TEST");
}

static void a_canonical_principal_stays_as_it_is(void **state)
{
    (void)state;
    expect(TEXT("alice@CORP.TEST"), REALM_LISTED, "alice@CORP.TEST");
    expect(TEXT("Alice@EXAMPLE.COM"), REALM_LISTED, "Alice@EXAMPLE.COM");
}

static void capitals_matter_where_the_realm_says_so(void **state)
{
    (void)state;
    expect(TEXT("alice@EXAMPLE.COM"), REALM_LISTED, "alice@EXAMPLE.COM");
    expect(TEXT("ALICE@EXAMPLE.COM"), REALM_LISTED, "ALICE@EXAMPLE.COM");
    expect(TEXT("alice@example.com"), REALM_UNLISTED, "alice@example.com");
}

static void a_name_of_no_listed_realm_is_left_alone(void **state)
{
    (void)state;
    expect(TEXT("Alice@OTHER.TEST"), REALM_UNLISTED, "Alice@OTHER.TEST");
    expect(TEXT("OTHER\\Alice"), REALM_UNLISTED, "OTHER\\Alice");
    expect(TEXT("Alice"), REALM_BARE, "Alice");
    expect(TEXT("break-glass"), REALM_BARE, "break-glass");
}

/* Nobody becomes alice by what stands around her name (T55). */
static void what_only_contains_a_name_is_nobodys(void **state)
{
    static const char *const unfit[] = {
        "alice/admin@CORP.TEST",
        "alice@x@CORP.TEST",
        "CORP\\alice@CORP.TEST",
        "CORP\\\\alice",
        "CORP\\",
        "@CORP.TEST",
        "alice\\@mail.corp.test@EXAMPLE.COM",
        "alice\\@other.test@CORP.TEST",
        "alice\\@",
        "alice/admin@EXAMPLE.COM",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(unfit); i++)
        expect(text_of(unfit[i]), REALM_UNFIT, "");
    expect((struct text){"alice\0@CORP.TEST", 16}, REALM_UNFIT, "");
}

/* A directory compares other letters by tables of its own. */
static void a_realm_that_ignores_case_has_ascii_names_only(void **state)
{
    static const char *const unfit[] = {
        "jos\xc3\xa9@CORP.TEST",
        "stra\xc3\x9f"
        "e@CORP.TEST",
        "\xc4\xb1@CORP.TEST",
        "CORP\\\xd0\xb0lice",
        "\xe2\x84\xaa"
        "arl@CORP.TEST",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(unfit); i++)
        expect(text_of(unfit[i]), REALM_UNFIT, "");
    expect(TEXT("jos\xc3\xa9@EXAMPLE.COM"), REALM_LISTED,
           "jos\xc3\xa9@EXAMPLE.COM");
}

static void expect_ticket(const char *name, enum realm_answer answer,
                          const char *principal)
{
    SCOPED(buf_free) struct buf out = buf_make(IDENTITY_MAX_BYTES);

    assert_int_equal(realm_principal_of_ticket(&realms, text_of(name), &out),
                     answer);
    assert_text_equal(buf_text(&out), principal);
}

/* What a KDC left as it was asked for says who asked, not whose it is. */
static void a_ticket_names_its_realm_and_no_other_way(void **state)
{
    (void)state;
    expect_ticket("Alice@CORP.TEST", REALM_LISTED, "alice@CORP.TEST");
    expect_ticket("alice@mail.corp.test", REALM_UNLISTED,
                  "alice@mail.corp.test");
    expect_ticket("alice\\@mail.corp.test@CORP.TEST", REALM_UNFIT, "");
    expect_ticket("CORP\\alice", REALM_UNFIT, "");
    expect_ticket("alice", REALM_UNFIT, "");
    /* They look alike, and to a directory they may be one. */
    expect_ticket("alice @CORP.TEST", REALM_UNFIT, "");
    expect_ticket(" alice@CORP.TEST", REALM_UNFIT, "");
    assert_true(realm_is_enterprise(TEXT("alice\\@mail.corp.test@CORP.TEST")));
    assert_false(realm_is_enterprise(TEXT("alice@CORP.TEST")));
}

/* ---- Machines ---- */

static void expect_machine(struct text said, const char *principal)
{
    SCOPED(buf_free) struct buf out = buf_make(IDENTITY_MAX_BYTES);

    assert_int_equal(realm_machine(&realms, said, &out),
                     *principal ? STATUS_OK : STATUS_INVALID);
    assert_text_equal(buf_text(&out), principal);
}

static void a_machine_is_its_host_service(void **state)
{
    (void)state;
    expect_machine(TEXT("host/web1.example.com@EXAMPLE.COM"),
                   "host/web1.example.com@EXAMPLE.COM");
    expect_machine(TEXT("host/Web-1.a.b.c@EXAMPLE.COM"),
                   "host/Web-1.a.b.c@EXAMPLE.COM");
    expect_machine(TEXT("HOST/Web1.Corp.Test@corp.test"),
                   "host/web1.corp.test@CORP.TEST");
    expect_ticket("host/web1.corp.test@CORP.TEST", REALM_UNFIT, "");
    expect(TEXT("host/web1.corp.test@CORP.TEST"), REALM_UNFIT, "");
    assert_true(realm_is_machine(TEXT("host/web1.a.test@OTHER.TEST")));
    assert_false(realm_is_machine(TEXT("web1$@CORP.TEST")));
    assert_false(realm_is_machine(TEXT("host/web1.corp.test")));
}

static void what_only_looks_like_a_machine_is_none(void **state)
{
    static const char *const others[] = {
        "host/web1@EXAMPLE.COM",
        "HOST/web1.example.com@EXAMPLE.COM",
        "HTTP/web1.example.com@EXAMPLE.COM",
        "host/web1.example.com/admin@EXAMPLE.COM",
        "host/web1.example.com@example.com",
        "host/web1.example.com@OTHER.TEST",
        "host/web1.example.com@mail.corp.test",
        "host/web1.example.com@",
        "host/web1.example.com",
        "host/web1.example.com.@EXAMPLE.COM",
        "host/.web1.example.com@EXAMPLE.COM",
        "host/web1..com@EXAMPLE.COM",
        "host/-web1.example.com@EXAMPLE.COM",
        "host/web1.example.com-@EXAMPLE.COM",
        "host/web_1.example.com@EXAMPLE.COM",
        "host/w\\eb1.example.com@EXAMPLE.COM",
        "host/web1.ex\\@mple.com@EXAMPLE.COM",
        "host/web1.exampl\xd0\xb5.com@EXAMPLE.COM",
        "host/*.example.com@EXAMPLE.COM",
        "host/web1.example.com@x@EXAMPLE.COM",
        "CORP\\host/web1.corp.test",
        "host/@EXAMPLE.COM",
        "host/.@EXAMPLE.COM",
        "hos@EXAMPLE.COM",
        ("host/0123456789012345678901234567890123456789012345678901234567890123"
         ".com@EXAMPLE.COM"),
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(others); i++)
        expect_machine(text_of(others[i]), "");
    expect_machine((struct text){"host/web1\0.example.com@EXAMPLE.COM", 34},
                   "");
}

static void nothing_is_known_without_realms(void **state)
{
    SCOPED(buf_free) struct buf out = buf_make(IDENTITY_MAX_BYTES);

    (void)state;
    assert_int_equal(
        realm_principal(&(struct realms){0}, TEXT("Alice@CORP.TEST"), &out),
        REALM_UNLISTED);
    assert_text_equal(buf_text(&out), "Alice@CORP.TEST");
}

static void expect_hint(const char *said, const char *meant)
{
    SCOPED(buf_free) struct buf out = buf_make(IDENTITY_MAX_BYTES);

    assert_int_equal(realm_suggest(&realms, text_of(said), &out),
                     meant != NULL);
    assert_text_equal(buf_text(&out), meant ? meant : "");
}

static void a_near_realm_is_suggested(void **state)
{
    (void)state;
    expect_hint("carol@example.com", "carol@EXAMPLE.COM");
    expect_hint("Carol@CORP.TST", "carol@CORP.TEST");
    expect_hint("carol@elsewhere.org", NULL);
    expect_hint("carol", NULL); /* there are two */
}

static void an_account_leads_to_its_user_and_no_other(void **state)
{
    SCOPED(buf_free) struct buf account = buf_make(256);
    struct text user;

    (void)state;
    assert_int_equal(realm_account(&items[0], TEXT("alice"), &account),
                     STATUS_OK);
    assert_text_equal(buf_text(&account), "CORP\\alice");
    assert_true(realm_user_of_account(&items[0], buf_text(&account), &user));
    assert_text_equal(user, "alice");
    assert_false(realm_user_of_account(&items[0], TEXT("alice"), &user));
    assert_false(realm_user_of_account(&items[0], TEXT("OTHER\\alice"), &user));
    assert_false(realm_user_of_account(&items[0], TEXT("CORP\\"), &user));
    assert_true(realm_user_of_account(&items[1], TEXT("alice"), &user));
    assert_text_equal(user, "alice");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_spelling_of_a_person_is_one_principal),
        cmocka_unit_test(a_canonical_principal_stays_as_it_is),
        cmocka_unit_test(capitals_matter_where_the_realm_says_so),
        cmocka_unit_test(a_name_of_no_listed_realm_is_left_alone),
        cmocka_unit_test(what_only_contains_a_name_is_nobodys),
        cmocka_unit_test(a_realm_that_ignores_case_has_ascii_names_only),
        cmocka_unit_test(a_ticket_names_its_realm_and_no_other_way),
        cmocka_unit_test(a_machine_is_its_host_service),
        cmocka_unit_test(what_only_looks_like_a_machine_is_none),
        cmocka_unit_test(nothing_is_known_without_realms),
        cmocka_unit_test(a_near_realm_is_suggested),
        cmocka_unit_test(an_account_leads_to_its_user_and_no_other),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
