/*
 * What the site says of a rule: may this user do its operation on this host's
 * device? Rules of the same operation and level are one question.
 */
#pragma once

#include "provider/sudo/sudo_rules.h"

struct sudo_question {
    const struct sudo_rules *rules;
    const char *user;    /* as passwd names them */
    const char *run_as;  /* for the site's record; "": nobody */
    const char *command; /* the same: a path without arguments, which may have
                            secrets */
};

/* All of them are LOGIN_DENIED, and none was asked for, in zeroed memory. */
struct sudo_answers {
    enum login_verdict verdicts[SUDO_RULES_MAX];
    bool is_asked[SUDO_RULES_MAX];
    char text[LOGIN_TEXT_BYTES]; /* of the first that is no yes */
};

/* The answer about rules[i], which is asked for once. */
enum login_verdict sudo_answer(struct sudo_answers *answers,
                               const struct sudo_question *question, size_t i);
