/*
 * A class is one table: its name, its storage, what secures its objects, who
 * may create, change and delete them, and a row for each property.
 *
 * The schema and its steps, statements, validation, JSON, filters, WQL, the
 * list of classes and the audit are generated from it. A plain class is nothing
 * else; hooks (object_private.h) are for rules that a table cannot express.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "provider/base/json_writer.h"
#include "provider/base/status.h"
#include "provider/base/text.h"

struct object_call;
struct object_class;
struct object_hooks;

/*
 * The need of a verb. Usually of the type that labels the objects, but not
 * always: a deployment is read by type 200 and ended by Deploy Applications on
 * the collection it targets; both are checked with the same labels.
 */
struct object_need {
    uint16_t type;
    uint8_t operation; /* bit number */
};

/* The type of a need that everybody meets at the site's level: of what is about
 * the product, the site or the caller alone; and of one that nobody meets. */
enum { OBJECT_FOR_ALL = UINT16_MAX, OBJECT_FOR_NOBODY = UINT16_MAX - 1 };

enum { OBJECT_KEY_MAX_BYTES = 256 };

/* ---- Properties ---- */

enum object_property_type {
    OBJECT_STRING = 0,
    OBJECT_INTEGER, /* int64 in the store, range in the description */
    OBJECT_BOOLEAN,
    OBJECT_DATETIME,  /* "2026-01-31T12:00:00Z" in JSON, seconds in the store */
    OBJECT_STRINGS,   /* array of strings */
    OBJECT_EMBEDDED,  /* array of objects, kept as JSON */
    OBJECT_DATETIMES, /* array of times as in OBJECT_DATETIME, kept as JSON */
};

enum object_property_flag {
    OBJECT_KEY = 1 << 0,
    OBJECT_READ_ONLY = 1 << 1, /* set by the provider */
    OBJECT_REQUIRED = 1 << 2,  /* on create */
    OBJECT_FIXED = 1 << 3,     /* set on create, never changed */
    OBJECT_LAZY = 1 << 4,      /* in object.get only */
    OBJECT_UNIQUE = 1 << 5,
    OBJECT_NAME = 1 << 6,   /* a name: no controls, no bidirectional marks */
    OBJECT_NO_KEY = 1 << 7, /* a name used in files: must not look like a key */
    OBJECT_DEFAULT = 1 << 8, /* a number: otherwise, when not given */
    OBJECT_INDEX = 1 << 9,
    /* Unique together with the others so marked. */
    OBJECT_UNIQUE_PART = 1 << 10,
    /* The key is these, joined by dots. */
    OBJECT_KEY_PART = 1 << 11,
    /* When not given: "A to B", after the first two references. */
    OBJECT_NAMED_AFTER = 1 << 12,
    /* One object, whose parts are checked but mean nothing here (bag.h). */
    OBJECT_BAG = 1 << 13,
    /* Filters and queries find rows by it without a scan (sought_sql.h). */
    OBJECT_SOUGHT = 1 << 14,
    /* A key: made up, so that it is one across sites. */
    OBJECT_GUID = 1 << 15,
    /* Sought, and of one object as good as always: an import finds it so. */
    OBJECT_IDENTITY = 1 << 16,
    /* Of a row that is a pair (is_held): half of it, and sought as keys are. */
    OBJECT_HALF = 1 << 17,
};

/* What a property records of the acts on its object. */
enum object_history {
    OBJECT_NO_HISTORY = 0,
    OBJECT_MADE_BY,
    OBJECT_MADE_ON,
    OBJECT_MADE_AT, /* the site's code */
    OBJECT_CHANGED_BY,
    OBJECT_CHANGED_ON,
};

/* The numbers that a property may have: [n]. It is never null then. */
struct object_choices {
    const int64_t *of;
    size_t n;
    const char *why; /* "It is 0 required or 2 available." */
};

struct object_property {
    const char *name; /* documented spelling */
    enum object_property_type type;
    uint32_t flags;
    int64_t min;          /* integers; strings: least length */
    int64_t max;          /* integers; strings: most bytes */
    const char *column;   /* of the class's table; NULL: computed */
    const char *computed; /* SQL over the row "t"; private to this room */
    const char *describe; /* one line for `smsctl classes` and the manual */

    /* Rarely needed. With column and computed, the column is stored and the
     * computed value is answered, filtered and sorted by. */
    enum object_history history;
    int64_t otherwise; /* of OBJECT_DEFAULT */
    int64_t usual;     /* of a sought integer: the value that has no index */
    const struct object_choices *choices; /* of an integer */
    int since; /* schema version of a column that its table got later; 0: with
                  the table. Null in older rows, so never unique */
};

/* ---- References ---- */

enum object_reference_kind {
    OBJECT_USES = 0, /* keeps the other from being deleted */
    OBJECT_PART_OF,  /* is deleted with the other */
    OBJECT_LOOSE,    /* the other may be gone */
};

/*
 * A property that holds the key of another object. It is checked on create and
 * when it changes; a key that names nothing and one that names a hidden object
 * are refused alike.
 */
struct object_reference {
    const char *property;
    const char *by_name; /* property that may name it instead, or NULL */
    const struct object_class *class;
    struct object_need need; /* on the object, besides reading; type 0: none */
    enum object_reference_kind kind;
};

/* ---- Methods ---- */

struct object_method {
    const char *name;
    const char *describe;
    struct object_need need;    /* on the object; type-wide if static */
    bool is_static;             /* called on the class, without a key */
    bool is_reading;            /* changes nothing: needs no change to run in */
    bool full_administrator;    /* only for the top (A6) */
    bool is_about_others;       /* changes objects of another class alone */
    bool is_for_all;            /* about oneself: the site's level suffices */
    bool refused_when_excepted; /* not for users named by an exclusion (A8) */
    int message_id;             /* of the audit catalogue when done, 0: none */
    int refused_message_id;     /* when denied */
    const struct object_property *args; /* [n_args] */
    size_t n_args;
    enum status (*run)(struct object_call *call, const json_t *args,
                       struct json_writer *result); /* see object_invoke */
};

/* ---- Classes ---- */

/* Ids of the product's audit catalogue; 0 where it has none. */
struct object_messages {
    int created;
    int modified;
    int deleted;
    int create_refused;
    int modify_refused;
    int delete_refused;
};

/* How the labels of a row are kept. */
enum label_kind {
    LABELS_NONE = 0,    /* secured by role alone */
    LABELS_SCOPES,      /* blob of scope rows, 4 bytes each, little endian */
    LABELS_COLLECTIONS, /* blob of collection rows */
    LABELS_COLLECTION,  /* one collection row, an integer */
    LABELS_SCOPE,       /* one scope row, an integer */
    LABELS_OF_TYPE,     /* as the row's own type: a collection row, or a blob of
                           scope rows */
};

/*
 * A need of a row besides its own: to read what a deployment deploys. Type and
 * labels are SQL over "t".
 */
struct object_also {
    enum label_kind kind;
    uint8_t operation;
    const char *type; /* NULL: there is no such need */
    const char *labels;
};
enum { OBJECT_ALSO_MAX = 2 };

struct object_class {
    const char *name; /* "SMS_Collection" */
    const char *describe;
    uint16_t type;             /* rbac object type of its instances */
    struct object_need read;   /* on the object */
    struct object_need create; /* type-wide; the rest is asked in the act */
    struct object_need modify; /* on the object, besides read */
    struct object_need remove; /* on the object, besides read */
    struct object_messages messages;
    bool can_create;
    bool can_modify;
    bool can_remove;
    const struct object_property *properties;
    size_t n_properties;
    const struct object_method *methods;
    size_t n_methods;

    /* ---- Private to this room ---- */

    const char *table;
    bool is_view; /* the table is made by hand */
    const char *key_column;
    const char *key_sought; /* SQL over "t" and the key ?1, which an index
                               answers and the key implies; or NULL */
    const char *name_column;
    bool has_integer_key; /* the key is the row itself */
    const char *extra;    /* columns without a property, or NULL */
    int64_t first_row;    /* where rows of the console begin */
    int since;            /* schema version of the table; 0: the first */
    bool is_of_device;    /* rows belong to the device of their ResourceID */
    bool is_held;         /* rows belong to the collection t.collection, whose
                             label is theirs: it is asked before they are read */
    bool is_audit;        /* rows of the audit: reading them is recorded */
    bool is_estate;       /* a change of any may change rights */

    /* What secures a row, in SQL over "t". With labels NULL the table has a
     * column "scopes", or its rows are devices, whose labels are kept apart
     * (query/label_block.h). */
    enum label_kind label_kind;
    const char *labels;
    struct object_also also[OBJECT_ALSO_MAX]; /* the first ones are given */
    const char *device; /* SQL over "t": the row of the device whose labels
                           those are that are LABELS_COLLECTIONS; or NULL */

    const struct object_reference *references; /* in the order of checks */
    size_t n_references;
    /* Statements that find users of an object other than references, for
     * actor_check_unused: [n_uses]. */
    const char *const *uses;
    size_t n_uses;

    /* The one property that may be changed by hand even if files declare the
     * object, alone; NULL: none. */
    const char *emergency;
    const struct object_hooks *hooks;   /* NULL: a plain class */
    const struct class_sql *statements; /* of one that was made at run time */
};

/* Are its objects put into scopes? Then their type names the class. */
bool object_class_has_scopes(const struct object_class *class);

/* NULL if there is none; names ignore case. */
const struct object_class *object_class_find(struct text name);

/*
 * SMS_CM_RES_COLL_<id> is a class of its own to callers: the members of one
 * collection. Here it is SMS_FullCollectionMembership, and a collection; of
 * other names the collection is empty. Whether there is such a collection is
 * not asked, so that one that is hidden is answered like none.
 */
struct text object_class_collection(struct text name);

/* The key of an object that is asked for by the name of its class: in a class
 * of one collection, the number of a resource. Kept in room, or key itself. */
enum { OBJECT_KEY_ROOM = 320 };
struct text object_class_key(struct text name, struct text key,
                             char room[OBJECT_KEY_ROOM]);

/* Those of the program, for the schema: [*n_out]. */
const struct object_class *const *object_classes(size_t *n_out);

/*
 * Classes of inventory, which a site describes and changes while the provider
 * runs: [*n_out], by name. A class is never changed and lives as long as the
 * program, so any thread may keep it; one that was removed has no table.
 */
const struct object_class *const *object_classes_added(size_t *n_out);

/* NULL if the class has none of that name; ignores case. */
const struct object_method *object_method_find(const struct object_class *class,
                                               struct text name);
