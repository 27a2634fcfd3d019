/*
 * The objects of a site, and the acts on them.
 *
 * class.h defines what a class is. Nothing here decides on rights: the gate has
 * done so before it calls, with the labels that object_target_read() read from
 * the store in the same transaction. If an act needs a second right (Read on a
 * limiting collection, Deploy on a target), it is checked through struct
 * object_actor.
 *
 * Threads: a call belongs to the thread of its store and is not shared. Class
 * descriptions are constant, and a site with its engine, map and people is
 * never changed once loaded: any number of threads read them without a lock.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "provider/base/json_writer.h"
#include "provider/base/level.h"
#include "provider/object/class.h"
#include "provider/object/denial.h"
#include "provider/store/store.h"
#include "rbac/rbac.h"

/* ---- The actor, and failures ---- */

/* Rows of scopes and collections to the engine's indexes: struct site. */
struct object_map;
struct odata_asked; /* provider/wql/odata.h */
struct realms;
struct site;

/*
 * The caller as the gate knows them: subject of second rights
 * (object_actor_may), on the same engine and map as the first.
 */
struct object_actor {
    const char *user;
    const struct rbac_engine *engine;
    const struct object_map *map; /* of the same struct site */
    const struct rbac_subject *subject;
    const struct site *site; /* whose engine and map these are */
    /* What identities of a kind can prove as configured: [IDENTITY_N_KINDS]. */
    const enum auth_level *reach;
    const struct realms *realms; /* of users, as configured; NULL: not known */
    enum auth_level level;
    uint32_t own_admin; /* the caller's own record, RBAC_NONE: by group only */
    int64_t now_s;
};

/*
 * Why a call failed, for the caller: set together with the status.
 * STATUS_DENIED: denial, place, and why; STATUS_INVALID: property (or "") and
 * why; STATUS_CONFLICT: why, and version (if_version did not match) or place
 * (the policy file that declares the object).
 */
struct object_failure {
    struct denial denial;
    int64_t version; /* of the stored object, 0: not set */
    char property[64];
    char place[128]; /* "site.yaml:12", or "" */
    char why[512];   /* a plain sentence */
};

/* One act on the store: in a change if it writes, else reading only. */
struct object_call {
    struct store *store;
    struct object_actor actor;
    const struct object_class *class;
    struct object_target *target; /* NULL for create and static methods */
    struct object_batch *batch;   /* NULL: an act of its own */
    struct object_failure failure;
    bool is_forced;      /* even if it locks somebody out */
    bool reads_audit;    /* of what it asks, some is of the audit (T95) */
    bool estate_changed; /* set if rights may have changed: rebuild */
    int message_id;      /* when done, if the class's does not say */
    const char *remark;  /* for the audit; static, NULL: none */
    struct buf keys;     /* of what else it deletes, for the audit */
    char made_key[257];  /* of what object_create made, for the audit */
    char made_name[257];
    const struct object_class *made_class; /* of it; NULL: class */
};

/*
 * The second right of an act, on labels in the engine's indexes (NULL and 0
 * with is_type_wide). STATUS_DENIED with the failure set.
 */
MUST_CHECK
enum status object_actor_may(struct object_call *call, struct object_need need,
                             bool is_type_wide, const uint32_t *labels,
                             size_t n_labels);

/* ---- The stored object, for the gate ---- */

enum {
    OBJECT_LABELS_MAX = 1024, /* scopes of an object; collections have none */
};

/* A need of the object besides its own (struct object_also). */
struct object_target_also {
    uint16_t type; /* 0: none */
    uint8_t operation;
    uint32_t *labels; /* within those of the target */
    size_t n_labels;
};

/*
 * An object's row and what secures it: indexes into the engine's estate, in
 * rbac_request terms. A deployment also needs its object: both must be readable
 * to see it, and to touch it. Unknown scopes and collections are left out: they
 * give no access.
 *
 * The target keeps the row it was read from, so that object_get need not read
 * it again: clear it before the transaction ends.
 */
struct object_target {
    int64_t row;
    int64_t version; /* for if_version */
    char key[OBJECT_KEY_MAX_BYTES + 1];
    char name[OBJECT_KEY_MAX_BYTES + 1]; /* for people and the audit */
    uint32_t *labels;                    /* owned: object_target_clear */
    size_t n_labels;
    struct object_target_also also[OBJECT_ALSO_MAX];
    struct store_stmt *stmt; /* private: lent, on the row */
};

/*
 * STATUS_NOT_FOUND if the key names nothing. The map translates store rows of
 * scopes and collections to the engine's indexes. For
 * SCOPED(object_target_clear) struct object_target target = {0}.
 */
MUST_CHECK
enum status object_target_read(struct store *store,
                               const struct object_map *map,
                               const struct object_class *class,
                               struct text key,
                               struct object_target *target_out);
void object_target_clear(struct object_target *target);

/*
 * The key of an object by its key or its name. STATUS_NOT_FOUND: there is
 * none; STATUS_CONFLICT: several have the name.
 */
MUST_CHECK
enum status object_key_find(struct store *store,
                            const struct object_class *class, struct text word,
                            char key_out[OBJECT_KEY_MAX_BYTES + 1]);

struct object_acceptance {
    enum status (*accept)(void *context, struct text key, bool *accepted_out);
    void *context;
};

/*
 * The same among those that a filter accepts, as if there were no others:
 * n_other_out counts those it rejected until the search ended, all of them
 * with STATUS_NOT_FOUND. One with the key comes before those with the name. The
 * store must not be changed meanwhile.
 */
MUST_CHECK
enum status object_key_find_among(struct store *store,
                                  const struct object_class *class,
                                  struct text word,
                                  struct object_acceptance acceptance,
                                  char key_out[OBJECT_KEY_MAX_BYTES + 1],
                                  size_t *n_other_out);

/* ---- Foreseeing the answer of an act ---- */

/*
 * What the guards of an operation on an object say whatever it changes: that it
 * is built in, or an administrator who may not be removed. Holding the
 * operation is checked elsewhere.
 */
struct rbac_decision object_foresee(const struct object_class *class,
                                    const struct object_target *target,
                                    struct object_need need,
                                    const struct object_actor *actor);

/* ---- The extent of a right; 0 if objects are not kept here ---- */

/* All objects of a type; those in a scope; and those in any scope that is not
 * among the ids (a JSON array of strings). */
MUST_CHECK
enum status object_count_all(struct store *store, uint16_t type,
                             int64_t *n_out);
MUST_CHECK
enum status object_count_in(struct store *store, uint16_t type,
                            const char *scope_id, int64_t *n_out);
MUST_CHECK
enum status object_count_outside(struct store *store, uint16_t type,
                                 struct text scope_ids, int64_t *n_out);

/* Objects secured by a collection itself, by those it limits, or by both. */
MUST_CHECK
enum status object_count_on(struct store *store, uint16_t type,
                            const char *collection_id, bool on, bool below,
                            int64_t *n_out);

/* Devices in a collection (on), or in what it limits. */
MUST_CHECK
enum status object_count_devices(struct store *store, const char *collection_id,
                                 bool on, int64_t *n_out);

/* ---- Verbs ---- */

/* properties: array of names, NULL for all that are not lazy-by-list. */
MUST_CHECK
enum status object_get(struct object_call *call, const json_t *properties,
                       struct json_writer *result);

/*
 * Called for every row inside the query; false leaves it out. For a row's
 * further needs (struct object_also), and for counts over other classes, it is
 * called with that type and operation. labels NULL: is it held on anything?
 */
struct object_filter {
    bool (*may_read)(void *context, uint16_t type, uint8_t operation,
                     const uint32_t *labels, size_t n_labels);
    void *context;
    const struct object_map *map;
    /* Does the caller hold all that a record of administrators gives? NULL: it
     * is not asked. */
    bool (*covers)(void *context, int64_t admin);
};

struct object_list {
    struct text collection;   /* of the class of one; empty (class.h) */
    const json_t *properties; /* array of names or NULL */
    struct text filter;       /* "Name = 'x' AND MemberCount > 3"; empty: all */
    struct text order;        /* property name, "-" before it: descending */
    int64_t limit;            /* rows in this page, 0: the default */
    struct text after;        /* "next" of the page before */
    bool count;
};

enum { OBJECT_LIST_MAX = 10000, OBJECT_LIST_DEFAULT = 100 };

/*
 * Writes {"items":[..],"next":..,"count":..}; next is there if more follows,
 * and is valid for the same order only. Count is of all pages. Rows are checked
 * inside the query; see filter.c for the language of filters.
 */
MUST_CHECK
enum status object_list(struct object_call *call,
                        const struct object_list *list,
                        const struct object_filter *filter,
                        struct json_writer *result);

struct object_query {
    struct text wql;
    int64_t limit;         /* rows in this page, 0: the default */
    struct text after;     /* "next" of the page before of the same query */
    const json_t *prompts; /* {name: value} of ##PRM:name##; or NULL */
    struct text limit_to;  /* key of the collection whose devices are asked
                              about, and no others; or empty */
    const struct odata_asked *odata; /* asked instead of wql; or NULL */
    int64_t skip; /* rows before the first page of those that follow */
};

enum { OBJECT_PROMPTS_MAX = 32 };
enum { OBJECT_QUERY_MAX_MS = 5000 }; /* longer ones end with STATUS_LIMIT */

/*
 * Writes {"items":[..],"next":..} like object_list: rows are checked in the
 * query, before its conditions and joins see them. Objects of one class have
 * the properties selected; if several classes are selected, each item has one
 * object per class, by alias or class. COUNT gives [{"Count":n}]. call->class
 * is ignored. STATUS_DENIED if the caller reads nothing of a class that is
 * named; STATUS_INVALID with the column.
 */
MUST_CHECK
enum status object_query(struct object_call *call,
                         const struct object_query *query,
                         const struct object_filter *filter,
                         struct json_writer *result);

/*
 * The verbs that write run inside a part of a change, which the caller undoes
 * if one fails: a check may come after something was stored. Declared and
 * built-in objects are refused here.
 *
 * Writes the new object.
 */
MUST_CHECK
enum status object_create(struct object_call *call, const json_t *properties,
                          struct json_writer *result);

/* if_version: -1 for any. Writes the changed object. */
MUST_CHECK
enum status object_update(struct object_call *call, const json_t *properties,
                          int64_t if_version, struct json_writer *result);
MUST_CHECK
enum status object_delete(struct object_call *call, int64_t if_version);

/*
 * Runs a method of call->class after checking args (an object, or NULL) against
 * its description. Writes its answer.
 */
MUST_CHECK
enum status object_invoke(struct object_call *call,
                          const struct object_method *method,
                          const json_t *args, struct json_writer *result);
