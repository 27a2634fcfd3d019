#include "tests/unit/unit.h"

#include "provider/client/mechanisms.h"

static enum auth_mechanism order[AUTH_N_MECHANISMS];

static struct mechanisms_situation everything(enum auth_level minimum)
{
    return (struct mechanisms_situation){
        .channel = ADDRESS_TLS,
        .has_certificate = true,
        .has_token = true,
        .offered = {true, true, true, true, true},
        .minimum_level = minimum,
    };
}

static void the_certificate_comes_first_where_it_reaches(void **state)
{
    const struct mechanisms_situation situation =
        everything(AUTH_LEVEL_CERTIFICATE);

    (void)state;
    assert_int_equal(mechanisms_order(&situation, order), 3);
    assert_int_equal(order[0], AUTH_EXTERNAL);
    assert_int_equal(order[1], AUTH_OAUTHBEARER);
    assert_int_equal(order[2], AUTH_GSSAPI);
}

static void the_token_comes_first_where_the_certificate_is_too_weak(
    void **state)
{
    const struct mechanisms_situation situation = everything(AUTH_LEVEL_MFA);

    (void)state;
    assert_int_equal(mechanisms_order(&situation, order), 3);
    assert_int_equal(order[0], AUTH_OAUTHBEARER);
    assert_int_equal(order[1], AUTH_GSSAPI);
    assert_int_equal(order[2], AUTH_EXTERNAL);
}

static void what_is_missing_or_not_offered_is_not_tried(void **state)
{
    struct mechanisms_situation situation = everything(AUTH_LEVEL_NONE);

    (void)state;
    situation.has_certificate = false;
    situation.offered[AUTH_OAUTHBEARER] = false;
    situation.offered[AUTH_GSSAPI] = false;
    assert_int_equal(mechanisms_order(&situation, order), 1);
    assert_int_equal(order[0], AUTH_GSS_SPNEGO);
    situation.offered[AUTH_GSS_SPNEGO] = false;
    assert_int_equal(mechanisms_order(&situation, order), 0);
}

static void a_password_is_never_asked_for_unasked(void **state)
{
    const struct mechanisms_situation situation = {
        .channel = ADDRESS_TLS,
        .offered = {[AUTH_PLAIN] = true},
    };

    (void)state;
    assert_int_equal(mechanisms_order(&situation, order), 0);
}

static void a_password_comes_last_where_somebody_waits(void **state)
{
    struct mechanisms_situation situation = everything(AUTH_LEVEL_DOMAIN);

    (void)state;
    situation.can_ask = true;
    assert_int_equal(mechanisms_order(&situation, order), 4);
    assert_int_equal(order[3], AUTH_PLAIN);
    situation.has_certificate = situation.has_token = false;
    situation.offered[AUTH_GSSAPI] = situation.offered[AUTH_GSS_SPNEGO] = false;
    assert_int_equal(mechanisms_order(&situation, order), 1);
    assert_int_equal(order[0], AUTH_PLAIN);
}

static void a_password_that_cannot_reach_is_not_asked_for(void **state)
{
    struct mechanisms_situation situation = everything(AUTH_LEVEL_CERTIFICATE);

    (void)state;
    situation.can_ask = true;
    assert_int_equal(mechanisms_order(&situation, order), 3);
    situation.levels[AUTH_PLAIN] = AUTH_LEVEL_MFA;
    assert_int_equal(mechanisms_order(&situation, order), 4);
    assert_int_equal(order[3], AUTH_PLAIN);
}

static void what_the_server_says_of_a_level_counts(void **state)
{
    struct mechanisms_situation situation = everything(AUTH_LEVEL_MFA);

    (void)state;
    situation.levels[AUTH_GSSAPI] = AUTH_LEVEL_CERTIFICATE;
    assert_int_equal(mechanisms_reach(&situation, AUTH_GSSAPI),
                     AUTH_LEVEL_CERTIFICATE);
    situation.levels[AUTH_EXTERNAL] = AUTH_LEVEL_MFA; /* none was given */
    situation.has_certificate = false;
    assert_int_equal(mechanisms_reach(&situation, AUTH_EXTERNAL),
                     AUTH_LEVEL_NONE);
}

static void what_was_used_is_left_out(void **state)
{
    struct mechanisms_situation situation = everything(AUTH_LEVEL_DOMAIN);

    (void)state;
    assert_int_equal(mechanisms_reaching(&situation, AUTH_LEVEL_MFA, order), 2);
    situation.left_out = 1u << AUTH_OAUTHBEARER;
    assert_int_equal(mechanisms_reaching(&situation, AUTH_LEVEL_MFA, order), 1);
    assert_int_equal(order[0], AUTH_GSSAPI);
}

static void on_a_unix_socket_the_peer_comes_last(void **state)
{
    struct mechanisms_situation situation = everything(AUTH_LEVEL_DOMAIN);

    (void)state;
    situation.channel = ADDRESS_UNIX;
    situation.has_certificate = false;
    assert_int_equal(mechanisms_order(&situation, order), 3);
    assert_int_equal(order[0], AUTH_OAUTHBEARER);
    assert_int_equal(order[1], AUTH_GSSAPI);
    assert_int_equal(order[2], AUTH_EXTERNAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_certificate_comes_first_where_it_reaches),
        cmocka_unit_test(
            the_token_comes_first_where_the_certificate_is_too_weak),
        cmocka_unit_test(what_is_missing_or_not_offered_is_not_tried),
        cmocka_unit_test(a_password_is_never_asked_for_unasked),
        cmocka_unit_test(a_password_comes_last_where_somebody_waits),
        cmocka_unit_test(a_password_that_cannot_reach_is_not_asked_for),
        cmocka_unit_test(what_the_server_says_of_a_level_counts),
        cmocka_unit_test(what_was_used_is_left_out),
        cmocka_unit_test(on_a_unix_socket_the_peer_comes_last),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
