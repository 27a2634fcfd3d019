/*
 * The records of a policy: what files declare, what a site keeps of it and
 * what an export writes are the same plain data, so that a field is named
 * once. Their keys, types and words for people stand in language.c.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/place.h"
#include "provider/base/identity.h"
#include "provider/base/level.h"
#include "rbac/build.h"

/* An existing object that becomes this one. */
struct policy_origin {
    const char *adopt; /* key of one created in the console; NULL: none */
    const char *was;   /* its previous name; NULL: unchanged */
};

struct policy_scope {
    struct policy_place place;
    const char *name;
    const char *description; /* "" when none */
    struct policy_origin origin;
};

struct policy_role {
    struct policy_place place;
    const char *name;
    const char *description;
    const char *copied_from;         /* role id; "" if none */
    const struct rbac_right *rights; /* [n_rights], a bit in one row only */
    size_t n_rights;
    enum auth_level level;
    struct policy_origin origin;
};

struct policy_group {
    struct policy_place place;
    const char *name;
    const char *const *members; /* [n_members]: users or groups */
    size_t n_members;
};

enum policy_rule_kind {
    POLICY_RULE_QUERY = 0,
    POLICY_RULE_DIRECT,
    POLICY_RULE_INCLUDE,
    POLICY_RULE_EXCLUDE,
};

/* One membership rule. */
struct policy_rule {
    struct policy_place place;
    enum policy_rule_kind kind;
    const char *name;  /* of a query rule; "" */
    const char *value; /* WQL, a resource's name, or a collection's */
};

/* When a collection's members are evaluated anew, besides on request. */
enum policy_refresh {
    POLICY_REFRESH_INCREMENTAL = 0, /* as soon as anything changes */
    POLICY_REFRESH_SCHEDULED,
    POLICY_REFRESH_BOTH,
    POLICY_REFRESH_MANUAL,
};

struct policy_collection {
    struct policy_place place;
    const char *name;
    const char *comment;
    bool is_user; /* members are users, not devices */
    const char *limiting;
    enum policy_refresh refresh;
    const char *schedule; /* 16 digits for each token; "" or NULL: daily */
    const struct policy_rule *rules;
    size_t n_rules;
    struct policy_origin origin;
};

struct policy_identity {
    struct policy_place place;
    enum identity_kind kind;
    const char *value; /* canonical */
};

struct policy_assignment {
    struct policy_place place;
    const char *const *roles; /* names */
    size_t n_roles;
    const char *const *scopes;
    size_t n_scopes;
    const char *const *collections; /* names or ids */
    size_t n_collections;
    int64_t from_s; /* INT64_MIN, INT64_MAX: no bound */
    int64_t until_s;
};

/* Before the name of its device, the name of a host's record. */
#define POLICY_HOST_PREFIX "host/"

struct policy_admin {
    struct policy_place place;
    const char *name;
    bool is_group;
    const char *called;  /* by people, a group by SID; NULL */
    const char *source;  /* of an external group; NULL: the site */
    const char *host;    /* the device whose machine identity it is; NULL */
    int64_t device;      /* which of that name; 0: there is one */
    bool is_break_glass; /* root of the provider's host, and nobody else */
    const struct policy_identity *identities;
    size_t n_identities;
    const struct policy_assignment *assignments;
    size_t n_assignments;
    struct policy_origin origin; /* a record's name does not change */
};

struct policy_exclusion {
    struct policy_place place;
    const char *user;
    bool is_group;
    const char *source; /* of an external group; NULL: the site */
    const char *reason;
    const char *owner;
    int64_t until_s; /* INT64_MAX: none */
};

/* One expectation of a policy test. */
struct policy_test {
    struct policy_place place;
    const char *user;
    enum auth_level level; /* NONE: not given, the highest */
    int64_t at_s;          /* INT64_MIN: not given, now */
    bool can;              /* false: cannot */
    const char *operation;
    const char *class_name;
    const char *key;           /* NULL: not said */
    const char *const *scopes; /* [n_scopes] of a hypothetical object */
    size_t n_scopes;
};
