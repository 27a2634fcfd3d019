/*
 * May a user do something? The one decision behind the gate, access.check,
 * policy tests and the replay of a record: the engine's, combined with the
 * site's minimum level and the labels of the stored object.
 */
#pragma once

#include "provider/object/object.h"
#include "rbac/rbac.h"

struct question {
    const struct rbac_subject *subject;
    enum auth_level level;   /* of the caller */
    enum auth_level minimum; /* that applies to the caller; NONE: none does */
    int64_t now_s;
    struct object_need need;
    const struct object_target *target; /* NULL: type-wide */
};

/* The decision alone, an object's second need included. */
struct rbac_decision question_decide(const struct question *question);

/* Does a allow less than b: denied before allowed at a level, the higher level
 * first. */
bool question_is_worse(struct rbac_decision a, struct rbac_decision b);

/* Both must hold: the worse one, or the first. */
struct rbac_decision question_both(struct rbac_decision a,
                                   struct rbac_decision b);

/* The decision, and the need that decided it: what a denial names. */
struct question_answer {
    struct rbac_decision decision;
    struct object_need need;
};
struct question_answer question_answer(const struct question *question);

/*
 * The need that a denial's class and operation name: an operation of the
 * class's type, or of another type that the class uses, as deleting a
 * deployment needs Deploy Applications of its collection. False: there is none.
 */
bool question_need(const struct object_class *class, struct text operation,
                   struct object_need *need_out);

/*
 * An act on question->target: reading it, and the operation. STATUS_NOT_FOUND
 * if the caller may not know of the object: they may not read it at any level,
 * or cannot read it yet and may not do the operation anyway. Otherwise
 * STATUS_OK, whatever the answer is (T60, T70).
 */
MUST_CHECK
enum status question_act(const struct question *question,
                         const struct object_class *class,
                         struct question_answer *answer_out);

struct question_object {
    const struct object_class *class;
    struct text key;
};

/*
 * The same on the object of a key, which is read into target. STATUS_NOT_FOUND
 * with a target without a key: there is none.
 */
MUST_CHECK
enum status question_act_on(struct store *store, const struct site *site,
                            struct question_object object,
                            struct question *question,
                            struct object_target *target,
                            struct question_answer *answer_out);

/*
 * Conditions of a method that no level changes, to be checked first: nobody is
 * told to sign in more strongly in vain (T70). is_excepted: an exclusion names
 * the caller, whether or not they use it now (A8). RBAC_ALLOWED: they are met.
 */
enum rbac_reason question_method(const struct object_method *method,
                                 const struct rbac_subject *subject,
                                 bool is_excepted, int64_t now_s);

/* What the guards of question->target say in addition (object_foresee). */
struct rbac_decision question_foresee(const struct question *question,
                                      const struct object_class *class,
                                      const struct site *site);

/*
 * Does somebody hold an operation, perhaps on an object, and could they use it:
 * grants, and guards. Whether they may read the object is asked of whoever
 * asks. class NULL: its objects are not kept here.
 */
struct rbac_decision question_hold(const struct question *question,
                                   const struct object_class *class,
                                   const struct site *site);
