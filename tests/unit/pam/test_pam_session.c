/*
 * The session part of the module against a holder of sessions that does what a
 * test says, with keyrings of the test's own. Whatever fails, nothing is left
 * of it, and a login that proved nothing to the site is none the worse.
 */
#include "tests/unit/unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "provider/host/login_key.h"
#include "provider/pam/pam_proof.h"
#include "tests/unit/pam/failing_calls.h"
#include "tests/unit/pam/fake_host.h"
#include "tests/unit/pam/fake_pam.h"

#define HANDLE "0123456789abcdef00112233445566778899aabbccddeeff"
#define SECRET "00112233445566778899aabbccddeeff"

static int leave(void **state)
{
    (void)state;
    fake_host_end();
    rmdir(LOGIN_DIRECTORY);
    return 0;
}

/* ---- A login ---- */

static struct pam_handle handle_of(const char *user)
{
    return (struct pam_handle){.user = user,
                               .service = "sshd",
                               .password = "right",
                               .account = "alice",
                               .account_uid = getuid()};
}

static void sign_in(struct pam_handle *pamh, const char *handle)
{
    const char *options[] = {"session=yes"};
    struct fake_host script = {
        .replies = {{.verdict = LOGIN_ALLOWED, .level = "domain"}}, .n = 1};

    snprintf(script.replies[0].session, LOGIN_SESSION_BYTES, "%s", handle);
    fake_host_start(&script);
    assert_int_equal(pam_sm_authenticate(pamh, 0, 1, options), PAM_SUCCESS);
    assert_string_equal(fake_host_seen()->last.session, LOGIN_SESSION_KEEP);
    fake_host_end();
}

/* Until it is told otherwise, the holder says yes, for so many seconds. */
static void hold(const char *seconds)
{
    struct fake_host script = {
        .replies = {{.verdict = LOGIN_ALLOWED, .level = "domain"}},
        .n = 1,
        .session = HANDLE};

    snprintf(script.replies[0].session, LOGIN_SESSION_BYTES, "%s", seconds);
    fake_host_start(&script);
}

static int open_session(struct pam_handle *pamh)
{
    return pam_sm_open_session(pamh, 0, 0, NULL);
}

static int close_session(struct pam_handle *pamh)
{
    return pam_sm_close_session(pamh, 0, 0, NULL);
}

/* As pam_keyinit does; false: this kernel has none, or keeps them from us. */
static bool join_keyring(void)
{
    return syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL, 0L, 0L, 0L) >
           0;
}

static bool has_key(void)
{
    char handle[LOGIN_SESSION_BYTES];

    return login_key_find(handle) && strcmp(handle, HANDLE) == 0;
}

static void need_keyrings(void)
{
    if (!join_keyring())
        skip();
}

/* ---- Open and closed ---- */

static void a_login_has_the_key_until_it_ends(void **state)
{
    struct pam_handle pamh = handle_of("alice");

    (void)state;
    need_keyrings();
    sign_in(&pamh, HANDLE);
    assert_string_equal(pamh.variable, PAM_PROOF_VARIABLE "=" HANDLE);
    hold("600");
    assert_int_equal(open_session(&pamh), PAM_SUCCESS);
    assert_int_equal(fake_host_seen()->last.act, LOGIN_OPEN);
    assert_string_equal(fake_host_seen()->last.session, SECRET);
    assert_string_equal(pamh.variable, "");
    assert_true(has_key());
    assert_int_equal(pam_sm_setcred(&pamh, 0, 0, NULL), PAM_SUCCESS);
    assert_int_equal(close_session(&pamh), PAM_SUCCESS);
    assert_int_equal(fake_host_seen()->last.act, LOGIN_CLOSE);
    assert_false(has_key());
    fake_pam_end(&pamh);
}

static void sshds_other_process_leaves_it_in_a_variable(void **state)
{
    struct pam_handle pamh = handle_of("alice");

    (void)state;
    need_keyrings();
    pam_putenv(&pamh, PAM_PROOF_VARIABLE "=" HANDLE);
    assert_int_equal(pam_sm_setcred(&pamh, 0, 0, NULL), PAM_SUCCESS);
    hold("600");
    assert_int_equal(open_session(&pamh), PAM_SUCCESS);
    assert_string_equal(pamh.variable, "");
    assert_int_equal(pam_sm_setcred(&pamh, 0, 0, NULL), PAM_SUCCESS);
    assert_int_equal(close_session(&pamh), PAM_SUCCESS);
    fake_pam_end(&pamh);
}

/* Where there was no place for a session, or none was wanted. */
static void a_sign_in_without_a_session_counts_there_too(void **state)
{
    struct pam_handle pamh = handle_of("alice");
    char variable[sizeof(pamh.variable)];

    (void)state;
    sign_in(&pamh, "");
    memcpy(variable, pamh.variable, sizeof(variable));
    fake_pam_end(&pamh);
    pam_putenv(&pamh, variable); /* as sshd does, in another process */
    assert_int_equal(pam_sm_setcred(&pamh, 0, 0, NULL), PAM_SUCCESS);
    assert_string_equal(pamh.variable, "");
    assert_int_equal(open_session(&pamh), PAM_SUCCESS);
    assert_int_equal(pam_sm_setcred(&pamh, 0, 0, NULL), PAM_SUCCESS);
    assert_int_equal(close_session(&pamh), PAM_SUCCESS);
    fake_pam_end(&pamh);
}

static void an_earlier_session_is_none_after_another_sign_in(void **state)
{
    struct pam_handle pamh = handle_of("alice");

    (void)state;
    sign_in(&pamh, HANDLE);
    fake_host_says(LOGIN_DENIED);
    assert_int_equal(pam_sm_authenticate(&pamh, 0, 0, NULL), PAM_AUTH_ERR);
    assert_string_equal(pamh.variable, "");
    fake_pam_end(&pamh);
}

static void who_proved_nothing_has_none_and_is_let_in(void **state)
{
    static const char *const variables[] = {"", PAM_PROOF_VARIABLE "=",
                                            PAM_PROOF_VARIABLE "=zz",
                                            PAM_PROOF_VARIABLE "=" HANDLE "0"};

    (void)state;
    need_keyrings();
    hold("600");
    for (size_t i = 0; i < ARRAY_SIZE(variables); i++) {
        struct pam_handle pamh = handle_of("alice");
        const size_t before = fake_host_seen()->n;

        pam_putenv(&pamh, variables[i]);
        assert_int_equal(open_session(&pamh), PAM_SUCCESS);
        assert_int_equal(close_session(&pamh), PAM_SUCCESS);
        assert_int_equal(fake_host_seen()->n, before);
        assert_false(has_key());
        fake_pam_end(&pamh);
    }
}

static void what_alice_proved_is_nobody_elses(void **state)
{
    struct pam_handle pamh = handle_of("alice");
    const size_t before = fake_host_seen()->n;

    (void)state;
    need_keyrings();
    sign_in(&pamh, HANDLE);
    hold("600");
    pamh.user = "bob";
    assert_int_equal(open_session(&pamh), PAM_SUCCESS);
    assert_int_equal(fake_host_seen()->n, before + 1); /* to sign in */
    assert_false(has_key());
    pamh.user = "alice"; /* it opens nothing later either */
    assert_int_equal(open_session(&pamh), PAM_SUCCESS);
    assert_false(has_key());
    fake_pam_end(&pamh);
}

/* ---- What is no session ---- */

static int try_to_open(const char *seconds, enum login_verdict verdict)
{
    struct fake_host script = {
        .replies = {{.verdict = verdict}}, .n = 1, .session = HANDLE};
    struct pam_handle pamh = handle_of("alice");
    int opened;

    sign_in(&pamh, HANDLE);
    snprintf(script.replies[0].session, LOGIN_SESSION_BYTES, "%s", seconds);
    fake_host_start(&script);
    opened = open_session(&pamh);
    fake_pam_end(&pamh);
    return opened;
}

static void a_holder_that_says_no_or_nonsense_leaves_no_key(void **state)
{
    static const char *const seconds[] = {"", "0", "-1", "x"};

    (void)state;
    need_keyrings();
    for (size_t i = 0; i < ARRAY_SIZE(seconds); i++)
        assert_int_equal(try_to_open(seconds[i], LOGIN_ALLOWED),
                         PAM_SESSION_ERR);
    for (int v = 0; v < LOGIN_N_VERDICTS; v++)
        if (v != LOGIN_ALLOWED)
            assert_int_equal(try_to_open("600", (enum login_verdict)v),
                             PAM_SESSION_ERR);
    assert_false(has_key());
}

static void another_users_process_or_none_is_no_holder(void **state)
{
    struct fake_host script = {
        .replies = {{.verdict = LOGIN_ALLOWED, .session = "600"}},
        .n = 1,
        .session = HANDLE,
        .uid = 65534};
    struct pam_handle pamh = handle_of("alice");

    (void)state;
    need_keyrings();
    sign_in(&pamh, HANDLE);
    assert_int_equal(open_session(&pamh), PAM_SESSION_ERR);
    if (seteuid(65534) == 0) { /* not where root alone is mapped */
        assert_int_equal(seteuid(0), 0);
        sign_in(&pamh, HANDLE);
        fake_host_start(&script);
        assert_int_equal(open_session(&pamh), PAM_SESSION_ERR);
    }
    assert_false(has_key());
    fake_pam_end(&pamh);
}

static void a_keyring_of_others_is_no_place_for_it(void **state)
{
    struct pam_handle pamh = handle_of("alice");

    (void)state;
    need_keyrings();
    pamh.account_uid = getuid() + 1;
    sign_in(&pamh, HANDLE);
    hold("600");
    assert_int_equal(open_session(&pamh), PAM_SESSION_ERR);
    assert_non_null(strstr(pamh.logged, "pam_keyinit"));
    assert_false(has_key());
    fake_pam_end(&pamh);
}

/* ---- The end ---- */

static void a_descriptor_that_the_program_took_is_left_alone(void **state)
{
    struct pam_handle pamh = handle_of("alice");
    int ends[2];

    (void)state;
    need_keyrings();
    sign_in(&pamh, HANDLE);
    hold("600");
    assert_int_equal(open_session(&pamh), PAM_SUCCESS);
    close_range(3, ~0U, 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
    assert_int_equal(close_session(&pamh), PAM_SESSION_ERR);
    assert_int_equal(fcntl(ends[0], F_GETFD), 0);
    assert_int_equal(recv(ends[1], ends, sizeof(ends), MSG_DONTWAIT), -1);
    close(ends[0]);
    close(ends[1]);
    assert_false(has_key());
    fake_pam_end(&pamh);
}

static void a_holder_that_is_gone_is_no_reason_to_stay(void **state)
{
    struct pam_handle pamh = handle_of("alice");

    (void)state;
    need_keyrings();
    sign_in(&pamh, HANDLE);
    hold("600");
    assert_int_equal(open_session(&pamh), PAM_SUCCESS);
    fake_host_end();
    assert_int_equal(close_session(&pamh), PAM_SESSION_ERR);
    assert_false(has_key());
    assert_null(pamh.login.data);
    fake_pam_end(&pamh);
}

/* ---- Everything fails in turn ---- */

static size_t n_open(void)
{
    DIR *fds = opendir("/proc/self/fd");
    size_t n = 0;

    while (readdir(fds))
        n++;
    closedir(fds);
    return n;
}

static int open_and_close(struct pam_handle *pamh)
{
    const int opened = open_session(pamh);

    return opened == PAM_SUCCESS ? close_session(pamh) : opened;
}

/* Until the first run in which nothing was left to fail. */
static void no_failing_call_leaves_anything_behind(void **state)
{
    const size_t before = n_open();
    unsigned n = 0;
    bool has_failed;

    (void)state;
    need_keyrings();
    do {
        struct pam_handle pamh = handle_of("alice");
        int result;

        pam_putenv(&pamh, PAM_PROOF_VARIABLE "=" HANDLE);
        assert_true(join_keyring());
        hold("600");
        failing_calls_begin(n++);
        result = open_and_close(&pamh);
        has_failed = failing_calls_end();
        fake_pam_end(&pamh);
        if (!has_failed)
            assert_int_equal(result, PAM_SUCCESS);
        assert_int_equal(n_open(), before);
    } while (has_failed);
    assert_true(n > 20);
}

static void what_pam_does_not_keep_is_ended(void **state)
{
    struct pam_handle pamh = handle_of("alice");
    const size_t before = n_open();

    (void)state;
    need_keyrings();
    pam_putenv(&pamh, PAM_PROOF_VARIABLE "=" HANDLE);
    pamh.keeps_nothing = true;
    hold("600");
    assert_int_equal(open_session(&pamh), PAM_SESSION_ERR);
    assert_false(has_key());
    assert_int_equal(n_open(), before);
    fake_pam_end(&pamh);
}

#define TEST(name) cmocka_unit_test_teardown(name, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_login_has_the_key_until_it_ends),
        TEST(sshds_other_process_leaves_it_in_a_variable),
        TEST(a_sign_in_without_a_session_counts_there_too),
        TEST(an_earlier_session_is_none_after_another_sign_in),
        TEST(who_proved_nothing_has_none_and_is_let_in),
        TEST(what_alice_proved_is_nobody_elses),
        TEST(a_holder_that_says_no_or_nonsense_leaves_no_key),
        TEST(another_users_process_or_none_is_no_holder),
        TEST(a_keyring_of_others_is_no_place_for_it),
        TEST(a_descriptor_that_the_program_took_is_left_alone),
        TEST(a_holder_that_is_gone_is_no_reason_to_stay),
        TEST(no_failing_call_leaves_anything_behind),
        TEST(what_pam_does_not_keep_is_ended),
    };

    return cmocka_run_group_tests(tests, fake_host_enter, NULL);
}
