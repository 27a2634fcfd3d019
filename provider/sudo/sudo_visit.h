/*
 * One run of sudo, from what it says to what it may do. Each step returns NULL
 * when it is done, or a sentence for the user, which says what is missing.
 */
#pragma once

#include "provider/sudo/sudo_ask.h"
#include "provider/sudo/sudo_login.h"
#include "provider/sudo/sudo_target.h"

enum { SUDO_LINE_BYTES = 4096 };

struct sudo_visit {
    struct sudo_front front;
    struct sudo_rules rules;
    struct sudo_words kept; /* of the user's environment */
    struct sudo_target target;
    struct sudo_command command;
    char **argv;                /* that is run; owned, its strings are not */
    char name[NAME_MAX + 2];    /* of a login shell */
    char line[SUDO_LINE_BYTES]; /* what is to be run, for log and user */
    struct sudo_answers answers;
    struct sudo_login login;
    struct sudo_words info;
    struct sudo_words environment;
    char text[LOGIN_TEXT_BYTES]; /* the sentence */
};

/* Which rule is looked for. */
enum sudo_want {
    SUDO_WANT_COMMAND = 0, /* that lets this command run as this user */
    SUDO_WANT_ANY,
    SUDO_WANT_ALL, /* every command, as root */
};

/* The rules, and whether the options are offered. */
const char *sudo_visit_begin(struct sudo_visit *visit);

/* Whom it is run as, and what: argv as sudo has it. */
const char *sudo_visit_name(struct sudo_visit *visit, int argc,
                            char *const argv[]);

/* The first rule that is wanted and that the site allows the user. command: for
 * the site's record. */
const char *sudo_visit_choose(struct sudo_visit *visit, enum sudo_want want,
                              const char *command,
                              const struct sudo_rule **rule_out);

/* Signs the user in as the rule says, and asks the site once more, since that
 * takes its time. */
const char *sudo_visit_prove(struct sudo_visit *visit, const char *command,
                             const struct sudo_rule *rule);

/* What sudo is to run, and in which surroundings. */
const char *sudo_visit_make(struct sudo_visit *visit);

/* A line of the system log. rule NULL: root, or none. */
void sudo_visit_log(const struct sudo_visit *visit,
                    const struct sudo_rule *rule, const char *why);

void sudo_visit_end(struct sudo_visit *visit);
