#include "tests/unit/unit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>

#include "auth/throttle.h"

enum { NOW = 1000 * 1000, N_ENTRIES = 512 };

static int set_up(void **state)
{
    struct throttle *throttle = NULL;

    assert_int_equal(throttle_new(N_ENTRIES, &throttle), STATUS_OK);
    *state = throttle;
    return 0;
}

static int tear_down(void **state)
{
    throttle_free(*state);
    return 0;
}

static void fail_often(struct throttle *t, const char *source,
                       const char *account, size_t n, int64_t now_ms)
{
    for (size_t i = 0; i < n; i++)
        throttle_failed(t, text_of(source), text_of(account), now_ms);
}

static int64_t retry_after(const struct throttle *t, const char *source,
                           const char *account, int64_t now_ms)
{
    return throttle_ask(t, text_of(source), text_of(account), now_ms)
        .retry_after_ms;
}

static int64_t hold(const struct throttle *t, const char *source,
                    const char *account)
{
    return throttle_ask(t, text_of(source), text_of(account), NOW).hold_ms;
}

static void the_wait_doubles_with_every_failure_up_to_its_limit(void **state)
{
    static const struct {
        size_t n_failures;
        int64_t wait_ms;
    } rows[] = {{3, 0},    {4, 1000}, {5, 2000},
                {6, 4000}, {7, 8000}, {40, THROTTLE_WAIT_MAX_MS}};
    struct throttle *t = *state;
    size_t n = 0;

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        fail_often(t, "10.0.0.1", "alice", rows[i].n_failures - n, NOW);
        n = rows[i].n_failures;
        assert_int_equal(retry_after(t, "10.0.0.1", "alice", NOW),
                         rows[i].wait_ms);
    }
}

static void a_wait_ends_and_failures_are_forgotten(void **state)
{
    struct throttle *t = *state;

    fail_often(t, "10.0.0.1", "alice", 5, NOW);
    assert_int_equal(retry_after(t, "10.0.0.1", "alice", NOW + 1999), 1);
    assert_int_equal(retry_after(t, "10.0.0.1", "alice", NOW + 2000), 0);
    throttle_failed(t, TEXT("10.0.0.1"), TEXT("alice"),
                    NOW + THROTTLE_FORGET_MS);
    assert_int_equal(
        retry_after(t, "10.0.0.1", "alice", NOW + THROTTLE_FORGET_MS), 0);
}

static void a_source_waits_whoever_it_tries(void **state)
{
    struct throttle *t = *state;

    for (int i = 0; i < 8; i++) {
        char account[16];

        snprintf(account, sizeof(account), "user%d", i);
        fail_often(t, "10.0.0.1", account, 1, NOW);
    }
    assert_true(retry_after(t, "10.0.0.1", "user99", NOW) > 0);
    assert_true(retry_after(t, "10.0.0.1", "", NOW) > 0);
    assert_int_equal(retry_after(t, "10.0.0.2", "user99", NOW), 0);
}

/* Throttling is no weapon against its target (T51). */
static void nobody_is_locked_out_by_strangers(void **state)
{
    struct throttle *t = *state;

    fail_often(t, "10.0.0.1", "alice", 1000, NOW);
    for (int i = 0; i < 1000; i++) {
        char source[16];

        snprintf(source, sizeof(source), "10.1.%d.%d", i / 250, i % 250);
        fail_often(t, source, "alice", 5, NOW);
    }
    assert_true(retry_after(t, "10.0.0.1", "alice", NOW) > 0);
    assert_int_equal(retry_after(t, "192.168.0.9", "alice", NOW), 0);
    assert_int_equal(hold(t, "192.168.0.9", "alice"), THROTTLE_HOLD_MAX_MS);
    assert_int_equal(hold(t, "192.168.0.9", "bob"), 0);
}

static void a_success_forgives_this_account_to_this_source_only(void **state)
{
    struct throttle *t = *state;

    fail_often(t, "10.0.0.1", "alice", 4, NOW);
    throttle_succeeded(t, TEXT("10.0.0.1"), TEXT("alice"), NOW);
    /* What the source did is not undone: a guesser may own one account. */
    assert_true(retry_after(t, "10.0.0.1", "bob", NOW) > 0);
    fail_often(t, "10.0.0.2", "alice", 3, NOW);
    throttle_succeeded(t, TEXT("10.0.0.2"), TEXT("alice"), NOW);
    fail_often(t, "10.0.0.2", "alice", 1, NOW);
    assert_int_equal(
        throttle_ask(t, TEXT("10.0.0.3"), TEXT("alice"), NOW).retry_after_ms,
        0);
}

static void a_flood_of_names_does_not_free_a_heavy_guesser(void **state)
{
    struct throttle *t = *state;

    fail_often(t, "10.0.0.1", "alice", 20, NOW);
    for (int i = 0; i < 20 * N_ENTRIES; i++) {
        char name[32];

        snprintf(name, sizeof(name), "name%d", i);
        throttle_failed(t, text_of(name), text_of(name), NOW + 1);
    }
    assert_true(retry_after(t, "10.0.0.1", "alice", NOW + 1) > 0);
}

static void parts_of_a_key_do_not_run_into_each_other(void **state)
{
    struct throttle *t = *state;

    fail_often(t, "ab", "c", 9, NOW);
    assert_int_equal(retry_after(t, "a", "bc", NOW), 0);
}

static void sources_are_networks_as_attackers_own_them(void **state)
{
    static const struct {
        int family;
        const char *address;
        const char *source;
    } rows[] = {
        {AF_INET, "192.0.2.7", "192.0.2.7"},
        {AF_INET6, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
        {AF_INET6, "2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"},
        {AF_INET6, "::ffff:192.0.2.7", "192.0.2.7"},
        {AF_UNIX, "", "uid 1000"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        union {
            struct sockaddr any;
            struct sockaddr_in ipv4;
            struct sockaddr_in6 ipv6;
        } peer = {.any = {.sa_family = (sa_family_t)rows[i].family}};
        char source[THROTTLE_SOURCE_MAX_BYTES];

        if (rows[i].family == AF_INET)
            inet_pton(AF_INET, rows[i].address, &peer.ipv4.sin_addr);
        if (rows[i].family == AF_INET6)
            inet_pton(AF_INET6, rows[i].address, &peer.ipv6.sin6_addr);
        assert_text_equal(throttle_source(&peer.any, 1000, source),
                          rows[i].source);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

/* ---- Hosts, through which many people sign in ---- */

#define HOST "host 16777219"

/* A try as sign-ins make it; false: it was refused at once. */
static bool try_host(struct throttle *t, const char *account, bool is_right)
{
    if (retry_after(t, HOST, account, NOW) > 0)
        return false;
    throttle_begun(t, TEXT(HOST), text_of(account), NOW);
    if (is_right)
        throttle_succeeded(t, TEXT(HOST), text_of(account), NOW);
    else
        throttle_failed(t, TEXT(HOST), text_of(account), NOW);
    return true;
}

static void try_strangers(struct throttle *t, size_t n)
{
    char name[32];

    for (size_t i = 0; i < n; i++) {
        snprintf(name, sizeof(name), "stranger%zu", i);
        try_host(t, name, false);
    }
}

static void at_a_host_one_accounts_failures_are_its_own(void **state)
{
    struct throttle *t = *state;

    for (size_t i = 0; i < 20; i++)
        try_host(t, "alice", false);
    assert_int_equal(retry_after(t, HOST, "alice", NOW),
                     THROTTLE_WAIT_FIRST_MS);
    assert_int_equal(retry_after(t, HOST, "bob", NOW), 0);
    assert_int_equal(retry_after(t, "10.0.0.1", "alice", NOW), 0);
}

static void a_host_waits_for_many_accounts_but_not_those_it_knows(void **state)
{
    struct throttle *t = *state;

    assert_true(try_host(t, "alice", true));
    try_strangers(t, THROTTLE_FREE_ACCOUNTS);
    assert_int_equal(retry_after(t, HOST, "bob", NOW), 0);
    assert_true(try_host(t, "one more", false));
    assert_int_equal(retry_after(t, HOST, "bob", NOW), THROTTLE_WAIT_FIRST_MS);
    assert_int_equal(retry_after(t, HOST, "alice", NOW), 0);
    assert_int_equal(retry_after(t, HOST, "", NOW), 0); /* not said yet */
    assert_int_equal(retry_after(t, "host 16777220", "bob", NOW), 0);
    assert_int_equal(
        retry_after(t, HOST, "alice", NOW + 10 * THROTTLE_FORGET_MS), 0);
}

/* Whom it knows is guessed no faster. */
static void a_stolen_host_guesses_no_more_at_once(void **state)
{
    struct throttle *t = *state;
    size_t n = 0;

    assert_true(try_host(t, "alice", true));
    while (n < 100 && retry_after(t, HOST, "alice", NOW) == 0) {
        throttle_begun(t, TEXT(HOST), TEXT("alice"), NOW);
        n++; /* none of them has ended */
    }
    assert_int_equal(n, THROTTLE_FREE_FAILURES + 1);
    for (size_t i = 0; i < n; i++)
        throttle_failed(t, TEXT(HOST), TEXT("alice"), NOW);
    assert_int_equal(retry_after(t, HOST, "alice", NOW),
                     THROTTLE_WAIT_FIRST_MS);
    assert_false(try_host(t, "alice", true));
}

static void what_was_no_guess_is_taken_back(void **state)
{
    struct throttle *t = *state;

    for (size_t i = 0; i < 100; i++) {
        assert_int_equal(retry_after(t, HOST, "alice", NOW), 0);
        throttle_begun(t, TEXT(HOST), TEXT("alice"), NOW);
        throttle_excused(t, TEXT(HOST), TEXT("alice"));
        throttle_excused(t, TEXT(HOST), TEXT("nobody"));
    }
    for (size_t i = 0; i < 100; i++)
        assert_true(try_host(t, "alice", true));
}

/* Names that nobody has do not make the table forget whom a host knows. */
static void what_a_host_knows_outweighs_strangers(void **state)
{
    struct throttle *t = *state;
    char name[32];

    assert_true(try_host(t, "alice", true));
    for (size_t i = 0; i < 20 * N_ENTRIES; i++) {
        snprintf(name, sizeof(name), "10.0.%zu.%zu", i / 250, i % 250);
        throttle_failed(t, text_of(name), TEXT("x"), NOW);
    }
    try_strangers(t, THROTTLE_FREE_ACCOUNTS + 1);
    assert_true(try_host(t, "alice", true));
}

/* One with a keytab: the address counts as before until it has signed in. */
static void an_address_becomes_a_hosts(void **state)
{
    struct throttle *t = *state;
    const struct text address = TEXT("192.0.2.7");
    char room[THROTTLE_SOURCE_MAX_BYTES];
    struct text source;

    assert_text_equal(throttle_address_source(t, address, room), "192.0.2.7");
    throttle_know_host(t, address, NOW);
    source = throttle_address_source(t, address, room);
    assert_text_equal(source, "host at 192.0.2.7");
    assert_text_equal(throttle_address_source(t, TEXT("192.0.2.8"), room),
                      "192.0.2.8");
    for (int i = 0; i < 4; i++) {
        throttle_begun(t, source, TEXT("alice"), NOW);
        throttle_failed(t, source, TEXT("alice"), NOW);
    }
    assert_true(retry_after(t, source.data, "alice", NOW) > 0);
    assert_int_equal(retry_after(t, source.data, "bob", NOW), 0);
    /* and no address, such as a Unix peer's, is one */
    throttle_know_host(t, (struct text){0}, NOW);
    assert_int_equal(throttle_address_source(t, (struct text){0}, room).size,
                     0);
}

/* The longest there is, an IPv6 network, fits. */
static void every_address_may_be_a_hosts(void **state)
{
    struct throttle *t = *state;
    const struct text address =
        TEXT("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/64");
    char room[THROTTLE_SOURCE_MAX_BYTES];

    throttle_know_host(t, address, NOW);
    assert_text_equal(throttle_address_source(t, address, room),
                      "host at ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/64");
}

static void a_host_is_a_source_of_its_own(void **state)
{
    char room[THROTTLE_SOURCE_MAX_BYTES];

    (void)state;
    assert_text_equal(throttle_host_source(16777219, room), HOST);
    assert_text_equal(throttle_host_source(INT64_MAX, room),
                      "host 9223372036854775807");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_wait_doubles_with_every_failure_up_to_its_limit),
        TEST(a_wait_ends_and_failures_are_forgotten),
        TEST(a_source_waits_whoever_it_tries),
        TEST(nobody_is_locked_out_by_strangers),
        TEST(a_success_forgives_this_account_to_this_source_only),
        TEST(a_flood_of_names_does_not_free_a_heavy_guesser),
        TEST(parts_of_a_key_do_not_run_into_each_other),
        TEST(sources_are_networks_as_attackers_own_them),
        TEST(at_a_host_one_accounts_failures_are_its_own),
        TEST(a_host_waits_for_many_accounts_but_not_those_it_knows),
        TEST(a_stolen_host_guesses_no_more_at_once),
        TEST(what_was_no_guess_is_taken_back),
        TEST(what_a_host_knows_outweighs_strangers),
        TEST(an_address_becomes_a_hosts),
        TEST(every_address_may_be_a_hosts),
        TEST(a_host_is_a_source_of_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
