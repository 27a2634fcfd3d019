/*
 * What depends on an object of the console: its holders, deployments, the
 * collections it limits and those that include it.
 */
#pragma once

#include "provider/object/declare/declare_private.h"

/* Of one row, as far as the caller may know. */
struct declare_depends {
    enum declared kind;
    int64_t row;
    const char *key;
    const char *made_by; /* "" unknown */
    const char *what;
    const char *name;
};

/* " P0100014, made by bob; assigned to carol; .." */
MUST_CHECK
enum status declare_say_depends(struct declare *declare,
                                const struct declare_depends *depends,
                                struct buf *out);

/* Does anything depend on it, known to the caller or not? */
MUST_CHECK
enum status declare_has_depends(struct declare *declare, enum declared kind,
                                int64_t row, bool *has_out);

/* Notes it as adopted, for the plan. */
MUST_CHECK
enum status declare_note_adopted(struct declare *declare,
                                 const struct declare_depends *depends);
