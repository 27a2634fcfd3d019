/*
 * Policy files: read, checked, and turned into plain data.
 *
 * A set is read from files once, as one text each; every error of the run is
 * collected with file, line and column. Names are resolved against the
 * built-in roles and scopes and what the files declare; what only the store
 * can know (collections made in the console) is resolved when it is applied.
 * Described in smsprovider-policy(5); rules T79 to T82, T84, T85.
 *
 * Threads: a set, with the policy and messages borrowed from it, belongs to one
 * thread at a time; different sets share nothing. A policy is not changed any
 * more once its set is compiled, so several threads may read it as long as
 * none blames or frees the set.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/message.h"
#include "policy/record.h"
#include "provider/base/buf.h"
#include "provider/base/own.h"
#include "provider/base/status.h"

struct policy {
    enum auth_level minimum_level; /* NONE: the files do not set it */
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

/* A set of files being read; collects messages. */
struct policy_set;
MUST_CHECK
enum status policy_set_new(struct policy_set **set_out);
void policy_set_free(struct policy_set *set);
DEFINE_DROP(policy_set)

/*
 * The realms of the site's users, borrowed while the set is read: every
 * spelling of a user becomes one (provider/base/realm.h). Before files are
 * compiled; without them names stay as they are written.
 */
struct realms;
void policy_set_spell(struct policy_set *set, const struct realms *realms);

/* The same with the realms of a provider.yaml, whose errors become the set's:
 * STATUS_INVALID. */
MUST_CHECK
enum status policy_set_spell_by(struct policy_set *set, const char *name,
                                struct text text);

/* One file's text. The name is for messages. */
MUST_CHECK
enum status policy_set_add(struct policy_set *set, const char *name,
                           struct text text);

/*
 * Every *.yaml of a directory in name order, opened once and safely: no
 * symbolic links, owner root or the caller, not writable by others (T79, T85).
 * Errors in a file become messages; STATUS_UNAVAILABLE only if the directory
 * cannot be read.
 */
MUST_CHECK
enum status policy_set_add_directory(struct policy_set *set, const char *path);

/*
 * Merges and checks everything added. STATUS_INVALID if there was an error; the
 * policy is borrowed from the set and set on STATUS_OK only.
 */
MUST_CHECK
enum status policy_set_compile(struct policy_set *set,
                               const struct policy **policy_out);

/* One of the files added, in name order once compiled; views of the set. */
size_t policy_set_n_files(const struct policy_set *set);
void policy_set_file(const struct policy_set *set, size_t i,
                     const char **name_out, struct text *text_out);

/*
 * Adds an error about the files that the store's room found. The place's file
 * is copied.
 */
void policy_set_blame(struct policy_set *set, struct policy_place place,
                      const char *text);

/* Messages by file, line, column: messages[*n_out]. */
const struct policy_message *policy_set_messages(const struct policy_set *set,
                                                 size_t *n_out);

/* May policy files give a user, or a group, this name? */
bool policy_may_name_user(struct text name);
bool policy_may_name_group(struct text name);
