/*
 * Which system calls a role may make, one a row with its reason.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "provider/confine/confine.h"

enum call_answer {
    CALL_REFUSED = 0, /* EPERM */
    CALL_ABSENT,      /* ENOSYS: the C library then uses an older one */
    CALL_KILLS,       /* the process: nothing of ours ever asks for it */
    CALL_ALLOWED,
};

/* Holds if (argument & mask) == value; mask 0: always. */
struct call_bound {
    unsigned argument;
    uint64_t mask;
    uint64_t value;
};

enum { CALL_BOUNDS_MAX = 2 };

struct call_row {
    unsigned roles; /* bits 1 << enum confine_role, and CALL_CHECKED */
    enum call_answer answer;
    const char *name;
    const char *why;
    struct call_bound bounds[CALL_BOUNDS_MAX];
};

/* Only for a sanitizer's leak check; outweighs other rows of the call. */
enum { CALL_CHECKED = 1 << 30 };

extern const struct call_row call_table[];
extern const size_t call_table_size;

/* The answer to what no row names. */
enum call_answer call_table_rest(enum confine_role role);
