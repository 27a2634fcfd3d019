/*
 * The objects of a site: classes as data, and what can be done with them.
 *
 * One description of a class drives its table, validation, JSON and
 * documentation (classes.c). Nothing here decides who may: the gate has asked
 * before it calls, with the labels that object_target() read from the store in
 * the same transaction. Where an act needs a second right (Read on a limiting
 * collection, Deploy on a target), it is asked through struct object_actor.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "provider/base/json_writer.h"
#include "provider/base/level.h"
#include "provider/store/store.h"
#include "rbac/rbac.h"

/* ---- Classes ---- */

enum object_property_type {
    OBJECT_STRING = 0,
    OBJECT_INTEGER, /* int64 in the store, range in the description */
    OBJECT_BOOLEAN,
    OBJECT_DATETIME, /* "2026-01-31T12:00:00Z" in JSON, seconds in the store */
    OBJECT_STRINGS,  /* array of strings */
    OBJECT_EMBEDDED, /* array of objects, kept as JSON */
};

enum object_property_flag {
    OBJECT_KEY = 1 << 0,
    OBJECT_READ_ONLY = 1 << 1, /* set by the provider */
    OBJECT_REQUIRED = 1 << 2,  /* on create */
    OBJECT_FIXED = 1 << 3,     /* set on create, never changed */
    OBJECT_LAZY = 1 << 4,      /* in object.get only */
    OBJECT_UNIQUE = 1 << 5,
};

struct object_property {
    const char *name; /* documented spelling */
    enum object_property_type type;
    uint32_t flags;
    int64_t min;          /* integers; strings: least length */
    int64_t max;          /* integers; strings: most bytes */
    const char *column;   /* NULL: computed, see the class's hooks */
    const char *describe; /* one line for `smsctl classes` and the manual */
};

/* A method of a class (SMS_Site.SetAuthenticationLevel). */
struct object_method;

struct object_class {
    const char *name; /* "SMS_Collection" */
    const char *describe;
    uint16_t type; /* rbac object type that secures it */
    uint8_t read;  /* operation bits of that type for each verb */
    uint8_t create;
    uint8_t modify;
    uint8_t remove;
    bool can_create;
    bool can_modify;
    bool can_remove;
    const struct object_property *properties;
    size_t n_properties;
    const struct object_method *methods;
    size_t n_methods;
    const struct object_hooks *hooks; /* private to this room */
    const char *table;                /* private to this room */
};

/* NULL when there is none; names without regard to case. */
const struct object_class *object_class_find(struct text name);

/* All classes, for `smsctl classes` and the schema: [*n_out]. */
const struct object_class *const *object_classes(size_t *n_out);

/* ---- Methods ---- */

struct object_call; /* below */

struct object_method {
    const char *name;
    const char *describe;
    uint8_t operation;       /* bit of the class's type that calling it needs */
    bool is_static;          /* called on the class, without a key */
    bool full_administrator; /* only the top may (A6) */
    bool refused_when_excepted; /* not for accounts below the minimum (A8) */
    enum status (*run)(struct object_call *call, const json_t *args,
                       struct json_writer *result);
};

/* NULL when the class has none of that name; without regard to case. */
const struct object_method *object_method_find(const struct object_class *class,
                                               struct text name);

/* ---- Who acts, and what went wrong ---- */

/*
 * The caller as the gate knows them. may() is the gate's own question for a
 * second right; a denial is remembered there and becomes the answer.
 */
struct object_actor {
    const char *user;
    const struct rbac_engine *engine;
    const struct rbac_subject *subject;
    enum auth_level level;
    bool is_excepted;   /* served below the minimum by an exclusion */
    uint32_t own_admin; /* the caller's own record, RBAC_NONE: by group only */
    int64_t now_s;
};

/*
 * Why a call failed, for the caller: filled together with the status.
 * STATUS_DENIED: decision (and class/operation asked); STATUS_INVALID:
 * property and why; STATUS_CONFLICT: why, and where (a policy file's place).
 */
struct object_failure {
    struct rbac_decision decision;
    uint16_t denied_type;
    uint8_t denied_operation;
    char property[64];
    char why[512];
};

/* One act on the store: in a change when it writes, else reading only. */
struct object_call {
    struct store *store;
    struct object_actor actor;
    const struct object_class *class;
    struct object_target *target; /* NULL for create and static methods */
    struct object_failure failure;
    bool estate_changed; /* set when rights may now be others: rebuild */
};

/* ---- The stored object, as the gate needs it ---- */

enum { OBJECT_LABELS_MAX = 1024, OBJECT_KEY_MAX_BYTES = 256 };

/*
 * An object's row and what secures it: indexes into the engine's estate, in
 * rbac_request terms. A deployment names a second type and labels (its
 * object's), both of which must be readable to see it.
 */
struct object_target {
    int64_t row;
    int64_t version; /* for if_version */
    char key[OBJECT_KEY_MAX_BYTES + 1];
    char name[OBJECT_KEY_MAX_BYTES + 1]; /* for people and the audit */
    uint32_t *labels;                    /* owned: object_target_clear */
    size_t n_labels;
    uint16_t also_type; /* 0: none */
    uint32_t *also_labels;
    size_t n_also_labels;
};

/*
 * STATUS_NOT_FOUND when the key names nothing. The map translates store rows
 * of scopes and collections to the engine's indexes.
 */
struct object_map;
MUST_CHECK
enum status object_target_read(struct store *store,
                               const struct object_map *map,
                               const struct object_class *class,
                               struct text key,
                               struct object_target *target_out);
void object_target_clear(struct object_target *target);

/* ---- Verbs ---- */

/* properties: array of names, NULL for all that are not lazy-by-list. */
MUST_CHECK
enum status object_get(struct object_call *call, const json_t *properties,
                       struct json_writer *result);

/* Asked for every row inside the query; false leaves it out. */
struct object_filter {
    bool (*may_read)(void *context, uint16_t type, const uint32_t *labels,
                     size_t n_labels);
    void *context;
    const struct object_map *map;
};

struct object_list {
    const json_t *properties; /* array of names or NULL */
    struct text filter;       /* "Name = 'x' AND MemberCount > 3"; empty: all */
    struct text order;        /* property name, "-" before it: descending */
    int64_t limit;            /* rows in this page */
    struct text after;        /* key of the last row of the page before */
    bool count;
};

enum { OBJECT_LIST_MAX = 10000, OBJECT_LIST_DEFAULT = 100 };

/* Writes {"items":[..],"next":..,"count":..}. */
MUST_CHECK
enum status object_list(struct object_call *call,
                        const struct object_list *list,
                        const struct object_filter *filter,
                        struct json_writer *result);

/* Writes the new object. */
MUST_CHECK
enum status object_create(struct object_call *call, const json_t *properties,
                          struct json_writer *result);

/* if_version: -1 for any. Writes the changed object. */
MUST_CHECK
enum status object_update(struct object_call *call, const json_t *properties,
                          int64_t if_version, struct json_writer *result);
MUST_CHECK
enum status object_delete(struct object_call *call, int64_t if_version);
