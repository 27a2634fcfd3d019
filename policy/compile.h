/*
 * From drafts to a policy: resolves names against what is built in and
 * declared, and checks every rule that needs no store. One file of this room
 * for each kind of object; all share this struct.
 */
#pragma once

#include "policy/draft.h"
#include "policy/graph.h"
#include "policy/lexicon.h"
#include "rbac/catalog.h"

/* Names resolve to numbers: first built-in ones, then declared ones. */
struct compile {
    struct arena *arena;
    struct policy_messages *messages;
    const struct draft *drafts; /* [n_drafts], one a file */
    size_t n_drafts;
    struct policy *policy;       /* being filled */
    const struct realms *realms; /* of users; NULL: not known */

    struct lexicon roles;
    const struct draft_role **draft_roles;
    struct lexicon scopes;
    struct lexicon collections;
    const struct draft_collection **draft_collections;
    struct lexicon groups;
    const struct draft_group **draft_groups;
    struct graph group_graph;
    uint32_t *group_order; /* members before those they are in */
    struct lexicon classes;
    struct lexicon users; /* administrator records */
    struct lexicon admin_groups;
    bool *is_security; /* [policy->n_admins]: is a security administrator */
};

/* Fills the policy. False: out of memory; errors are in the messages. */
bool compile_run(struct compile *compile);

/* The number of a name; an error with a hint if there is none. */
long compile_find(struct compile *compile, const struct lexicon *lexicon,
                  struct schema_word word);

/* Warns of an undeclared collection whose name is similar to a declared
 * one's. */
void compile_hint_collection(struct compile *compile, struct schema_word word);

/*
 * The source of a group: NULL for the site itself, whose groups are declared. A
 * group that is neither declared nor has a source has no members: a warning.
 */
const char *compile_source(struct compile *compile, struct schema_word group,
                           struct schema_word source);

/* The texts alone; a warning for repetitions. */
const char *const *compile_texts(struct compile *compile,
                                 const struct schema_word *words, size_t n);

/* The steps, in the order of compile_run. */
bool compile_scopes(struct compile *compile);
bool compile_roles(struct compile *compile);
bool compile_collections(struct compile *compile);
bool compile_groups(struct compile *compile);
bool compile_admins(struct compile *compile);
bool compile_exclusions(struct compile *compile);
bool compile_tests(struct compile *compile);

/* Users in groups get the one spelling of their name; what names a group stays.
 * Once the groups' names are known. False: out of memory. */
bool compile_members(struct compile *compile, size_t n_groups);

/* Warns of users who could never sign in by that name, and have no other
 * identity. Once administrators were compiled. */
void compile_spelling(struct compile *compile);

/* A type and operation by name, with an error and a hint. NULL, -1: none. */
const struct rbac_type *compile_type(struct compile *compile,
                                     struct schema_word class_name);
int compile_operation(struct compile *compile, const struct rbac_type *type,
                      struct schema_word name);

/* A role's content on one type: bits by the level they need. */
struct role_mask {
    uint32_t at[AUTH_LEVEL_MFA + 1];
};

/* What the role of this number grants on the type; borrowed by the policy. */
bool compile_role_grants(const struct compile *compile, long role,
                         uint16_t type, uint32_t operations);
