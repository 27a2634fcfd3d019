/*
 * Puts the content of policy files into the store as one step.
 *
 *
 *     declare_begin -> declare_scope/role -> declare_collections
 *     -> declare_group/admin -> declare_finish
 *
 * Runs inside a change. Objects are matched by name: new ones are created,
 * different ones changed, and those no longer declared are removed; objects of
 * the console stay, and are taken over only if the file names their key. A
 * declared object remembers its place ("site.yaml:12") and is read-only over
 * RPC. Names are resolved here, against the store; the first unknown one ends
 * the step with its place.
 */
#pragma once

#include "policy/record.h"
#include "provider/object/site.h"

struct declare;

MUST_CHECK
enum status declare_begin(struct store *store, struct declare **declare_out);

/* It applies an earlier version: see identity_giver. */
void declare_restore(struct declare *declare);
void declare_free(struct declare *declare);
DEFINE_DROP(declare)

/*
 * The caller on whose behalf it is declared: every act is checked like the same
 * act over RPC. Missing rights do not end the step, so that all of them can be
 * reported; a step with missing rights must not be kept.
 */
struct declare_caller {
    const char *user;
    const char *asked_by; /* the author of what user approves; or NULL */
    char *const *groups;  /* [n_groups] besides those of the site */
    size_t n_groups;
    enum auth_level level;
    int64_t now_s;
    bool is_forced; /* even if it locks somebody out */
};

/*
 * Like declare_begin. before: the site as the store has it now, borrowed until
 * the end; NULL: it is loaded. caller NULL: no rights are checked.
 */
MUST_CHECK
enum status declare_begin_for(struct store *store, const struct site *before,
                              const struct declare_caller *caller,
                              struct declare **declare_out);

/* An act that the caller may not do. */
struct declare_missing {
    struct object_need need;
    struct rbac_decision decision;
    char name[257];  /* of what is declared */
    char place[128]; /* "site.yaml:12" */
};

/* Borrowed; the first DECLARE_MISSING_MAX of them. */
enum { DECLARE_MISSING_MAX = 1000 };
const struct declare_missing *declare_missing(const struct declare *declare,
                                              size_t *n_out);

/*
 * Objects of the console that this step took over: JSON objects separated by
 * commas, each with what, name, key, created_by, and lists of holders,
 * deployments and dependants as far as the caller may know them.
 */
struct text declare_adopted(const struct declare *declare);

/*
 * Writes an array: declared records that were disabled by hand, each with its
 * name, by whom (by) and where it is declared (at).
 */
MUST_CHECK
enum status declare_put_differing(struct store *store, struct json_writer *w);

/* Binds a name in a test of the files like a name in a grant: it means the same
 * object from now on. Does nothing for objects not created in the console. */
MUST_CHECK
enum status declare_bind(struct declare *declare, const char *class_name,
                         const char *name);

/* After declare_finish: the site as declared, given; NULL: nothing changed. */
struct site *declare_take_site(struct declare *declare);

/* A sentence with the place, after a failed call. Never NULL. */
const char *declare_why(const struct declare *declare);

MUST_CHECK
enum status declare_level(struct declare *declare, struct policy_place place,
                          enum auth_level level);
MUST_CHECK
enum status declare_exclusion(struct declare *declare,
                              const struct policy_exclusion *exclusion);
MUST_CHECK
enum status declare_scope(struct declare *declare,
                          const struct policy_scope *scope);
MUST_CHECK
enum status declare_role(struct declare *declare,
                         const struct policy_role *role);
MUST_CHECK
enum status declare_group(struct declare *declare,
                          const struct policy_group *group);
MUST_CHECK
enum status declare_admin(struct declare *declare,
                          const struct policy_admin *admin);

/*
 * All collections of a policy at once, in any order: they may name each other.
 * Once, before groups and administrators, whose rights may depend on them. A
 * direct rule names a device, which may be created later, or several of one
 * name; STATUS_INVALID also for collections that depend on each other in a
 * cycle.
 */
MUST_CHECK
enum status declare_collections(struct declare *declare,
                                const struct policy_collection *collections,
                                size_t n_collections);

/*
 * Removes what is no longer declared. changed_out: did anything but places
 * change? STATUS_INVALID while something to be removed is still in use, for
 * groups that contain themselves, and if no full administrator would remain
 * where there was one. A level that is no longer declared stays, and can be
 * changed in the console again.
 */
MUST_CHECK
enum status declare_finish(struct declare *declare, bool *changed_out);
