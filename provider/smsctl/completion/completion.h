/*
 * What may follow on a command line of smsctl, from the tables of verbs,
 * options and object types: in its shell, and in those that call smsctl.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "provider/base/text.h"
#include "provider/smsctl/arguments.h"

enum { COMPLETION_MAX = 256 };

struct completion {
    const char *const *before; /* [n_before] words, options among them */
    size_t n_before;
    struct text partial; /* what the word begins with; may be empty */
    bool is_in_shell;    /* one connection: its options are given already */
    const char *const *contexts; /* [n_contexts], names of contexts */
    size_t n_contexts;
};

/* Finds the words that may stand there: constants of the tables, without
 * duplicates. Returns their number; 0 too where a file or a value belongs. */
size_t completion_find(const struct completion *completion,
                       const char *found_out[COMPLETION_MAX]);

/* What belongs where the word is. */
struct completion_place {
    char word[32];          /* of the usage, "KEY", without "[]."; "": none */
    enum option option;     /* whose value it is; OPTION_N: of none */
    const char *class_name; /* given before; NULL: none */
};

struct completion_place completion_place(const struct completion *completion);

/* The length of the longest common prefix of found[n]. */
size_t completion_common(const char *const found[], size_t n);
