/*
 * The inside of a declaring step, shared by its files.
 */
#pragma once

#include "provider/object/admin_identity.h"
#include "provider/object/declare/declare.h"
#include "provider/object/guard/gain.h"
#include "provider/object/object_private.h"

enum declared {
    DECLARED_SCOPE = 0,
    DECLARED_COLLECTION,
    DECLARED_ROLE,
    DECLARED_GROUP,
    DECLARED_ADMIN,
    N_DECLARED,
};

struct guard;

struct declare {
    struct store *store;
    int64_t now_s;
    bool had_top;             /* a full administrator was there before */
    struct guard *guard;      /* owned; NULL: no rights are checked */
    struct site *before;      /* owned; NULL when it was given */
    const struct site *given; /* borrowed; NULL when it was not */
    struct site *site;        /* owned; after the end, when something changed */
    bool is_forced;           /* even if it locks somebody out */
    bool is_restored;         /* an earlier version is applied */
    bool has_level;
    bool changed;
    struct row_set seen[N_DECLARED]; /* declared in this run */
    struct buf adopted;              /* JSON objects, separated by commas */
    size_t n_adopted;
    char why[512];
};

/* The kinds of declared objects: row, place and name of each. */
struct declare_sweep {
    enum declared kind;
    const char *what;
    const char *select;
    const char *remove;
    enum status (*guard)(struct declare *declare, const char *place,
                         int64_t row, const char *name);
};

/* Sets the sentence, with the place before it; STATUS_INVALID. */
enum status declare_fail(struct declare *declare, const char *place,
                         const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A name of the files that looks like one of the console. */
MUST_CHECK
enum status declare_check_alike(struct declare *declare, const char *place,
                                const struct object_class *class,
                                const char *name, int64_t row, bool is_group);

MUST_CHECK
enum status declare_saw(struct declare *declare, enum declared kind,
                        int64_t row);

/* Removes collections that are no longer declared. */
MUST_CHECK
enum status declare_sweep_collections(struct declare *declare);

/* Is anybody a full administrator of the site now? */
bool declare_has_top(const struct site *site);

/* Has the row been processed already? */
bool declare_has_seen(const struct declare *declare, enum declared kind,
                      int64_t row);

/* ---- The caller's rights (guard.c); no-ops if none are checked ---- */

/* Borrows the site. */
MUST_CHECK
enum status guard_new(const struct site *site,
                      const struct declare_caller *caller,
                      struct guard **guard_out);
void guard_free(struct guard *guard);

/* A type-wide create, or a read and an act on an object of a type by role. */
MUST_CHECK
enum status guard_make(struct declare *declare,
                       const struct object_class *class, const char *place,
                       const char *name);
MUST_CHECK
enum status guard_change(struct declare *declare,
                         const struct object_class *class, const char *place,
                         const char *name);
MUST_CHECK
enum status guard_remove(struct declare *declare,
                         const struct object_class *class, const char *place,
                         const char *name);

/* Another limit for a collection, and other rules: as the guard's engine knows
 * them. */
MUST_CHECK
enum status guard_relimit(struct declare *declare, const char *place,
                          const struct gain_move *move, const char *name);
MUST_CHECK
enum status guard_gain(struct declare *declare, const char *place,
                       const struct gain_act *act, const char *name);

/* Any question: an operation on labels of the guard's engine. */
MUST_CHECK
enum status guard_ask(struct declare *declare, struct object_need need,
                      const uint32_t *labels, size_t n_labels,
                      const char *place, const char *name);

/* A decision made elsewhere: what is not allowed is missing. */
MUST_CHECK
enum status guard_judge(struct declare *declare, struct rbac_decision decision,
                        struct object_need need, const char *place,
                        const char *name);

/* The minimum level, or its exclusions. */
MUST_CHECK
enum status guard_site(struct declare *declare, const char *place,
                       enum auth_level level);

/* Renames something in use. */
MUST_CHECK
enum status guard_rename(struct declare *declare,
                         const struct object_class *class, const char *place,
                         const char *name);

/* A role's content; row 0: it is new. */
MUST_CHECK
enum status guard_role(struct declare *declare, const char *place, int64_t row,
                       const struct policy_role *role);

/*
 * Records and groups are checked on an engine that has the scopes, roles and
 * collections of this step already, and the records as they were.
 */
MUST_CHECK
enum status guard_admin(struct declare *declare, const char *place, int64_t row,
                        const char *name, const struct grant_rows *grants,
                        size_t n_grants);
MUST_CHECK
enum status guard_remove_admin(struct declare *declare, const char *place,
                               int64_t row, const char *name);

/* The source of a group, as its record has it; row 0: it is new. */
MUST_CHECK
enum status guard_source(struct declare *declare, const char *place,
                         int64_t row, const char *name, const char *source);

/* The device that a host's record is of. */
MUST_CHECK
enum status declare_find_host(struct declare *declare, const char *place,
                              const struct policy_admin *admin,
                              int64_t *device_out);

/* May the caller bind a host to it? Whoever does manages the device. */
MUST_CHECK
enum status guard_host(struct declare *declare, const char *place,
                       const char *name, int64_t device);

/* An identity for a user's record; row 0: the record is new. */
MUST_CHECK
enum status guard_identity(struct declare *declare, const char *place,
                           int64_t row, const char *name,
                           const struct policy_identity *identity);

/* The caller; NULL: the host's own files. */
const char *guard_user(const struct declare *declare);

/* On whose word the identities of this step are given. */
struct identity_giver guard_giver(const struct declare *declare);

/* Changes the members of a group that is, was or will be declared: they gain
 * what its record holds, and what that one blocks for them. */
MUST_CHECK
enum status guard_group(struct declare *declare, const char *place,
                        const char *name);

/* May the caller read the object of a class: a collection's row, or any row if
 * all are treated alike? Yes if no rights are checked. Nothing is noted as
 * missing. */
bool guard_may_read(const struct declare *declare,
                    const struct object_class *class, int64_t row);

/* The index of a row in the guard's engine; RBAC_NONE: unknown. */
uint32_t guard_index(const struct declare *declare, enum map_kind kind,
                     int64_t row);
