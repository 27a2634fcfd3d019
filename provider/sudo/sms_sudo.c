/*
 * sms_sudo.so: the site decides what may be run on its hosts as whom.
 *
 * A policy plugin of sudo, sudo_plugin(5). It runs in a set-user-ID program, so
 * it takes nothing from the environment but what sudo_target.c copies, starts
 * no thread and no program, and lets nothing run that it did not find, name and
 * describe itself (T126). sudo has one plugin and calls it from one thread: its
 * state is static.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "provider/sudo/sudo_list.h"
#include "provider/sudo/sudo_visit.h"

enum { API_MAJOR = 1, API_MINOR = 15 }; /* since sudo 1.9 */

/* What sudo understands. */
enum { DONE = 1, DENIED = 0, FAILED = -1, USAGE = -2 };

static struct sudo_visit visit;
static sudo_printf_t print_plain;

/* ---- Saying ---- */

static void say(const char *text)
{
    char line[LOGIN_TEXT_BYTES + 16];

    snprintf(line, sizeof(line), "sudo: %s\n", text);
    sudo_front_say(&visit.front, true, line);
}

/* why: a constant, or the visit's, which lives as long. */
static int deny(const struct sudo_rule *rule, const char *why,
                const char **errstr)
{
    sudo_visit_log(&visit, rule, why);
    say(why);
    if (errstr)
        *errstr = why;
    return DENIED;
}

/* ---- Opening ---- */

static int policy_open(unsigned version, sudo_conv_t conversation,
                       sudo_printf_t plain, char *const settings[],
                       char *const user_info[], char *const user_env[],
                       char *const options[], const char **errstr)
{
    if (SUDO_API_VERSION_GET_MAJOR(version) != API_MAJOR ||
        SUDO_API_VERSION_GET_MINOR(version) < API_MINOR) {
        if (plain)
            plain(SUDO_CONV_ERROR_MSG, "sms_sudo: sudo is older than 1.9\n");
        return FAILED;
    }
    sudo_visit_end(&visit);
    print_plain = plain;
    if (!sudo_front_read(settings, user_info, conversation, &visit.front)) {
        *errstr = "sms_sudo: sudo does not say who you are";
        return FAILED;
    }
    if (options && options[0]) {
        *errstr = "sms_sudo: it has no options in sudo.conf";
        say(*errstr);
        return FAILED;
    }
    sudo_environment_keep(user_env, &visit.kept);
    return DONE;
}

static void policy_close(int status, int error)
{
    char text[LOGIN_TEXT_BYTES];

    (void)status;
    if (error) {
        snprintf(text, sizeof(text), "The command cannot be run: %s.",
                 strerror(error));
        say(text);
    }
    sudo_visit_end(&visit);
}

static int policy_show_version(int verbose)
{
    (void)verbose;
    if (print_plain)
        print_plain(SUDO_CONV_INFO_MSG, "SMS Provider policy plugin %s\n",
                    SMS_VERSION);
    return DONE;
}

/* ---- Running ---- */

/* Root may run everything: it could without sudo. */
static bool is_root(void)
{
    return visit.front.uid == 0;
}

/* Where the next user could put a program of theirs, a rule that names it says
 * nothing. */
static const char *look_at_program(const struct sudo_rule *rule)
{
    if (sudo_rule_is_all(rule) || sudo_command_is_roots(&visit.command))
        return NULL;
    return "Others than root can change that program.";
}

/* NULL: the user may, and is who they say they are. */
static const char *decide(const struct sudo_rule **rule_out)
{
    const char *why;

    if (is_root())
        return sudo_login_begin(&visit.login, &visit.front, "sudo")
                   ? NULL
                   : "PAM cannot be used here.";
    why = sudo_visit_choose(&visit, SUDO_WANT_COMMAND,
                            visit.command.path[0] ? visit.command.path
                                                  : "no such command",
                            rule_out);
    if (!why)
        why = look_at_program(*rule_out);
    return why ? why : sudo_visit_prove(&visit, visit.command.path, *rule_out);
}

static const char *look_at_request(int argc, char *const argv[],
                                   char *const env_add[])
{
    const char *why = sudo_visit_begin(&visit);

    if (!why && visit.front.is_edit)
        why = "sudoedit is not offered on this host.";
    if (!why && env_add && env_add[0])
        why = "Variables cannot be given to a command here.";
    return why ? why : sudo_visit_name(&visit, argc, argv);
}

static int policy_check(int argc, char *const argv[], char *env_add[],
                        char **info_out[], char **argv_out[],
                        char **user_env_out[], const char **errstr)
{
    const struct sudo_rule *rule = NULL;
    const char *why;

    if (visit.front.is_implied_shell)
        return USAGE;
    why = look_at_request(argc, argv, env_add);
    if (!why)
        why = decide(&rule);
    if (!why)
        why = sudo_visit_make(&visit);
    if (why)
        return deny(rule, why, errstr);
    sudo_visit_log(&visit, rule, NULL);
    *info_out = visit.info.at;
    *argv_out = visit.argv;
    *user_env_out = visit.environment.at;
    return DONE;
}

static int policy_init_session(struct passwd *entry, char **user_env_out[],
                               const char **errstr)
{
    const char *why = sudo_login_open(&visit.login, visit.target.name);

    (void)entry;
    (void)user_env_out;
    return why ? deny(NULL, why, errstr) : DONE;
}

/* ---- Asking what may be run ---- */

/* What -l and -v take: something that the user may run, or for somebody else's
 * list everything as root. */
static const char *admit(enum sudo_want want, const char *for_record)
{
    const struct sudo_rule *rule = NULL;
    const char *why = sudo_visit_begin(&visit);

    if (why || is_root())
        return why;
    why = sudo_visit_choose(&visit, want, for_record, &rule);
    return why ? why : sudo_visit_prove(&visit, for_record, rule);
}

/* One command, of the user's own. */
static const char *look_up(int argc, char *const argv[])
{
    const struct sudo_rule *rule = NULL;
    char row[SUDO_LINE_BYTES + 1];
    const char *why = sudo_visit_name(&visit, argc, argv);

    if (!why && !is_root())
        why = sudo_visit_choose(&visit, SUDO_WANT_COMMAND, "-l", &rule);
    if (!why && rule)
        why = look_at_program(rule);
    if (!why && !visit.command.path[0])
        why = "There is no such command.";
    if (why)
        return why;
    snprintf(row, sizeof(row), "%s\n", visit.line);
    sudo_front_say(&visit.front, false, row);
    return NULL;
}

static int policy_list(int argc, char *const argv[], int verbose,
                       const char *user, const char **errstr)
{
    const bool is_own = !user || strcmp(user, visit.front.user) == 0;
    const char *why = admit(is_own ? SUDO_WANT_ANY : SUDO_WANT_ALL, "-l");

    if (why)
        return deny(NULL, why, errstr);
    if (argc > 0 && !is_own)
        why = "A command of somebody else's is not looked up.";
    else if (argc > 0)
        why = look_up(argc, argv);
    else
        why = sudo_list_print(&visit, is_own ? visit.front.user : user,
                              verbose != 0);
    return why ? deny(NULL, why, errstr) : DONE;
}

/* There is no time stamp to renew or to take back: each run of sudo asks. */
static int policy_validate(const char **errstr)
{
    const char *why = admit(SUDO_WANT_ANY, "-v");

    return why ? deny(NULL, why, errstr) : DONE;
}

static void policy_invalidate(int rmcred)
{
    (void)rmcred;
}

__attribute__((visibility("default"))) struct policy_plugin sms_policy = {
    .type = SUDO_POLICY_PLUGIN,
    .version = SUDO_API_VERSION,
    .open = policy_open,
    .close = policy_close,
    .show_version = policy_show_version,
    .check_policy = policy_check,
    .list = policy_list,
    .validate = policy_validate,
    .invalidate = policy_invalidate,
    .init_session = policy_init_session,
};
