/*
 * What rules let run, as whom, and in which surroundings: nothing that they do
 * not name, and nothing of the caller's.
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <sys/stat.h>

#include "provider/sudo/sudo_words.h"
#include "tests/unit/sudo/sudo_host.h"

/* ---- Rules ---- */

static void a_rule_names_commands_with_their_arguments(void **state)
{
    static const struct {
        const char *words[5];
        int result;
    } table[] = {
        {{"tool", "restart", "web"}, 1},
        {{TOOL, "restart", "web"}, 1},
        {{"/run/link/tool", "restart", "web"}, 1},
        {{"/run/link/../bin/tool", "restart", "web"}, 1},
        {{"tool"}, 0},
        {{"tool", "restart"}, 0},
        {{"tool", "restart", "web", "db"}, 0},
        {{"tool", "restart", "we"}, 0},
        {{"tool", "restart", ""}, 0},
        {{"tool", "restart web"}, 0},
        {{"other"}, 1},
        {{"other", "a"}, 0},
        {{"tool", "show"}, 1},
        {{"tool", "show", "a", "..."}, 1},
        {{"/run/bin/alias", "show"}, 0}, /* of another name */
        {{"alias", "show"}, 0},
        {{"/run/open/tool", "show"}, 0},
        {{"/run/open/alias", "show"}, 0},
        {{"../bin/tool", "show"}, 0},
        {{"./tool", "show"}, 0},
        {{"bin/tool", "show"}, 0},
        {{"", "show"}, 0},
        {{"..", "show"}, 0},
        {{"/", "show"}, 0},
        {{"/run/bin/", "show"}, 0},
        {{"/run/bin/tool/", "show"}, 0},
        {{"nothing"}, 0},
    };

    (void)state;
    RULES("[some]\ncommand = " TOOL " restart web\ncommand = " OTHER "\n"
          "command = " TOOL " show ...\n");
    fake_host_says(LOGIN_ALLOWED);
    for (size_t i = 0; i < ARRAY_SIZE(table); i++)
        if (run(table[i].words) != table[i].result)
            fail_msg("%s %s %s", table[i].words[0], table[i].words[1],
                     table[i].words[2] ? table[i].words[2] : "");
}

static void what_runs_is_the_file_that_was_found(void **state)
{
    struct fake_sudo sudo = fake_sudo_of_alice();

    (void)state;
    RULES("");
    fake_host_says(LOGIN_ALLOWED);
    assert_int_equal(fake_sudo_run(&sudo, WORDS("/run/link/tool", "x")), 1);
    assert_string_equal(sudo_word_value(sudo.info, "command"), TOOL);
    assert_string_equal(sudo.argv[0], TOOL);
    assert_string_equal(sudo.argv[1], "x");
    assert_null(sudo.argv[2]);
}

static void a_program_of_others_is_run_by_no_rule_that_names_it(void **state)
{
    (void)state;
    RULES("[open]\ncommand = /run/open/tool\ncommand = /run/bin/far\n"
          "command = /run/bin/alias\n");
    fake_host_says(LOGIN_ALLOWED);
    assert_why(WORDS("/run/open/tool"), "Others than root can change");
    assert_why(WORDS("far"), "Others than root can change");
    assert_int_equal(run(WORDS("alias")), 1);
    assert_int_equal(chmod(TOOL, 0775), 0);
    assert_int_equal(run(WORDS("alias")), 0);
    assert_int_equal(chmod(TOOL, 0755), 0);
}

static void a_rule_names_whom_it_runs_as(void **state)
{
    (void)state;
    RULES("[web]\ncommand = ALL\nrun_as = web,bob\n");
    fake_host_says(LOGIN_ALLOWED);
    assert_int_equal(run_as("web", WORDS("tool")), 1);
    assert_string_equal(fake_login.session_of, "web");
    assert_int_equal(run_as("#33", WORDS("tool")), 1);
    assert_int_equal(run_as("bob", WORDS("tool")), 1);
    assert_int_equal(run(WORDS("tool")), 0);
    assert_int_equal(run_as("root", WORDS("tool")), 0);
    assert_int_equal(run_as("we", WORDS("tool")), 0);
    RULES("[all]\ncommand = ALL\nrun_as = ALL\n");
    assert_int_equal(run_as("root", WORDS("tool")), 1);
    assert_int_equal(run_as("#0", WORDS("tool")), 1);
    for (size_t i = 0; i < 6; i++) {
        static const char *const nobody[] = {
            "#-1", "#4294967295", "#", "#33x", "#99999999999999999999", "none"};

        assert_int_equal(run_as(nobody[i], WORDS("tool")), 0);
    }
}

static void the_first_rule_that_the_site_allows_counts(void **state)
{
    const struct fake_host script = {.n = 1, .only = "Run Script"};

    (void)state;
    RULES("[first]\ncommand = " TOOL "\nservice = first\n"
          "[second]\ncommand = " TOOL "\noperation = Run Script\n"
          "service = second\n[third]\ncommand = " OTHER "\n");
    fake_host_start(&script);
    assert_int_equal(run(WORDS("tool")), 1);
    assert_string_equal(fake_login.service, "second");
    assert_why(WORDS("other"), "None of your roles has it.");
}

static void rules_with_a_fault_let_nothing_run(void **state)
{
    static const char *const faults[] = {
        "nonsense\n",
        "[a]\n",
        "[a]\ncommand = tool\n",
        "[a]\ncommand = /run/bin/../bin/tool\n",
        "[a]\ncommand = /run/bin/\n",
        "[a]\ncommand = ALL\nlevel = high\n",
        "[a]\ncommand = ALL\npassword = maybe\n",
        "[a]\ncommand = ALL\nservice = ../x\n",
        "[a]\ncommand = ALL\nrun_as = \n",
        "[a]\ncommand = ALL\nrun_as = web, bob\n",
        "[a]\n[b]\ncommand = ALL\n",
        "secure_path = bin\n",
        "secure_path = /bin:\n",
        "timeout_ms = 0\n",
        "command = ALL\n",
    };

    (void)state;
    fake_host_says(LOGIN_ALLOWED);
    for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
        fake_host_write(SUDO_RULES_FILE, faults[i]);
        if (run(WORDS("/run/bin/tool")) != 0)
            fail_msg("%s", faults[i]);
    }
    RULES("");
    assert_int_equal(run(WORDS("tool")), 1);
    assert_int_equal(chmod(SUDO_RULES_FILE, 0666), 0);
    assert_int_equal(run(WORDS("tool")), 0);
}

static void without_a_file_remote_control_is_everything_as_root(void **state)
{
    const struct fake_host script = {.n = 1, .only = ""};

    (void)state;
    fake_host_start(&script); /* the usual operation */
    assert_int_equal(run(WORDS(TOOL, "a")), 1);
    assert_int_equal(run_as("web", WORDS(TOOL)), 0);
}

/* ---- The environment ---- */

static void nothing_of_the_environment_comes_along_but_the_terminal(
    void **state)
{
    static const char *const gone[] = {
        "LD_PRELOAD",    "BASH_ENV",   "PS4",      "ENV",
        "SHELLOPTS",     "PYTHONPATH", "LC_TIME",  "LANGUAGE",
        "BASH_FUNC_x%%", "LC_PAPER",   "COLORTERM"};
    struct fake_sudo sudo = fake_sudo_of_alice();
    const char *const environment[] = {"TERM=xterm-256color",
                                       "LD_PRELOAD=/x.so",
                                       "BASH_ENV=/x",
                                       "PS4=$(x)",
                                       "ENV=/x",
                                       "SHELLOPTS=xtrace",
                                       "PYTHONPATH=/x",
                                       "LANG=de_DE.UTF-8@euro",
                                       "LC_TIME=/x",
                                       "LC_PAPER=%s",
                                       "LANGUAGE=de:/run/open", /* messages */
                                       "COLORTERM=a/b",
                                       "PATH=/run/open",
                                       "HOME=/home/al",
                                       "TZ=Europe/Berlin",
                                       "BASH_FUNC_x%%=() { x; }",
                                       "LC_ALL=C"};

    (void)state;
    memcpy(sudo.environment, environment, sizeof(environment));
    RULES("");
    fake_host_says(LOGIN_ALLOWED);
    assert_int_equal(fake_sudo_run(&sudo, WORDS("tool", "a b")), 1);
    for (size_t i = 0; i < ARRAY_SIZE(gone); i++)
        assert_null(sudo_word_value(sudo.env, gone[i]));
    assert_string_equal(sudo_word_value(sudo.env, "TERM"), "xterm-256color");
    assert_string_equal(sudo_word_value(sudo.env, "LANG"), "de_DE.UTF-8@euro");
    assert_string_equal(sudo_word_value(sudo.env, "TZ"), "Europe/Berlin");
    assert_string_equal(sudo_word_value(sudo.env, "LC_ALL"), "C");
    assert_string_equal(sudo_word_value(sudo.env, "PATH"), "/run/bin");
    assert_string_equal(sudo_word_value(sudo.env, "HOME"), "/root");
    assert_string_equal(sudo_word_value(sudo.env, "USER"), "root");
    assert_string_equal(sudo_word_value(sudo.env, "SUDO_USER"), "alice");
    assert_string_equal(sudo_word_value(sudo.env, "SUDO_COMMAND"), TOOL " a b");
}

static void sudo_is_told_how_to_run_it(void **state)
{
    struct fake_sudo sudo = fake_sudo_of_alice();

    (void)state;
    sudo.settings[0] = "runas_user=web";
    sudo.settings[1] = "login_shell=true";
    RULES("[all]\ncommand = ALL\nrun_as = ALL\n");
    fake_host_says(LOGIN_ALLOWED);
    assert_int_equal(fake_sudo_run(&sudo, WORDS("/bin/sh", "-c", "id")), 1);
    assert_string_equal(sudo_word_value(sudo.info, "command"), TOOL);
    assert_string_equal(sudo_word_value(sudo.info, "runas_uid"), "33");
    assert_string_equal(sudo_word_value(sudo.info, "runas_gid"), "33");
    assert_string_equal(sudo_word_value(sudo.info, "runas_groups"), "33,50");
    assert_string_equal(sudo_word_value(sudo.info, "umask"), "022");
    assert_string_equal(sudo_word_value(sudo.info, "use_pty"), "true");
    assert_string_equal(sudo_word_value(sudo.info, "closefrom"), "3");
    assert_string_equal(sudo_word_value(sudo.info, "cwd"), "/srv");
    assert_string_equal(sudo.argv[0], "-tool");
    assert_string_equal(sudo.argv[2], "id");
}

static void what_is_not_offered_is_refused(void **state)
{
    static const char *const settings[] = {"preserve_environment=true",
                                           "preserve_groups=true",
                                           "cmnd_chroot=/x",
                                           "cmnd_cwd=/x",
                                           "runas_group=web",
                                           "closefrom=9",
                                           "timeout=1",
                                           "selinux_role=x",
                                           "remote_host=x",
                                           "sudoedit=true"};
    struct fake_sudo sudo;

    (void)state;
    RULES("");
    fake_host_says(LOGIN_ALLOWED);
    for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
        sudo = fake_sudo_of_alice();
        sudo.settings[0] = settings[i];
        assert_int_equal(fake_sudo_run(&sudo, WORDS("tool")), 0);
        assert_non_null(strstr(sudo.shown, "not offered"));
    }
    sudo = fake_sudo_of_alice();
    sudo.added[0] = "LD_PRELOAD=/x.so";
    assert_int_equal(fake_sudo_run(&sudo, WORDS("tool")), 0);
    sudo = fake_sudo_of_alice();
    sudo.settings[0] = "implied_shell=true";
    assert_int_equal(fake_sudo_run(&sudo, WORDS("/bin/sh")), -2);
    sudo.settings[0] = "preserve_groups=false";
    assert_int_equal(fake_sudo_run(&sudo, WORDS("tool")), 1);
}

#define TEST(name) cmocka_unit_test_teardown(name, sudo_host_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_rule_names_commands_with_their_arguments),
        TEST(what_runs_is_the_file_that_was_found),
        TEST(a_program_of_others_is_run_by_no_rule_that_names_it),
        TEST(a_rule_names_whom_it_runs_as),
        TEST(the_first_rule_that_the_site_allows_counts),
        TEST(rules_with_a_fault_let_nothing_run),
        TEST(without_a_file_remote_control_is_everything_as_root),
        TEST(nothing_of_the_environment_comes_along_but_the_terminal),
        TEST(sudo_is_told_how_to_run_it),
        TEST(what_is_not_offered_is_refused),
    };

    return cmocka_run_group_tests(tests, sudo_host_enter, NULL);
}
