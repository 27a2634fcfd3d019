/*
 * What one policy file says, as read and not yet understood: names are words
 * with their places, to be resolved when all files are there (compile.h). What
 * needs no resolving is read into the record itself (said).
 * The table that reads it, policy_language, is also what describes the
 * language to editors (schema_json.h).
 */
#pragma once

#include "policy/policy.h"
#include "policy/schema.h"

/* SMS_Application: [Read, Approve] */
struct draft_operations {
    struct schema_word class_name;
    const struct schema_word *names;
    size_t n_names;
};

/* mfa: { SMS_Collection: [Deploy Applications] } */
struct draft_level {
    struct schema_word level;
    const struct draft_operations *operations;
    size_t n_operations;
};

struct draft_role {
    struct policy_role said;
    struct policy_place place;
    struct schema_word name;
    struct schema_word copied_from;
    struct policy_place operations_place; /* line 0: not given */
    const struct draft_operations *operations;
    size_t n_operations;
    const struct draft_operations *add;
    size_t n_add;
    const struct draft_operations *remove;
    size_t n_remove;
    const struct draft_level *levels;
    size_t n_levels;
};

struct draft_scope {
    struct policy_scope said;
    struct policy_place place;
    struct schema_word name;
};

struct draft_query {
    struct policy_place place;
    const char *name;
    struct schema_word wql;
};

struct draft_collection {
    struct policy_collection said;
    struct policy_place place;
    struct schema_word name;
    int kind; /* index into "device", "user" */
    struct schema_word limiting;
    int refresh; /* enum policy_refresh */
    struct schema_word schedule;
    const struct draft_query *queries;
    size_t n_queries;
    const struct schema_word *direct;
    size_t n_direct;
    const struct schema_word *include;
    size_t n_include;
    const struct schema_word *exclude;
    size_t n_exclude;
};

struct draft_group {
    struct policy_place place;
    struct schema_word name;
    const struct schema_word *members;
    size_t n_members;
};

struct draft_certificate {
    const char *issuer;
    const char *serial;
    const char *spki_sha256;
};

struct draft_token {
    const char *issuer;
    const char *subject;
};

struct draft_ssh {
    const char *key;
    enum auth_level level; /* NONE: not said */
    int64_t until_s;       /* INT64_MAX: not said */
};

/* One of the kinds; checking its type has made it canonical. */
struct draft_identity {
    struct policy_place place;
    struct draft_certificate certificate;
    struct draft_token token;
    const char *spki_sha256;
    const char *kerberos;
    const char *sid;
    const char *local;
    struct draft_ssh ssh;
    enum identity_kind kind;
    const char *value;
};

struct draft_assignment {
    struct policy_assignment said;
    struct policy_place place;
    const struct schema_word *roles;
    size_t n_roles;
    struct policy_place instances_place; /* line 0: not given */
    int instances;
    const struct schema_word *scopes;
    size_t n_scopes;
    const struct schema_word *collections;
    size_t n_collections;
    struct policy_place until_place;
};

struct draft_admin {
    struct policy_admin said;
    struct policy_place place;
    struct schema_word user; /* or group, or host */
    struct schema_word group;
    struct schema_word host;
    struct schema_word source; /* of the group */
    const struct draft_identity *identities;
    size_t n_identities;
    const struct draft_assignment *assignments;
    size_t n_assignments;
};

struct draft_exclusion {
    struct policy_exclusion said;
    struct policy_place place;
    struct schema_word user; /* or group */
    struct schema_word group;
    struct schema_word source; /* of the group */
    struct policy_place until_place;
};

struct draft_test {
    struct policy_test said;
    struct policy_place place;
    struct schema_word can; /* or cannot */
    struct schema_word cannot;
    struct schema_word class_name;
    struct schema_word key;
    const struct schema_word *scopes;
    size_t n_scopes;
};

struct draft_authentication {
    enum auth_level minimum_level;
    struct policy_place minimum_level_place;
    const struct draft_exclusion *exclusions;
    size_t n_exclusions;
};

struct draft {
    int64_t version;
    struct draft_authentication authentication;
    const struct draft_scope *scopes;
    size_t n_scopes;
    const struct draft_role *roles;
    size_t n_roles;
    const struct draft_collection *collections;
    size_t n_collections;
    const struct draft_group *groups;
    size_t n_groups;
    const struct draft_admin *admins;
    size_t n_admins;
    const struct draft_test *tests;
    size_t n_tests;
};

/* SCHEMA_MAP into struct draft. */
extern const struct schema_type policy_language;

/* Of it, what shows a record in a plan. */
extern const struct schema_type language_authentication;
extern const struct schema_type language_exclusion;
extern const struct schema_type language_scope;
extern const struct schema_type language_role;
extern const struct schema_type language_collection;
extern const struct schema_type language_group;
extern const struct schema_type language_admin;
