/*
 * Lookalike names of administrators, roles and scopes (provider/base/name.h).
 * Names of collections need not be unique, and similarity to a hidden one must
 * not be disclosed: they are not checked.
 */
#pragma once

#include "provider/object/object_private.h"

struct alike_question {
    struct text name;
    int64_t row;      /* of the object itself, 0: it is new */
    bool is_group;    /* of an administrator */
    bool is_declared; /* files keep their own names apart */
};

/* STATUS_CONFLICT if another object of the class has a different name that
 * looks the same. */
MUST_CHECK
enum status alike_check(struct store *store, const struct object_class *class,
                        const struct alike_question *question);
