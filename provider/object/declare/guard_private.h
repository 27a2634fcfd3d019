/*
 * The inside of a guard, shared by its two files.
 */
#pragma once

#include "provider/object/declare/declare_private.h"

struct guard {
    struct declare_caller caller;
    char giver[1100]; /* on whose word: one person's, or two who agreed */
    const struct site *site;      /* borrowed, or the staged one */
    struct site *staged;          /* owned: between the halves */
    struct rbac_subject *subject; /* owned, of the site's engine */
    bool is_staged;
    struct declare_missing *missing; /* owned */
    size_t n_missing;
};

/* From here on what this step has made so far is known. */
MUST_CHECK
enum status guard_stage(struct declare *declare);
