/*
 * The gate: the one place that decides whether a call may run.
 *
 *
 *     session -> evidence still valid -> level now -> the site's minimum unless
 *     excluded -> labels of the stored object -> decision with the level
 *
 * It answers one of: open; level too low (only if the same request would then
 * be allowed, T70); denied; not found, in the same words for a missing object
 * and one the caller may not read (T60). A failure on the way is a refusal.
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
 * The exclusion that exempts a user from the site's minimum now; NULL: none.
 * Security administrators are never exempt, however an exclusion came to name
 * them or a group they are in now; except root, the break-glass administrator
 * (T71, T89).
 */
const struct site_exclusion *gate_exclusion(const struct site *site,
                                            const struct gate_person *person,
                                            int64_t now_s);

/* The same for the caller. Looking it up is not using it. */
const struct site_exclusion *gate_exclusion_of(const struct call *call);

/* May the method be called at all, as far as that is known without a
 * session? */
bool gate_is_open_early(const struct call *call);

/* Decides, filling call->gate, and with it rights, target and actor, or the
 * denial. */
void gate_ask(struct call *call);

/* May the caller read the object? Call once the gate is open. */
bool gate_may_read(const struct call *call, const struct object_class *class,
                   const struct object_target *target);

/* The same for the policy, which is more than one object; verb as in a row. */
struct policy_answer gate_ask_policy(const struct call *call,
                                     enum gate_verb verb);
