/*
 * The verbs of smsctl: one table, for running, help and completion.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "provider/client/smsclient.h"

struct console;

struct verb {
    const char *name;     /* "list", "auth-level" */
    const char *part;     /* second word, "get"; NULL: none */
    const char *words;    /* "CLASS KEY", as in the usage line */
    unsigned least_words; /* words after the verb */
    unsigned most_words;
    uint64_t options; /* bits 1 << (option - OPTION_N_GLOBAL) */
    const char *describe;
    enum smsclient_result (*run)(struct console *console);
    bool is_paged;       /* its answer may be long, and it asks nothing */
    unsigned patience_s; /* default timeout in seconds; 0: the usual */
};

extern const struct verb verbs[];
extern const size_t n_verbs;

/* The verb that words[n_words] begin with; n_out: how many words it has (1 or
 * 2). */
const struct verb *verbs_find(const char *const words[], size_t n_words,
                              size_t *n_out);

/* The verb nearest to a word, for "did you mean"; NULL: none is near. */
const char *verbs_nearest(const char *word);

/* The second word of a verb nearest to a word; NULL: none is near. */
const char *verbs_nearest_part(const char *name, const char *word);

/* Is there a verb of this name, whatever its second word? */
bool verbs_has(const char *name);

/* May a line of the shell give this option of the connection (enum option)? A
 * step-up gives its own evidence. verb may be NULL. */
bool verbs_may_bring(const struct verb *verb, unsigned option);
