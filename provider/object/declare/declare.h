/*
 * What policy files declare, put into the store as one step.
 *
 *     declare_begin -> declare_scope/role -> declare_collections
 *     -> declare_group/admin -> declare_finish
 *
 * Runs inside a change. Things are matched by name: what is new is made, what
 * differs is changed, what was declared before and is no longer is removed;
 * what the console made stays, and is taken over only where the file names its
 * key. A declared thing remembers its place
 * ("site.yaml:12") and is read-only over RPC. Names are resolved here, against
 * the store; the first that is unknown ends the step with its place.
 */
#pragma once

#include "policy/record.h"
#include "provider/object/site.h"

struct declare;

MUST_CHECK
enum status declare_begin(struct store *store, struct declare **declare_out);

/* It puts an earlier version back: see identity_giver. */
void declare_restore(struct declare *declare);
void declare_free(struct declare *declare);
DEFINE_DROP(declare)

/*
 * On whose behalf: every act is asked for as the same act over RPC would be.
 * What is missing does not end the step, so that all of it can be told; whoever
 * began it must not keep a step with anything missing.
 */
struct declare_caller {
    const char *user;
    const char *asked_by; /* who asked for what user approves; or NULL */
    char *const *groups;  /* [n_groups] besides those of the site */
    size_t n_groups;
    enum auth_level level;
    int64_t now_s;
    bool is_forced; /* though it locks somebody out */
};

/*
 * As declare_begin. before: the site as the store has it now, borrowed until
 * the end; NULL: it is read. caller NULL: nobody is asked about.
 */
MUST_CHECK
enum status declare_begin_for(struct store *store, const struct site *before,
                              const struct declare_caller *caller,
                              struct declare **declare_out);

/* An act that the caller may not have done. */
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
 * What the console made and this step took over: JSON objects separated by
 * commas, each with what, name, key, created_by, and lists of holders,
 * deployments and dependants as far as the caller may know them.
 */
struct text declare_adopted(const struct declare *declare);

/*
 * Writes an array: declared records that are disabled by hand, each with its
 * name, who did it (by) and where it is declared (at).
 */
MUST_CHECK
enum status declare_put_differing(struct store *store, struct json_writer *w);

/* What a test of the files names is bound as a grant's names are: the same
 * object from now on. Nothing where it is not one that the console made. */
MUST_CHECK
enum status declare_bind(struct declare *declare, const char *class_name,
                         const char *name);

/* After declare_finish: the site as declared, given; NULL: nothing changed. */
struct site *declare_take_site(struct declare *declare);

/* A sentence with the place, after a call that failed. Never NULL. */
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
 * Once, before groups and administrators, whose rights may be over them. A
 * direct rule names a device, which may come later, or several of one name;
 * STATUS_INVALID also for collections that depend on each other in a circle.
 */
MUST_CHECK
enum status declare_collections(struct declare *declare,
                                const struct policy_collection *collections,
                                size_t n_collections);

/*
 * Removes what is no longer declared. changed_out: did anything but places
 * change? STATUS_INVALID while something still uses what would go, for groups
 * that contain themselves, and when no full administrator would remain where
 * there was one. A level that is no longer declared stays as it is, and is the
 * console's to change again.
 */
MUST_CHECK
enum status declare_finish(struct declare *declare, bool *changed_out);
