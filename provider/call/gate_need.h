/*
 * What a call needs, and the gate's result.
 */
#pragma once

#include "provider/object/object.h"
#include "provider/object/site.h"
#include "rbac/rbac.h"

enum gate_verdict {
    GATE_DENIED = 0, /* zeroed memory never opens */
    GATE_OPEN,
    GATE_NOT_AUTHENTICATED,
    GATE_LEVEL_TOO_LOW,
    GATE_NOT_FOUND,
    GATE_INVALID,     /* names no class or method: see call.problem */
    GATE_UNAVAILABLE, /* the store does not respond */
    GATE_N_VERDICTS,
};

/* "allowed", "denied", "level_too_low", .. */
const char *gate_verdict_name(enum gate_verdict verdict);

/* What a row of the method table needs. */
enum gate_kind {
    NEEDS_UNSET = 0, /* refused: a row must say what it needs */
    NEEDS_NOTHING,   /* before sign-in too */
    NEEDS_HOST, /* likewise, for root and the provider's own user, at the Unix
                   socket: works if nobody can sign in */
    NEEDS_SESSION,      /* a sign-in of any level: about oneself */
    NEEDS_LEVEL,        /* a sign-in that satisfies the site's minimum */
    NEEDS_VERB,         /* what the class's description says for the verb */
    NEEDS_METHOD,       /* what the row of the class's method says */
    NEEDS_TYPE,         /* an operation of a type, held anywhere */
    NEEDS_SELF_OR_TYPE, /* NEEDS_LEVEL; about another user: NEEDS_TYPE */
    NEEDS_POLICY,       /* the site's policy as an object (policy_right.h) */
    NEEDS_MACHINE,      /* the machine identity of a device, which gets nothing
                           else (T125) */
};

enum gate_verb {
    VERB_READ = 0,
    VERB_LIST,
    VERB_CREATE,
    VERB_MODIFY,
    VERB_REMOVE,
    VERB_IMPORT, /* creating or changing; which, each row says */
};

struct gate_need {
    enum gate_kind kind;
    enum gate_verb verb;     /* NEEDS_VERB; NEEDS_POLICY: VERB_READ to see it,
                                VERB_LIST to try one, VERB_MODIFY to apply one */
    struct object_need type; /* NEEDS_TYPE, NEEDS_SELF_OR_TYPE */
};

struct gate {
    enum gate_verdict verdict;
    bool was_asked;
    enum auth_level level;                     /* of the caller, now */
    struct object_need need;                   /* asked last: what decided */
    char denied_key[OBJECT_KEY_MAX_BYTES + 1]; /* of the object it was asked
                                                  of, where that is not the
                                                  call's target; or "" */
    struct rbac_decision decision;
    const struct site_exclusion *exclusion; /* used; borrowed from the site */
    const struct object_class *class;
    const struct object_method *method; /* NEEDS_METHOD */
};
