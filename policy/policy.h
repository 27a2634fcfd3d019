/*
 * Policy files: read, checked, and turned into plain data.
 *
 * A set is read from files once, as one text each; every error of the run is
 * collected with file, line and column. Names are resolved against the
 * built-in roles and scopes and what the files declare; what only the store
 * can know (collections made in the console) is resolved when it is applied.
 * Described in smsprovider-policy(5); rules T79 to T82, T84, T85.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/message.h"
#include "provider/base/buf.h"
#include "provider/base/identity.h"
#include "provider/base/level.h"
#include "provider/base/own.h"
#include "provider/base/status.h"

/* What is there already and is to be this one from now on. */
struct policy_origin {
    const char *adopt; /* key of one that the console made; NULL: none */
    const char *was;   /* its name until now; NULL: the same */
};

struct policy_scope {
    struct policy_place place;
    const char *name;
    const char *description; /* "" when none */
    struct policy_origin origin;
};

/* Operations of a role on one type, with the level they need. */
struct policy_right {
    struct policy_place place;
    uint16_t type;
    uint32_t operations;
    enum auth_level level;
};

struct policy_role {
    struct policy_place place;
    const char *name;
    const char *description;
    const char *copied_from;           /* role id; "" when none */
    const struct policy_right *rights; /* [n_rights], a bit in one row only */
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

struct policy_collection {
    struct policy_place place;
    const char *name;
    const char *comment;
    bool is_user; /* members are users, not devices */
    const char *limiting;
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

struct policy_admin {
    struct policy_place place;
    const char *name;
    bool is_group;
    const char *source;  /* of a group from outside; NULL: the site */
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
    const char *source; /* of a group from outside; NULL: the site */
    const char *reason;
    const char *owner;
    int64_t until_s; /* INT64_MAX: none */
};

/* One expectation of a policy test. */
struct policy_test {
    struct policy_place place;
    const char *user;
    enum auth_level level; /* NONE: not said, the highest */
    int64_t at_s;          /* INT64_MIN: not said, now */
    bool can;              /* false: cannot */
    const char *operation;
    const char *class_name;
    const char *key;           /* NULL: not said */
    const char *const *scopes; /* [n_scopes] of an assumed object */
    size_t n_scopes;
};

struct policy {
    enum auth_level minimum_level; /* NONE: the files do not say */
    struct policy_place minimum_level_place;
    bool is_level_left_out; /* of a site: a file declared it, and none does */
    const struct policy_exclusion *exclusions;
    size_t n_exclusions;
    const struct policy_scope *scopes;
    size_t n_scopes;
    const struct policy_role *roles;
    size_t n_roles;
    const struct policy_collection *collections;
    size_t n_collections;
    const struct policy_group *groups;
    size_t n_groups;
    const struct policy_admin *admins;
    size_t n_admins;
    const struct policy_test *tests;
    size_t n_tests;
    unsigned char digest[32]; /* of names and texts, SHA-256 */
};

/* A set of files under reading; collects messages. */
struct policy_set;
MUST_CHECK
enum status policy_set_new(struct policy_set **set_out);
void policy_set_free(struct policy_set *set);
DEFINE_DROP(policy_set)

/* One file's text. The name is for messages. */
MUST_CHECK
enum status policy_set_add(struct policy_set *set, const char *name,
                           struct text text);

/*
 * Every *.yaml of a directory in name order, opened once and safely: no
 * symbolic links, owner root or the caller, not writable by others (T79, T85).
 * What is wrong with a file becomes a message; STATUS_UNAVAILABLE only when
 * the directory cannot be read.
 */
MUST_CHECK
enum status policy_set_add_directory(struct policy_set *set, const char *path);

/*
 * Merges and checks everything added. STATUS_INVALID when there was an error;
 * the policy is borrowed from the set and only there on STATUS_OK.
 */
MUST_CHECK
enum status policy_set_compile(struct policy_set *set,
                               const struct policy **policy_out);

/* One of the files added, in name order once compiled; views of the set. */
size_t policy_set_n_files(const struct policy_set *set);
void policy_set_file(const struct policy_set *set, size_t i,
                     const char **name_out, struct text *text_out);

/*
 * One more error about the files, found later where the store is. The place's
 * file is copied.
 */
void policy_set_blame(struct policy_set *set, struct policy_place place,
                      const char *text);

/* Messages by file, line, column: messages[*n_out]. */
const struct policy_message *policy_set_messages(const struct policy_set *set,
                                                 size_t *n_out);

/* May policy files give a user, or a group, this name? */
bool policy_may_name_user(struct text name);
bool policy_may_name_group(struct text name);
