/*
 * The module against a daemon that does what a test says, in a mount namespace
 * with a /run and /etc/smsprovider of its own. No conversation, answer, failing
 * call or lack of memory lets anybody in who was not allowed.
 */
#include "tests/unit/unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "provider/host/login_wire.h"
#include "provider/pam/pam_options.h"
#include "tests/unit/pam/failing_calls.h"
#include "tests/unit/pam/fake_host.h"
#include "tests/unit/pam/fake_pam.h"

static int leave(void **state)
{
    (void)state;
    fake_host_end();
    unlink(PAM_OPTIONS_FILE);
    rmdir(LOGIN_DIRECTORY);
    return 0;
}

/* ---- Calling it ---- */

static const char *const no_options[] = {NULL};

static struct pam_handle handle_of(const char *user)
{
    return (struct pam_handle){.user = user,
                               .service = "sshd",
                               .password = "right",
                               .answer = "123456"};
}

static int account(struct pam_handle *pamh)
{
    return pam_sm_acct_mgmt(pamh, 0, 0, (const char **)(uintptr_t)no_options);
}

static int account_with(struct pam_handle *pamh, const char *option)
{
    const char *options[] = {option};

    return pam_sm_acct_mgmt(pamh, 0, 1, options);
}

static int authenticate(struct pam_handle *pamh)
{
    return pam_sm_authenticate(pamh, 0, 0,
                               (const char **)(uintptr_t)no_options);
}

/* ---- account ---- */

static void the_sites_answer_is_pams(void **state)
{
    static const struct {
        enum login_verdict verdict;
        const char *option;
        int result;
    } table[] = {
        {LOGIN_ALLOWED, "quiet", PAM_SUCCESS},
        {LOGIN_DENIED, "quiet", PAM_PERM_DENIED},
        {LOGIN_UNKNOWN, "quiet", PAM_USER_UNKNOWN},
        {LOGIN_UNKNOWN, "unknown_user=deny", PAM_USER_UNKNOWN},
        {LOGIN_UNKNOWN, "unknown_user=ignore", PAM_IGNORE},
        {LOGIN_DENIED, "unknown_user=ignore", PAM_PERM_DENIED},
        {LOGIN_UNAVAILABLE, "unknown_user=ignore", PAM_AUTHINFO_UNAVAIL},
        {LOGIN_QUESTION, "quiet", PAM_AUTHINFO_UNAVAIL},
        {LOGIN_NOTICE, "quiet", PAM_AUTHINFO_UNAVAIL},
        {LOGIN_ALLOWED, "except=bob,alice", PAM_IGNORE},
        {LOGIN_ALLOWED, "except=alicex,lice", PAM_SUCCESS},
        {LOGIN_ALLOWED, "no_such_option", PAM_SERVICE_ERR},
        {LOGIN_ALLOWED, "level=none", PAM_SERVICE_ERR},
        {LOGIN_ALLOWED, "unknown_user=maybe", PAM_SERVICE_ERR},
        {LOGIN_ALLOWED, "timeout_ms=0", PAM_SERVICE_ERR},
        {LOGIN_ALLOWED, "auth=nothing", PAM_SERVICE_ERR},
        {LOGIN_WAIT, "quiet", PAM_AUTHINFO_UNAVAIL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        struct pam_handle pamh = handle_of("alice");
        int result;

        fake_host_says(table[i].verdict);
        result = account_with(&pamh, table[i].option);
        if (result != table[i].result)
            fail_msg("%s after %d: %d", table[i].option, table[i].verdict,
                     result);
    }
}

static void another_spelling_of_an_account_is_not_ignored(void **state)
{
    struct pam_handle pamh = handle_of("ALICE");

    (void)state;
    fake_host_says(LOGIN_UNKNOWN);
    pamh.account = "alice";
    assert_int_equal(account_with(&pamh, "unknown_user=ignore"),
                     PAM_USER_UNKNOWN);
    pamh.account = "ALICE";
    assert_int_equal(account_with(&pamh, "unknown_user=ignore"), PAM_IGNORE);
    pamh.account = NULL;
    assert_int_equal(account_with(&pamh, "unknown_user=ignore"), PAM_IGNORE);
}

static void a_denial_is_a_sentence_for_the_user(void **state)
{
    struct pam_handle pamh = handle_of("alice");

    (void)state;
    fake_host_says(LOGIN_DENIED);
    account(&pamh);
    assert_string_equal(pamh.shown, "A sentence.");
    pamh.shown[0] = '\0';
    assert_int_equal(pam_sm_acct_mgmt(&pamh, PAM_SILENT, 0,
                                      (const char **)(uintptr_t)no_options),
                     PAM_PERM_DENIED);
    assert_string_equal(pamh.shown, "");
}

static void no_daemon_hung_or_garbage_lets_nobody_in(void **state)
{
    static const char *const garbage[] = {
        "", "2", "21", "21alice", "zzzzz", "{\"allowed\":true}"};
    struct fake_host script = {.n = 1};
    struct pam_handle pamh = handle_of("alice");

    (void)state;
    assert_int_equal(account(&pamh), PAM_AUTHINFO_UNAVAIL);
    script.is_silent = true;
    fake_host_start(&script);
    assert_int_equal(account_with(&pamh, "timeout_ms=50"),
                     PAM_AUTHINFO_UNAVAIL);
    script.is_silent = false;
    for (size_t i = 0; i < ARRAY_SIZE(garbage); i++) {
        script.bytes = garbage[i];
        script.n_bytes = strlen(garbage[i]);
        fake_host_start(&script);
        assert_int_equal(account_with(&pamh, "timeout_ms=200"),
                         PAM_AUTHINFO_UNAVAIL);
    }
}

static void an_answer_about_somebody_else_is_none(void **state)
{
    const struct fake_host script = {
        .replies = {{.verdict = LOGIN_ALLOWED, .user = "bob"}}, .n = 1};
    struct pam_handle pamh = handle_of("alice");

    (void)state;
    fake_host_start(&script);
    assert_int_equal(account(&pamh), PAM_AUTHINFO_UNAVAIL);
}

static void another_users_socket_or_place_is_not_used(void **state)
{
    struct fake_host script = {.replies = {{.verdict = LOGIN_ALLOWED}}, .n = 1};
    struct pam_handle pamh = handle_of("alice");

    (void)state;
    fake_host_start(&script);
    assert_int_equal(account(&pamh), PAM_SUCCESS);
    assert_int_equal(chmod(LOGIN_DIRECTORY, 0777), 0);
    assert_int_equal(account(&pamh), PAM_AUTHINFO_UNAVAIL);
    assert_int_equal(chmod(LOGIN_DIRECTORY, 0755), 0);
    assert_int_equal(rename(LOGIN_SOCKET, "/run/elsewhere"), 0);
    assert_int_equal(symlink("/run/elsewhere", LOGIN_SOCKET), 0);
    assert_int_equal(account(&pamh), PAM_AUTHINFO_UNAVAIL);
    unlink(LOGIN_SOCKET);
    assert_int_equal(rename(LOGIN_DIRECTORY, "/run/aside"), 0);
    assert_int_equal(symlink("/run/aside", LOGIN_DIRECTORY), 0);
    assert_int_equal(rename("/run/elsewhere", LOGIN_SOCKET), 0);
    assert_int_equal(account(&pamh), PAM_AUTHINFO_UNAVAIL);
    unlink(LOGIN_DIRECTORY);
    assert_int_equal(rename("/run/aside", LOGIN_DIRECTORY), 0);
    assert_int_equal(account(&pamh), PAM_SUCCESS);
    if (seteuid(65534) == 0) { /* not where root alone is mapped */
        assert_int_equal(seteuid(0), 0);
        script.uid = 65534;
        fake_host_start(&script);
        assert_int_equal(account(&pamh), PAM_AUTHINFO_UNAVAIL);
        assert_int_equal(chown(LOGIN_SOCKET, 65534, 65534), 0);
        assert_int_equal(account(&pamh), PAM_AUTHINFO_UNAVAIL);
    }
}

static void names_that_are_none_are_not_asked_about(void **state)
{
    char name[2 * LOGIN_NAME_BYTES];
    struct pam_handle pamh = handle_of(NULL);

    (void)state;
    fake_host_says(LOGIN_ALLOWED);
    assert_int_equal(account(&pamh), PAM_USER_UNKNOWN);
    pamh.user = "";
    assert_int_equal(account(&pamh), PAM_USER_UNKNOWN);
    memset(name, 'a', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    pamh.user = name;
    assert_int_equal(account(&pamh), PAM_USER_UNKNOWN);
    pamh.user = "a\nb";
    assert_int_equal(account(&pamh), PAM_AUTHINFO_UNAVAIL);
}

/* ---- Options of a file ---- */

static void the_file_says_for_all_and_for_a_service(void **state)
{
    struct pam_options options;
    char why[PAM_FAULT_BYTES];
    const char *line[] = {"level=mfa", "operation=Read"};

    (void)state;
    fake_host_write(PAM_OPTIONS_FILE,
                    "# all\nrealm = A.TEST\nunknown_user=ignore\n"
                    "[sudo]\nlevel = certificate\n"
                    "operation = Run Script\n");
    assert_true(pam_options_read("sshd", 0, NULL, &options, why));
    assert_string_equal(options.realm, "A.TEST");
    assert_string_equal(options.level, "domain");
    assert_true(options.ignores_unknown);
    assert_true(pam_options_read("sudo", 0, NULL, &options, why));
    assert_string_equal(options.level, "certificate");
    assert_string_equal(options.operation, "Run Script");
    assert_true(pam_options_read("sudo", 2, line, &options, why));
    assert_string_equal(options.level, "mfa");
    assert_string_equal(options.operation, "Read");
}

static void a_section_is_for_its_service_with_a_login_shell_too(void **state)
{
    static const struct {
        const char *service, *operation;
    } table[] = {{"sudo", "Run Script"},
                 {"sudo-i", "Run Script"},
                 {"su", "Read"},
                 {"su-l", "Modify"},
                 {"sudo-x", ""},
                 {"sudo-i-i", ""},
                 {"sud", ""},
                 {"s", ""},
                 {"", ""}};
    struct pam_options options;
    char why[PAM_FAULT_BYTES];

    (void)state;
    fake_host_write(PAM_OPTIONS_FILE, "[sudo]\noperation = Run Script\n"
                                      "[su]\noperation = Read\n"
                                      "[su-l]\noperation = Modify\n");
    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        assert_true(pam_options_read(table[i].service, 0, NULL, &options, why));
        assert_string_equal(options.operation, table[i].operation);
    }
}

static void a_file_with_a_fault_lets_nobody_in(void **state)
{
    static const char *const files[] = {
        "nonsense\n", "[sudo\n", "[sudo]\nlevel = high\n", "level\n", "[]\n"};
    struct pam_handle pamh = handle_of("alice");

    (void)state;
    fake_host_says(LOGIN_ALLOWED);
    for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
        fake_host_write(PAM_OPTIONS_FILE, files[i]);
        assert_int_equal(account(&pamh), PAM_SERVICE_ERR);
    }
    fake_host_write(PAM_OPTIONS_FILE, "level = domain\n");
    assert_int_equal(account(&pamh), PAM_SUCCESS);
    assert_int_equal(chmod(PAM_OPTIONS_FILE, 0666), 0);
    assert_int_equal(account(&pamh), PAM_SERVICE_ERR);
    unlink(PAM_OPTIONS_FILE);
    assert_int_equal(symlink("/etc/elsewhere", PAM_OPTIONS_FILE), 0);
    assert_int_equal(account(&pamh), PAM_SERVICE_ERR);
}

/* ---- auth ---- */

static const struct fake_host asks_for_a_code = {
    .replies = {{.verdict = LOGIN_NOTICE, .text = "Look."},
                {.verdict = LOGIN_QUESTION, .text = "Code: "},
                {.verdict = LOGIN_ALLOWED, .level = "mfa"}},
    .n = 3};

static void a_sign_in_with_a_code_counts_in_account(void **state)
{
    struct pam_handle pamh = handle_of("alice");

    (void)state;
    fake_host_start(&asks_for_a_code);
    assert_int_equal(authenticate(&pamh), PAM_SUCCESS);
    assert_int_equal(pamh.n_questions, 1);
    assert_int_equal(pam_sm_setcred(&pamh, PAM_ESTABLISH_CRED, 0, NULL),
                     PAM_SUCCESS);
    pamh.user = "bob";
    assert_int_equal(pam_sm_setcred(&pamh, PAM_ESTABLISH_CRED, 0, NULL),
                     PAM_IGNORE);
    fake_pam_end(&pamh);
}

static void an_earlier_sign_in_is_none_after_another(void **state)
{
    struct pam_handle pamh = handle_of("alice");

    (void)state;
    fake_host_start(&asks_for_a_code);
    assert_int_equal(authenticate(&pamh), PAM_SUCCESS);
    fake_host_says(LOGIN_DENIED);
    assert_int_equal(authenticate(&pamh), PAM_AUTH_ERR);
    assert_null(pamh.proof.data);
    fake_host_start(&asks_for_a_code);
    assert_int_equal(authenticate(&pamh), PAM_SUCCESS);
    fake_host_end();
    assert_int_equal(authenticate(&pamh), PAM_AUTHINFO_UNAVAIL);
    assert_int_equal(pam_sm_setcred(&pamh, PAM_ESTABLISH_CRED, 0, NULL),
                     PAM_IGNORE);
    fake_host_start(&asks_for_a_code);
    assert_int_equal(authenticate(&pamh), PAM_SUCCESS);
    pamh.password = NULL;
    pamh.password_error = PAM_CONV_ERR;
    assert_int_equal(authenticate(&pamh), PAM_CONV_ERR);
    assert_null(pamh.proof.data);
}

static void who_becomes_another_meanwhile_is_refused(void **state)
{
    struct pam_handle pamh = handle_of("alice");

    (void)state;
    pamh.user_now = "root";
    fake_host_start(&asks_for_a_code);
    assert_int_equal(authenticate(&pamh), PAM_AUTH_ERR);
    assert_null(pamh.proof.data);
}

static void every_answer_but_yes_refuses_a_sign_in(void **state)
{
    (void)state;
    for (int v = 0; v < LOGIN_N_VERDICTS; v++) {
        struct pam_handle pamh = handle_of("alice");

        fake_host_says((enum login_verdict)v); /* a yes without a level too */
        assert_int_not_equal(authenticate(&pamh), PAM_SUCCESS);
        assert_int_equal(pam_sm_setcred(&pamh, 0, 0, NULL), PAM_IGNORE);
    }
}

static void a_hostile_conversation_is_refused(void **state)
{
    static char much[LOGIN_SECRET_BYTES + 1];
    struct pam_handle pamh = handle_of("alice");

    (void)state;
    memset(much, 'x', sizeof(much) - 1);
    fake_host_start(&asks_for_a_code);
    pamh.password = NULL;
    assert_int_not_equal(authenticate(&pamh), PAM_SUCCESS);
    pamh.password = "";
    assert_int_not_equal(authenticate(&pamh), PAM_SUCCESS);
    pamh.password = much;
    assert_int_not_equal(authenticate(&pamh), PAM_SUCCESS);
    pamh.password = "right";
    pamh.password_error = PAM_CONV_ERR;
    assert_int_equal(authenticate(&pamh), PAM_CONV_ERR);
    pamh.password_error = PAM_SUCCESS;
    pamh.answer = NULL;
    assert_int_not_equal(authenticate(&pamh), PAM_SUCCESS);
    pamh.answer = much;
    assert_int_not_equal(authenticate(&pamh), PAM_SUCCESS);
    pamh.answer = "123456";
    pamh.answer_error = PAM_CONV_ERR;
    assert_int_not_equal(authenticate(&pamh), PAM_SUCCESS);
    pamh.answer_error = PAM_SUCCESS;
    assert_int_equal(authenticate(&pamh), PAM_SUCCESS);
    fake_pam_end(&pamh);
}

/* ---- auth=device ---- */

static const struct fake_host shows_a_code = {
    .replies = {{.verdict = LOGIN_WAIT, .text = "Enter the code WDJB-MJHT."},
                {.verdict = LOGIN_WAIT, .text = "Not yet: WDJB-MJHT."},
                {.verdict = LOGIN_ALLOWED, .level = "mfa"}},
    .n = 3};

static int authenticate_by_code(struct pam_handle *pamh)
{
    const char *options[] = {"auth=device"};

    return pam_sm_authenticate(pamh, 0, 1, options);
}

static void a_code_is_shown_and_no_password_asked_for(void **state)
{
    struct pam_handle pamh = handle_of("alice");

    (void)state;
    pamh.password = NULL;
    pamh.password_error = PAM_CONV_ERR;
    pamh.answer = ""; /* Enter */
    fake_host_start(&shows_a_code);
    assert_int_equal(authenticate_by_code(&pamh), PAM_SUCCESS);
    assert_int_equal(pamh.n_questions, 2);
    assert_string_equal(pamh.shown, "Not yet: WDJB-MJHT. ");
    assert_int_equal(fake_host_seen()->last.act, LOGIN_ANSWER);
    fake_pam_end(&pamh);
}

static void whatever_is_typed_at_a_code_is_dropped(void **state)
{
    struct pam_handle pamh = handle_of("alice");

    (void)state;
    pamh.answer = "my password";
    fake_host_start(&shows_a_code);
    assert_int_equal(authenticate_by_code(&pamh), PAM_SUCCESS);
    assert_string_equal(fake_host_seen()->last.secret, "");
    fake_pam_end(&pamh);
}

static void who_gives_up_at_a_code_is_refused(void **state)
{
    struct pam_handle pamh = handle_of("alice");

    (void)state;
    fake_host_start(&shows_a_code);
    pamh.answer = NULL;
    assert_int_equal(authenticate_by_code(&pamh), PAM_AUTH_ERR);
    pamh.answer = "";
    pamh.answer_error = PAM_CONV_ERR;
    assert_int_equal(authenticate_by_code(&pamh), PAM_AUTH_ERR);
    assert_null(pamh.proof.data);
    fake_host_says(LOGIN_WAIT); /* for ever */
    pamh.answer_error = PAM_SUCCESS;
    assert_int_equal(authenticate_by_code(&pamh), PAM_AUTH_ERR);
}

static void passwords_are_not_changed_here(void **state)
{
    struct pam_handle pamh = handle_of("alice");

    (void)state;
    assert_int_equal(pam_sm_chauthtok(&pamh, PAM_PRELIM_CHECK, 0, NULL),
                     PAM_PERM_DENIED);
    assert_non_null(strstr(pamh.shown, "not changed here"));
    assert_int_equal(pam_sm_chauthtok(&pamh, PAM_UPDATE_AUTHTOK, 0, NULL),
                     PAM_PERM_DENIED);
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

/* Until the first run in which nothing was left to fail. */
static void fail_each(int (*run)(struct pam_handle *pamh))
{
    const size_t before = n_open();
    unsigned n = 0;
    bool has_failed;

    do {
        struct pam_handle pamh = handle_of("alice");
        int result;

        failing_calls_begin(n++);
        result = run(&pamh);
        has_failed = failing_calls_end();
        fake_pam_end(&pamh);
        if (has_failed && result == PAM_SUCCESS)
            fail_msg("call %u fails, and alice is let in", n - 1);
        if (!has_failed)
            assert_int_equal(result, PAM_SUCCESS);
        assert_int_equal(n_open(), before);
    } while (has_failed);
    assert_true(n > 15);
}

static void no_failing_call_lets_anybody_in(void **state)
{
    (void)state;
    fake_host_write(PAM_OPTIONS_FILE, "level = domain\n");
    fake_host_says(LOGIN_ALLOWED);
    fail_each(account);
    fake_host_start(&asks_for_a_code);
    fail_each(authenticate);
    fake_host_start(&shows_a_code);
    fail_each(authenticate_by_code);
}

static void closed_standard_descriptors_stay_so(void **state)
{
    struct pam_handle pamh = handle_of("alice");
    const int kept = fcntl(0, F_DUPFD_CLOEXEC, 10);

    (void)state;
    fake_host_says(LOGIN_ALLOWED);
    close(0);
    assert_int_equal(account(&pamh), PAM_SUCCESS);
    assert_int_equal(fcntl(0, F_GETFD), -1);
    dup2(kept, 0);
    close(kept);
}

static void a_forked_caller_asks_like_its_parent(void **state)
{
    struct pam_handle pamh = handle_of("alice");
    int status;
    pid_t pid;

    (void)state;
    fake_host_start(&asks_for_a_code);
    assert_int_equal(authenticate(&pamh), PAM_SUCCESS);
    fake_host_says(LOGIN_ALLOWED);
    pid = fork();
    if (pid == 0) {
        const int result = account(&pamh);

        fake_pam_end(&pamh);
        _exit(result);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), PAM_SUCCESS);
    fake_pam_end(&pamh);
}

#define TEST(name) cmocka_unit_test_teardown(name, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_sites_answer_is_pams),
        TEST(another_spelling_of_an_account_is_not_ignored),
        TEST(a_denial_is_a_sentence_for_the_user),
        TEST(no_daemon_hung_or_garbage_lets_nobody_in),
        TEST(an_answer_about_somebody_else_is_none),
        TEST(another_users_socket_or_place_is_not_used),
        TEST(names_that_are_none_are_not_asked_about),
        TEST(the_file_says_for_all_and_for_a_service),
        TEST(a_section_is_for_its_service_with_a_login_shell_too),
        TEST(a_file_with_a_fault_lets_nobody_in),
        TEST(a_sign_in_with_a_code_counts_in_account),
        TEST(an_earlier_sign_in_is_none_after_another),
        TEST(who_becomes_another_meanwhile_is_refused),
        TEST(every_answer_but_yes_refuses_a_sign_in),
        TEST(a_hostile_conversation_is_refused),
        TEST(a_code_is_shown_and_no_password_asked_for),
        TEST(whatever_is_typed_at_a_code_is_dropped),
        TEST(who_gives_up_at_a_code_is_refused),
        TEST(passwords_are_not_changed_here),
        TEST(no_failing_call_lets_anybody_in),
        TEST(closed_standard_descriptors_stay_so),
        TEST(a_forked_caller_asks_like_its_parent),
    };

    return cmocka_run_group_tests(tests, fake_host_enter, NULL);
}
