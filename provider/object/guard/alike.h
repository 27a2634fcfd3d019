/*
 * Names of administrators, roles and scopes that a person takes for one
 * another (provider/base/name.h). Names of collections need not be unique, and
 * whether a hidden one is like another must not be told: they are not asked.
 */
#pragma once

#include "provider/object/object_private.h"

struct alike_question {
    struct text name;
    int64_t row;      /* of the object itself, 0: it is new */
    bool is_group;    /* of an administrator */
    bool is_declared; /* files keep their own names apart */
};

/* STATUS_CONFLICT when the name of another object of the class is different
 * and looks the same. */
MUST_CHECK
enum status alike_check(struct store *store, const struct object_class *class,
                        const struct alike_question *question);
