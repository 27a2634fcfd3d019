/*
 * One policy test on the command line: --can or --cannot 'OPERATION CLASS
 * [KEY]', about --user, at --level.
 */
#pragma once

#include <jansson.h>

#include "policy/policy.h"
#include "provider/smsctl/console.h"

/* An option's value, split into its parts. */
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

/* Adds it to the set as another file; nothing without such an option. */
MUST_CHECK
enum smsclient_result expectation_add(struct console *console,
                                      struct policy_set *set);

/* Adds it to the params of policy.test as member "tests"; nothing as above. */
MUST_CHECK
enum smsclient_result expectation_put(struct console *console, json_t *params);
