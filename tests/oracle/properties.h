/*
 * What must hold for every estate, asked of the engine alone.
 */
#pragma once

#include "tests/oracle/random.h"
#include "tests/oracle/trial.h"

/* What did not hold. */
struct breach {
    size_t question; /* of the trial */
    char text[2000];
};

/* False, with breach_out filled, when it does not hold for the trial. */
typedef bool (*property)(struct random *random, const struct trial *trial,
                         struct breach *breach_out);

/* T68: a grant more never takes away, but for R7.5.2 (blocked directly). */
bool property_grants_add(struct random *random, const struct trial *trial,
                         struct breach *breach_out);

/* T68, T70: a level more never takes away, and a named level is enough. */
bool property_levels_add(struct random *random, const struct trial *trial,
                         struct breach *breach_out);

/* T67: no order of anything changes an answer or its reason. */
bool property_order(struct random *random, const struct trial *trial,
                    struct breach *breach_out);

/* T66: at every bound, as an estate of what holds then, without bounds. */
bool property_time(struct random *random, const struct trial *trial,
                   struct breach *breach_out);

/* The same where INT64_MAX, which is no bound, is the time itself. */
bool property_last_second(struct random *random, const struct trial *trial,
                          struct breach *breach_out);

/* T57: what is unknown, out of range or not signed in is never allowed. */
bool property_errors(struct random *random, const struct trial *trial,
                     struct breach *breach_out);

/* T69: limiting collections in a circle are refused, all others are not. */
bool property_circles(struct random *random, const struct trial *trial,
                      struct breach *breach_out);

/* Explain says what check says; its grants allow alone, its changes help. */
bool property_explain(struct random *random, const struct trial *trial,
                      struct breach *breach_out);

/*
 * Objects by number are decided and listed as rbac_check() decides with their
 * labels, also after changes and under the next engine.
 */
bool property_index(struct random *random, const struct trial *trial,
                    struct breach *breach_out);

/* R8.2 to R8.7: scopes of new objects, and changed ones. */
bool property_scopes(struct random *random, const struct trial *trial,
                     struct breach *breach_out);

/* R10.3: what one is assigned with the right to give it, one may give. */
bool property_hand_out(struct random *random, const struct trial *trial,
                       struct breach *breach_out);

/*
 * T61: no sequence of up to four administrative acts, each allowed by its
 * guard, gives an administrator who is no full one a right that they lacked,
 * themselves or through a record that they made.
 */
bool property_escalation(struct random *random, const struct trial *trial,
                         struct breach *breach_out);

/* The trials that property_escalation is asked about. */
void trial_secured(struct random *random, struct trial *trial_out);

/* ---- For the properties ---- */

bool breach(struct breach *breach_out, size_t question, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* answers[] of the engine; a breach when it does not build the estate. */
bool trial_ask(const struct trial *trial, struct rbac_decision *answers,
               struct breach *breach_out);

/* The least level at which it is allowed; a big number where it never is. */
int decision_cost(const struct rbac_decision *decision);

bool assignment_holds(const struct assignment *assignment, int64_t now_s);

/* Is a label of the question assigned directly to its caller at that time? */
bool question_is_direct(const struct trial *trial,
                        const struct question *question);
