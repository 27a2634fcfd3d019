#include "provider/sudo/sudo_visit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

static const char no_memory[] = "There is no memory for it.";

/* ---- Beginning ---- */

/* With rules that have a fault nobody may run anything but root, who mends
 * them. */
const char *sudo_visit_begin(struct sudo_visit *visit)
{
    char why[SUDO_FAULT_BYTES] = "";

    if (visit->front.refused) {
        snprintf(visit->text, sizeof(visit->text),
                 "The option %s is not offered on this host.",
                 visit->front.refused);
        return visit->text;
    }
    if (sudo_rules_read(&visit->rules, why))
        return NULL;
    syslog(LOG_AUTHPRIV | LOG_ERR, "sudo.rules why=\"%s\"", why);
    if (visit->front.uid != 0)
        return "The rules of this host have a fault; see its system log.";
    visit->rules.n = 0;
    visit->rules.path = SUDO_PATH;
    return NULL;
}

/* ---- What is to be run ---- */

static void write_line(struct sudo_visit *visit)
{
    size_t used = 0;

    sudo_text_plain(visit->line, sizeof(visit->line),
                    visit->command.path[0] ? visit->command.path
                                           : visit->argv[0]);
    for (char *const *arg = visit->command.args; *arg; arg++) {
        used += strlen(visit->line + used);
        if (used + 1 >= sizeof(visit->line))
            return;
        visit->line[used++] = ' ';
        sudo_text_plain(visit->line + used, sizeof(visit->line) - used, *arg);
    }
}

/* By its name a program may be another: it has that of the file that runs, or
 * as a login shell the same behind a dash. */
static void name_program(struct sudo_visit *visit)
{
    const char *slash = strrchr(visit->command.path, '/');

    if (visit->front.is_login_shell && slash) {
        snprintf(visit->name, sizeof(visit->name), "-%s", slash + 1);
        visit->argv[0] = visit->name;
    } else if (slash && strchr(visit->argv[0], '/')) {
        visit->argv[0] = visit->command.path;
    }
}

const char *sudo_visit_name(struct sudo_visit *visit, int argc,
                            char *const argv[])
{
    if (!sudo_target_find(visit->front.run_as, &visit->target))
        return "This host has no user of the name that you gave.";
    if (argc < 1 || !argv || !argv[0])
        return "There is no command.";
    free(visit->argv);
    visit->argv = calloc((size_t)argc + 1, sizeof(*visit->argv));
    if (!visit->argv)
        return no_memory;
    memcpy(visit->argv, argv, (size_t)argc * sizeof(*argv));
    if (visit->front.is_login_shell)
        visit->argv[0] = visit->target.shell;
    if (!sudo_command_find(visit->argv, visit->rules.path, &visit->command))
        return "Give the command's name alone, or its path from the root.";
    write_line(visit);
    name_program(visit);
    return NULL;
}

/* ---- The rule ---- */

static bool fits(const struct sudo_visit *visit, const struct sudo_rule *rule,
                 enum sudo_want want)
{
    switch (want) {
    case SUDO_WANT_COMMAND:
        return sudo_rule_runs_as(rule, visit->target.name) &&
               sudo_rule_has(rule, &visit->command);
    case SUDO_WANT_ANY:
        return true;
    case SUDO_WANT_ALL:
        return sudo_rule_runs_as(rule, "root") && sudo_rule_is_all(rule);
    }
    return false;
}

static struct sudo_question question_of(const struct sudo_visit *visit,
                                        const char *command)
{
    return (struct sudo_question){&visit->rules, visit->front.user,
                                  visit->target.name, command};
}

const char *sudo_visit_choose(struct sudo_visit *visit, enum sudo_want want,
                              const char *command,
                              const struct sudo_rule **rule_out)
{
    const struct sudo_question question = question_of(visit, command);

    for (size_t i = 0; i < visit->rules.n; i++) {
        const struct sudo_rule *rule = &visit->rules.rules[i];
        enum login_verdict verdict;

        if (!fits(visit, rule, want))
            continue;
        verdict = sudo_answer(&visit->answers, &question, i);
        if (verdict == LOGIN_ALLOWED) {
            *rule_out = rule;
            return NULL;
        }
        if (verdict == LOGIN_UNAVAILABLE)
            break;
    }
    return visit->answers.text[0]
               ? visit->answers.text
               : "No rule of this host lets that run as this user.";
}

/* ---- The user ---- */

const char *sudo_visit_prove(struct sudo_visit *visit, const char *command,
                             const struct sudo_rule *rule)
{
    const struct sudo_question question = question_of(visit, command);
    const char *why;

    if (!sudo_login_begin(&visit->login, &visit->front, rule->service))
        return "PAM cannot be used here.";
    why = sudo_login_prove(&visit->login, rule->is_open);
    if (why || rule->is_open)
        return why;
    visit->answers = (struct sudo_answers){.text = ""};
    if (sudo_answer(&visit->answers, &question,
                    (size_t)(rule - visit->rules.rules)) == LOGIN_ALLOWED)
        return NULL;
    return visit->answers.text;
}

/* ---- Ending ---- */

const char *sudo_visit_make(struct sudo_visit *visit)
{
    const struct sudo_deed deed = {
        .front = &visit->front,
        .target = &visit->target,
        .path = visit->command.path,
        .line = visit->line,
        .secure_path = visit->rules.path,
    };

    if (!visit->command.path[0])
        return "There is no such command.";
    sudo_info_make(&deed, &visit->info);
    sudo_environment_make(&deed, &visit->kept, &visit->environment);
    return visit->info.is_short || visit->environment.is_short ||
                   visit->kept.is_short
               ? no_memory
               : NULL;
}

void sudo_visit_log(const struct sudo_visit *visit,
                    const struct sudo_rule *rule, const char *why)
{
    char tty[SUDO_TTY_BYTES];
    char cwd[PATH_MAX];
    char text[LOGIN_TEXT_BYTES];

    sudo_text_plain(tty, sizeof(tty), visit->front.tty);
    sudo_text_plain(cwd, sizeof(cwd), visit->front.cwd);
    sudo_text_plain(text, sizeof(text), why ? why : "");
    syslog(LOG_AUTHPRIV | (why ? LOG_WARNING : LOG_NOTICE),
           "sudo.%s user=%s rule=\"%s\" run_as=%s tty=%s cwd=\"%s\" "
           "command=\"%s\"%s%s%s",
           why ? "denied" : "allowed", visit->front.user,
           rule ? rule->name : "", visit->target.name, tty, cwd, visit->line,
           why ? " why=\"" : "", text, why ? "\"" : "");
}

void sudo_visit_end(struct sudo_visit *visit)
{
    sudo_login_end(&visit->login);
    sudo_words_free(&visit->kept);
    sudo_words_free(&visit->info);
    sudo_words_free(&visit->environment);
    free(visit->argv);
    memset(visit, 0, sizeof(*visit));
}
