/*
 * The policy plugin between a sudo, a libpam and a smshostd that do what a test
 * says. What the site does not allow, or a sign-in does not prove, is not run,
 * whatever fails.
 */
#include "tests/unit/unit.h"

#include <dirent.h>
#include <security/pam_appl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/pam/failing_calls.h"
#include "tests/unit/sudo/sudo_host.h"

/* ---- The site's answer ---- */

static void what_the_site_allows_is_run_and_nothing_else(void **state)
{
    (void)state;
    RULES("");
    for (int v = 0; v < LOGIN_N_VERDICTS; v++) {
        struct fake_sudo sudo = fake_sudo_of_alice();
        const int result = v == LOGIN_ALLOWED;

        fake_login.n_asked = 0;
        fake_host_says((enum login_verdict)v);
        assert_int_equal(fake_sudo_run(&sudo, WORDS("tool")), result);
        assert_string_equal(fake_login.session_of, result ? "root" : "");
        assert_int_equal(fake_login.n_asked, result);
        fake_sudo_close();
    }
}

static void a_denial_is_a_sentence_for_the_user(void **state)
{
    (void)state;
    RULES("");
    fake_host_says(LOGIN_DENIED);
    assert_why(WORDS("tool"), "A sentence.");
    fake_host_end();
    assert_why(WORDS("tool"), "The site cannot be asked now.");
}

static void the_record_names_program_and_target_and_no_arguments(void **state)
{
    const struct login_request *last = &fake_host_seen()->last;

    (void)state;
    RULES("[any]\ncommand = ALL\nrun_as = ALL\noperation = Run Script\n"
          "level = mfa\nservice = sudo-code\n");
    fake_host_says(LOGIN_ALLOWED);
    assert_int_equal(run_as("web", WORDS("tool", "--password=secret")), 1);
    assert_string_equal(last->user, "alice@A.TEST");
    assert_string_equal(last->operation, "Run Script");
    assert_string_equal(last->level, "mfa");
    assert_string_equal(last->service, "sudo-code");
    assert_string_equal(last->run_as, "web");
    assert_string_equal(last->command, TOOL);
    assert_string_equal(fake_login.service, "sudo-code");
}

static void each_decision_is_one_line_of_the_log(void **state)
{
    (void)state;
    RULES("");
    fake_host_says(LOGIN_ALLOWED);
    assert_int_equal(run(WORDS("tool", "a\nb\x1b[2J\xe2\x80\xae")), 1);
    assert_string_equal(fake_sudo_logged,
                        "sudo.allowed user=alice rule=\"default\" run_as=root "
                        "tty=/dev/pts/7 cwd=\"/home/al\" command=\"" TOOL
                        " a?b?[2J???\"");
    fake_host_says(LOGIN_DENIED);
    assert_int_equal(run(WORDS("no\ntool")), 0);
    assert_string_equal(fake_sudo_logged,
                        "sudo.denied user=alice rule=\"\" run_as=root "
                        "tty=/dev/pts/7 cwd=\"/home/al\" command=\"no?tool\" "
                        "why=\"A sentence.\"");
}

static void a_right_that_ends_before_the_password_is_typed_is_gone(void **state)
{
    const struct fake_host script = {
        .replies = {{.verdict = LOGIN_ALLOWED},
                    {.verdict = LOGIN_DENIED, .text = "It has ended."}},
        .n = 2,
        .counts_on = true};

    (void)state;
    RULES("");
    fake_host_start(&script);
    assert_why(WORDS("tool"), "It has ended.");
    assert_string_equal(fake_login.session_of, "");
}

static void no_host_hung_or_garbage_lets_nothing_run(void **state)
{
    static const char *const garbage[] = {"", "2", "21", "21alice", "zzzz"};
    struct fake_host script = {.n = 1, .is_silent = true};

    (void)state;
    RULES("timeout_ms = 100\n");
    assert_int_equal(run(WORDS("tool")), 0);
    fake_host_start(&script);
    assert_int_equal(run(WORDS("tool")), 0);
    script.is_silent = false;
    for (size_t i = 0; i < ARRAY_SIZE(garbage); i++) {
        script.bytes = garbage[i];
        script.n_bytes = strlen(garbage[i]);
        fake_host_start(&script);
        assert_int_equal(run(WORDS("tool")), 0);
    }
    fake_host_says(LOGIN_ALLOWED);
    assert_int_equal(run(WORDS("tool")), 1);
}

static void an_answer_about_somebody_else_is_none(void **state)
{
    const struct fake_host script = {
        .replies = {{.verdict = LOGIN_ALLOWED, .user = "bob@A.TEST"}}, .n = 1};

    (void)state;
    RULES("");
    fake_host_start(&script);
    assert_int_equal(run(WORDS("tool")), 0);
}

static void a_socket_that_others_can_change_is_not_asked(void **state)
{
    (void)state;
    RULES("");
    fake_host_says(LOGIN_ALLOWED);
    assert_int_equal(chmod(LOGIN_DIRECTORY, 0777), 0);
    assert_int_equal(run(WORDS("tool")), 0);
    assert_int_equal(chmod(LOGIN_DIRECTORY, 0755), 0);
    if (chown(LOGIN_SOCKET, 65534, 65534) == 0) { /* not in every namespace */
        assert_int_equal(run(WORDS("tool")), 0);
        assert_int_equal(chown(LOGIN_SOCKET, 0, 0), 0);
    }
    assert_int_equal(run(WORDS("tool")), 1);
}

/* ---- Users ---- */

static void root_goes_on_without_the_site(void **state)
{
    struct fake_sudo sudo = {.user = "root", .uid = "0"};

    (void)state;
    fake_host_write(SUDO_RULES_FILE, "nonsense\n");
    sudo.settings[0] = "runas_user=bob";
    assert_int_equal(fake_sudo_run(&sudo, WORDS("/run/open/tool")), 1);
    assert_string_equal(fake_login.session_of, "bob");
    assert_int_equal(fake_login.n_asked, 0);
    assert_int_equal(fake_sudo_list(&sudo, NULL, NULL), 1);
    assert_non_null(strstr(sudo.shown, "(ALL) ALL"));
}

static void a_user_who_is_not_the_numbers_is_nobody(void **state)
{
    static const struct {
        const char *user;
        const char *uid;
    } table[] = {{"root", "42000"}, {"alice", "0"},     {"alice", "42001"},
                 {"root", ""},      {"root", "0x0"},    {"", "42000"},
                 {"root", "-0"},    {"mallory", "4999"}};

    (void)state;
    RULES("");
    fake_host_says(LOGIN_ALLOWED);
    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        struct fake_sudo sudo = fake_sudo_of_alice();

        sudo.user = table[i].user;
        sudo.uid = table[i].uid;
        assert_int_equal(fake_sudo_run(&sudo, WORDS("tool")), -1);
    }
}

/* ---- Signing in ---- */

static void every_phase_of_pam_counts(void **state)
{
    int *const phases[] = {&fake_login.starts, &fake_login.authenticates,
                           &fake_login.accepts, &fake_login.opens};
    static const int results[] = {PAM_AUTH_ERR, PAM_NEW_AUTHTOK_REQD,
                                  PAM_IGNORE, PAM_SYSTEM_ERR, PAM_MAXTRIES};

    (void)state;
    RULES("");
    fake_host_says(LOGIN_ALLOWED);
    for (size_t i = 0; i < ARRAY_SIZE(phases); i++) {
        for (size_t j = 0; j < ARRAY_SIZE(results); j++) {
            *phases[i] = results[j];
            assert_int_equal(run(WORDS("tool")), 0);
            assert_string_equal(fake_login.session_of, "");
        }
        *phases[i] = PAM_SUCCESS;
    }
    assert_int_equal(run(WORDS("tool")), 1);
    fake_sudo_close();
    assert_string_equal(fake_login.session_of, "");
}

static void a_password_is_asked_for_unless_the_rule_says_not(void **state)
{
    struct fake_sudo sudo = fake_sudo_of_alice();

    (void)state;
    RULES("[open]\ncommand = " TOOL "\npassword = no\n"
          "[closed]\ncommand = " OTHER "\n");
    fake_host_says(LOGIN_ALLOWED);
    sudo.answer = "wrong";
    assert_int_equal(fake_sudo_run(&sudo, WORDS("tool")), 1);
    assert_int_equal(sudo.n_questions, 0);
    assert_int_equal(fake_sudo_run(&sudo, WORDS("other")), 0);
    assert_int_equal(sudo.n_questions, 3);
    sudo.answer = "right";
    sudo.settings[0] = "noninteractive=true";
    assert_int_equal(fake_sudo_run(&sudo, WORDS("other")), 0);
    assert_int_equal(sudo.n_questions, 3);
    assert_non_null(strstr(sudo.shown, "-n forbids"));
    assert_int_equal(fake_sudo_run(&sudo, WORDS("tool")), 1);
}

static void who_becomes_another_while_signing_in_is_refused(void **state)
{
    (void)state;
    RULES("");
    fake_host_says(LOGIN_ALLOWED);
    fake_login.ends_as = "root";
    assert_int_equal(run(WORDS("tool")), 0);
    fake_login.ends_as = "alice";
    assert_int_equal(run(WORDS("tool")), 1);
}

static void a_hostile_conversation_is_refused(void **state)
{
    static char much[PAM_MAX_RESP_SIZE + 2];
    struct fake_sudo sudo = fake_sudo_of_alice();

    (void)state;
    RULES("");
    memset(much, 'x', sizeof(much) - 1);
    fake_host_says(LOGIN_ALLOWED);
    sudo.answer = NULL;
    assert_int_equal(fake_sudo_run(&sudo, WORDS("tool")), 0);
    sudo.answer = much;
    assert_int_equal(fake_sudo_run(&sudo, WORDS("tool")), 0);
    sudo.answer = "right";
    sudo.answers = -1;
    assert_int_equal(fake_sudo_run(&sudo, WORDS("tool")), 0);
    sudo.answers = 0;
    fake_login.n_prompts = PAM_MAX_NUM_MSG + 1;
    assert_int_equal(fake_sudo_run(&sudo, WORDS("tool")), 0);
    fake_login.n_prompts = 2;
    assert_int_equal(fake_sudo_run(&sudo, WORDS("tool")), 1);
}

/* ---- Lists ---- */

static void a_list_has_what_the_site_allows(void **state)
{
    const struct fake_host script = {.n = 1, .only = "Run Script"};
    struct fake_sudo sudo = fake_sudo_of_alice();

    (void)state;
    RULES("[first]\ncommand = " TOOL "\n"
          "[second]\ncommand = " OTHER " a\noperation = Run Script\n");
    fake_host_start(&script);
    assert_int_equal(fake_sudo_list(&sudo, NULL, NULL), 1);
    assert_non_null(strstr(sudo.shown, "(root) " OTHER " a\n"));
    assert_null(strstr(sudo.shown, TOOL));
    assert_int_equal(fake_sudo_list(&sudo, NULL, WORDS("other", "a")), 1);
    assert_int_equal(fake_sudo_list(&sudo, NULL, WORDS("other")), 0);
    assert_int_equal(fake_sudo_list(&sudo, NULL, WORDS("tool")), 0);
    sudo.answer = "wrong";
    sudo.shown[0] = '\0';
    assert_int_equal(fake_sudo_list(&sudo, NULL, NULL), 0);
    assert_null(strstr(sudo.shown, OTHER));
}

static void another_users_list_is_for_who_may_everything(void **state)
{
    struct fake_sudo sudo = fake_sudo_of_alice();

    (void)state;
    RULES("[some]\ncommand = " TOOL " ...\n");
    fake_host_says(LOGIN_ALLOWED);
    assert_int_equal(fake_sudo_list(&sudo, "bob", NULL), 0);
    assert_int_equal(fake_sudo_list(&sudo, "alice", NULL), 1);
    RULES("[all]\ncommand = ALL\n");
    sudo.shown[0] = '\0';
    assert_int_equal(fake_sudo_list(&sudo, "bob", NULL), 1);
    assert_non_null(strstr(sudo.shown, "bob may run"));
    assert_string_equal(fake_host_seen()->last.user, "bob@A.TEST");
    assert_int_equal(fake_sudo_list(&sudo, "nobody-here", NULL), 0);
    fake_host_says(LOGIN_DENIED);
    assert_int_equal(fake_sudo_list(&sudo, "bob", NULL), 0);
}

static void a_time_stamp_is_not_kept(void **state)
{
    struct fake_sudo sudo = fake_sudo_of_alice();

    (void)state;
    RULES("");
    fake_host_says(LOGIN_ALLOWED);
    assert_int_equal(fake_sudo_open(&sudo), 1);
    assert_int_equal(sms_policy.validate(&sudo.why), 1);
    assert_int_equal(sudo.n_questions, 1);
    assert_int_equal(fake_sudo_run(&sudo, WORDS("tool")), 1);
    assert_int_equal(sudo.n_questions, 2);
    sms_policy.invalidate(1);
    fake_host_says(LOGIN_DENIED);
    assert_int_equal(fake_sudo_open(&sudo), 1);
    assert_int_equal(sms_policy.validate(&sudo.why), 0);
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
static void no_failing_call_lets_anything_run(void **state)
{
    const size_t before = n_open();
    unsigned n = 0;
    bool has_failed;

    (void)state;
    RULES("[some]\ncommand = " TOOL " ...\n");
    fake_host_says(LOGIN_ALLOWED);
    do {
        int result;

        failing_calls_begin(n++);
        result = run(WORDS("tool", "a"));
        has_failed = failing_calls_end();
        fake_sudo_close();
        if (has_failed && result == 1)
            fail_msg("call %u fails, and it is run", n - 1);
        if (!has_failed)
            assert_int_equal(result, 1);
        assert_int_equal(n_open(), before);
    } while (has_failed);
    assert_true(n > 40);
}

#define TEST(name) cmocka_unit_test_teardown(name, sudo_host_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_the_site_allows_is_run_and_nothing_else),
        TEST(a_denial_is_a_sentence_for_the_user),
        TEST(the_record_names_program_and_target_and_no_arguments),
        TEST(each_decision_is_one_line_of_the_log),
        TEST(a_right_that_ends_before_the_password_is_typed_is_gone),
        TEST(no_host_hung_or_garbage_lets_nothing_run),
        TEST(an_answer_about_somebody_else_is_none),
        TEST(a_socket_that_others_can_change_is_not_asked),
        TEST(root_goes_on_without_the_site),
        TEST(a_user_who_is_not_the_numbers_is_nobody),
        TEST(every_phase_of_pam_counts),
        TEST(a_password_is_asked_for_unless_the_rule_says_not),
        TEST(who_becomes_another_while_signing_in_is_refused),
        TEST(a_hostile_conversation_is_refused),
        TEST(a_list_has_what_the_site_allows),
        TEST(another_users_list_is_for_who_may_everything),
        TEST(a_time_stamp_is_not_kept),
        TEST(no_failing_call_lets_anything_run),
    };

    return cmocka_run_group_tests(tests, sudo_host_enter, NULL);
}
