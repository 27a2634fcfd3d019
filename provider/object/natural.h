/*
 * An object by its natural name, where a key is expected.
 *
 * A key comes first. What is no key of an object that the caller may know of is
 * looked up as a name among those the caller may know of, as if there were no
 * others: hidden objects make a name neither ambiguous nor found (T60). A word
 * with the form of a key is never a name, so that a key that is gone or hidden
 * cannot reach another object that somebody named like it.
 */
#pragma once

#include "provider/object/question.h"

/* The sentence about a name that several objects have. */
#define NATURAL_SEVERAL "Several objects have this name. Give the key."

/* Can it only be a key of the class? */
bool natural_is_key(const struct object_class *class, struct text word);

/*
 * question_act_on, by key or name. STATUS_CONFLICT: several objects have the
 * name, and the target is one of them.
 */
MUST_CHECK
enum status natural_act_on(struct store *store, const struct site *site,
                           struct question_object object,
                           struct question *question,
                           struct object_target *target,
                           struct question_answer *answer_out);

/*
 * Reads the one object of a name that answers the question about reading it
 * with RBAC_ALLOW. STATUS_NOT_FOUND: there is none; STATUS_CONFLICT: several.
 */
MUST_CHECK
enum status natural_read(struct store *store, const struct object_map *map,
                         struct question_object object,
                         const struct question *reader,
                         struct object_target *target_out);
