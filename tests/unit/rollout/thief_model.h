/*
 * Small sites with something to steal, and changes of them: roles on the types
 * that administer, scopes, a tree of collections, nested groups, groups from
 * outside, identities, exclusions. Everything has one name for ever, so that
 * sites are compared by names.
 */
#pragma once

#include "tests/unit/rollout/applied.h"

#include "tests/oracle/random.h"

enum {
    THIEF_USERS = 5,  /* "u0@X": u0 is the one who tries */
    THIEF_GROUPS = 3, /* "g0": of the files, or from outside */
    THIEF_ROLES = 5,  /* "r0" */
    THIEF_SCOPES = 3, /* "s0" */
    THIEF_TREE = 5,   /* "c0": collections */
    THIEF_TYPES = 6,
    THIEF_IDENTITIES = 3, /* user ids */
    THIEF_ADMINS = THIEF_USERS + THIEF_GROUPS,
    THIEF_GIVEN = 2, /* assignments of a record */
};

/* Bits beyond the things with numbers. */
enum { SCOPE_ALL = 1 << 8, SCOPE_DEFAULT = 1 << 9, ALL_SYSTEMS = 1 << 8 };

struct thief_role {
    bool is_there;
    uint32_t masks[THIEF_TYPES];
    enum auth_level levels[THIEF_TYPES];
    enum auth_level level;
};

struct thief_given {
    unsigned roles; /* sets by bit */
    unsigned scopes;
    unsigned collections;
    int from; /* index of a time, -1: none */
    int until;
};

struct thief_admin {
    bool is_there;
    bool is_console; /* in the store, not in the file */
    unsigned identities;
    size_t n_given;
    struct thief_given given[THIEF_GIVEN];
    int kerberos; /* takes the principal of this user; -1: none */
};

struct thief_group {
    bool is_there;
    unsigned users;
    unsigned groups; /* of lower number: no circles; others are outside */
};

struct thief_model {
    struct thief_role roles[THIEF_ROLES];
    bool scopes[THIEF_SCOPES];
    bool tree[THIEF_TREE];
    int limits[THIEF_TREE]; /* -1: All Systems */
    bool is_commented[THIEF_TREE];
    struct thief_group groups[THIEF_GROUPS];
    struct thief_admin admins[THIEF_ADMINS]; /* users, then groups */
    int excluded;                            /* group, -1: none */
    bool has_level;
};

extern const uint16_t thief_types[THIEF_TYPES];
extern const int64_t thief_times[4]; /* the first is now */

struct thief_model thief_random(struct random *random);

/* One act, or a few at once. */
void thief_change(struct random *random, struct thief_model *model);

/* As a policy, in the arena, with root at the top; no text of it. */
struct policy thief_policy(const struct thief_model *model,
                           struct arena *arena);

/* "u0@X", .. in static memory of four. */
const char *thief_name(char kind, int number);
