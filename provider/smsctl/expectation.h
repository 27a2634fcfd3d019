/*
 * One policy test of the command line: --can or --cannot
 * 'OPERATION CLASS [KEY]', asked about --user, signed in at --level.
 */
#pragma once

#include <jansson.h>

#include "policy/policy.h"
#include "provider/smsctl/console.h"

/* A word of the option, taken apart. */
struct expectation {
    bool can;
    struct text operation;
    struct text class_name;
    struct text key; /* size 0: none */
};

/* The class is the first word that is one; STATUS_INVALID: there is none. */
MUST_CHECK
enum status expectation_read(struct text words,
                             struct expectation *expectation_out);

/* As one more file of the set; nothing when the command line has none. */
MUST_CHECK
enum smsclient_result expectation_add(struct console *console,
                                      struct policy_set *set);

/* As member "tests" of the params of policy.test; nothing as above. */
MUST_CHECK
enum smsclient_result expectation_put(struct console *console, json_t *params);
