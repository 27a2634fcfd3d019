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

#include "provider/call/policy_right.h"
#include "provider/object/site.h"
#include "rbac/rbac.h"

struct call;

enum gate_verdict {
    GATE_DENIED = 0, /* zeroed memory never opens */
    GATE_OPEN,
    GATE_NOT_AUTHENTICATED,
    GATE_LEVEL_TOO_LOW,
    GATE_NOT_FOUND,
    GATE_INVALID,     /* names no class or method: call.problem says which */
    GATE_UNAVAILABLE, /* the store does not answer */
};

/* What a row of the method table needs. */
enum gate_kind {
    NEEDS_UNSET = 0,    /* refused: a row must say what it needs */
    NEEDS_NOTHING,      /* before sign-in too */
    NEEDS_HOST,         /* the same, of root and the provider's own user, at
                         * the Unix socket: when nobody can sign in */
    NEEDS_SESSION,      /* a sign-in of whatever level: about oneself */
    NEEDS_LEVEL,        /* a sign-in that the site's minimum accepts */
    NEEDS_VERB,         /* what the class's description says for the verb */
    NEEDS_METHOD,       /* what the row of the class's method says */
    NEEDS_TYPE,         /* an operation of a type, held anywhere */
    NEEDS_SELF_OR_TYPE, /* NEEDS_LEVEL; about another user: NEEDS_TYPE */
    NEEDS_POLICY,       /* the site's policy as an object (policy_right.h) */
};

enum gate_verb {
    VERB_READ = 0,
    VERB_LIST,
    VERB_CREATE,
    VERB_MODIFY,
    VERB_REMOVE,
};

struct gate_need {
    enum gate_kind kind;
    enum gate_verb verb;     /* NEEDS_VERB; NEEDS_POLICY: VERB_READ to see it,
                                VERB_LIST to try one, VERB_MODIFY to put one
                                in place */
    struct object_need type; /* NEEDS_TYPE, NEEDS_SELF_OR_TYPE */
};

struct gate {
    enum gate_verdict verdict;
    enum auth_level level;          /* of the caller, now */
    enum auth_level level_required; /* when too low */
    struct object_need need;        /* asked last: what a denial names */
    const char *denied_id; /* the object it was asked of, where that is not
                              the call's target; NULL: none */
    struct rbac_decision decision;
    const struct site_exclusion *exclusion; /* used; borrowed from the site */
    bool is_excepted; /* could use one, where the method asks for that */
    const struct object_class *class;
    const struct object_method *method; /* NEEDS_METHOD */
};

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

/* Decides, filling call->gate, and with it rights, target and actor. */
void gate_ask(struct call *call);

/* May who calls read the object? Once the gate is open. */
bool gate_may_read(const struct call *call, const struct object_class *class,
                   const struct object_target *target);

/* The same of the policy, which is more than one object; verb as in a row. */
struct policy_answer gate_ask_policy(const struct call *call,
                                     enum gate_verb verb);
