/*
 * The gate: the one place that says whether a call may run.
 *
 *     session -> evidence still valid -> level now -> the site's minimum unless
 *     excluded -> labels of the stored object -> decision with the level
 *
 * It answers one of: open; level too low (only where the same request would
 * then be allowed, T70); denied; not found, in the same words for an object
 * that is absent and one the caller may not read (T60). What fails on the way
 * is a refusal.
 */
#pragma once

#include "provider/call/call.h"
#include "provider/call/policy_right.h"

struct gate_person {
    const char *user;
    char *const *groups; /* [n_groups] besides those of the site */
    size_t n_groups;
    const struct rbac_subject *subject; /* NULL: as the site knows them */
};

/*
 * The exclusion that frees somebody from the site's minimum now; NULL: none
 * does. Nobody who administers security is free of it, by whatever way an
 * exclusion came to name them, or a group they are in now; but for root, the
 * break-glass administrator (T71, T89).
 */
const struct site_exclusion *gate_exclusion(const struct site *site,
                                            const struct gate_person *person,
                                            int64_t now_s);

/* The same for the caller. To look at it is not to use it. */
const struct site_exclusion *gate_exclusion_of(const struct call *call);

/* May the method be called at all, as far as that is known without a session?
 */
bool gate_is_open_early(const struct call *call);

/* Decides, filling call->gate, and with it rights, target and actor, or the
 * denial. */
void gate_ask(struct call *call);

/* May who calls read the object? Once the gate is open. */
bool gate_may_read(const struct call *call, const struct object_class *class,
                   const struct object_target *target);

/* The same of the policy, which is more than one object; verb as in a row. */
struct policy_answer gate_ask_policy(const struct call *call,
                                     enum gate_verb verb);
