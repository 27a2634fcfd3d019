/*
 * The inside of the object room, for its files only.
 *
 * Every class has a table (or view) whose rows are read through the alias "t":
 * row, version, place (of the policy file that declares it, or NULL), and one
 * column per stored property. What secures a row is in it or one step away, so
 * that one statement fetches an object with its labels.
 */
#pragma once

#include "provider/base/identity.h"
#include "provider/base/mutant.h"
#include "provider/object/class_list.h"
#include "provider/object/object.h"
#include "provider/object/question.h"
#include "provider/object/resource.h"
#include "provider/object/site.h"
#include "rbac/administer.h"

enum {
    PROPERTIES_MAX = 64, /* bits of a set */
    PLACE_MAX_BYTES = 127,
    KEY_SERIAL_MAX = 0xFFFFF, /* five hexadecimal digits */
    SITE_OP_IMPORT_MACHINE = 19,
};

/* A property's value on its way between JSON and the store. */
struct object_value {
    bool is_given;
    bool is_null;
    int64_t integer;
    struct text text;   /* JSON text for arrays */
    const json_t *json; /* as given; arrays that a hook reads itself */
    char *owned;        /* what text points into, or NULL */
};

struct object_values {
    struct object_value of[PROPERTIES_MAX]; /* as the class's properties */
};
void object_values_clear(struct object_values *values);

struct row_list;
struct pending;

/* What the rows of an import share. */
struct object_batch {
    bool may_create;          /* what all new objects need was asked */
    struct row_list *created; /* in order; until after_import took them */
    bool is_stored;           /* something of this row is */
    bool is_quiet;            /* the class says so (object_hooks) */
    /* Of a quiet one: the object that the last row referred to, and might. */
    const struct object_reference *referred;
    int64_t referred_row;
    int64_t next_row; /* of a new object; 0: to be looked up */
    bool is_of_top; /* the caller may give anything: making one asks nothing */
    struct pending *pending; /* new objects wait there; NULL: stored at once */
};

/* The hooks of a class, for rules that no table expresses. */
struct object_hooks {
    /* Each may be NULL. Values have everything that is about to be stored,
     * references have been checked. */
    enum status (*before_create)(struct object_call *call,
                                 struct object_values *values);
    enum status (*after_create)(struct object_call *call,
                                const struct object_values *values,
                                int64_t row);
    enum status (*before_update)(struct object_call *call,
                                 const struct object_values *old,
                                 struct object_values *values);
    enum status (*after_update)(struct object_call *call,
                                const struct object_values *old,
                                const struct object_values *values);
    /*
     * In an import that does not say which property names an object: the row
     * that the properties are about. STATUS_NOT_FOUND: there is none that the
     * caller may read, or they are wrong, which is reported on creating one.
     */
    enum status (*find_alike)(struct object_call *call,
                              const json_t *properties, int64_t *row_out);
    /* In an import, after some of its rows and at its end, instead of
     * after_create: for the rows in call->batch->created. A class that has it
     * is not read by the hooks above for a new object: it may not be stored
     * until then. */
    enum status (*after_import)(struct object_call *call);
    /*
     * At the beginning of an import: does nothing follow from storing a row?
     * Then storing it is the last that can fail for its own sake, and no row
     * changes what another one needs.
     */
    enum status (*find_quiet)(struct object_call *call, bool *is_quiet_out);
    /* Before and after checking whether anything uses it. */
    enum status (*may_delete)(struct object_call *call);
    enum status (*before_delete)(struct object_call *call);
    enum status (*after_delete)(struct object_call *call,
                                const struct object_values *old);
    /* The row of a new object; NULL: the table's next. */
    enum status (*give_row)(struct object_call *call,
                            const struct object_values *values,
                            int64_t *row_out);
};

/* ---- Classes ---- */

#define DECLARE_CLASS(class) extern const struct object_class class;
CLASSES(DECLARE_CLASS)
#undef DECLARE_CLASS

/*
 * Publishes what object_class_added() returns: classes[n] in place of those
 * before. Whoever holds one of those keeps it: neither they nor lists of them
 * are ever freed. One thread at a time.
 */
const struct object_class *object_class_find_added(struct text name);
MUST_CHECK
enum status object_classes_publish(const struct object_class *const *classes,
                                   size_t n);

/* Where it stands among object_classes; -1: it is none of them. */
enum { CLASSES_MAX = 160 };
int object_class_number(const struct object_class *class);

/* The index of a property by name, without regard to case; -1: none. */
int object_property_index(const struct object_class *class, struct text name);

/* Of a property that is known to exist. */
size_t object_property_at(const struct object_class *class, const char *name);

/* The class of a type whose objects carry scopes, or NULL. */
const struct object_class *object_class_of_scopes(int64_t type);

/* The class whose rows are the objects of a type, or NULL: not a view, not
 * what is part of others, nor devices. */
const struct object_class *object_class_of_type(uint16_t type);

/* Of a device, a user or a group of users, by its number. */
const struct object_class *object_class_of_resource(int64_t resource);

/* ---- Statements generated from the descriptions, once ---- */

enum { USES_MAX = 8 };

enum { NEW_ROWS = 40 };

struct class_sql {
    const char *target;  /* by key: see the columns below */
    const char *by_name; /* keys of those that have a name and may be read */
    /* Users of an object, for actor_check_unused. */
    const char *uses[USES_MAX];
    size_t n_uses;
    const char *insert; /* row, then the stored properties */
    /* Of a class whose new objects may wait (act/pending.h): NEW_ROWS such rows
     * at once. A failure leaves some of them: the caller undoes more. */
    const char *insert_many;
    const char *update; /* the stored properties, then the row */
    const char *remove; /* row */
    /* Of a list that is sought by (entries.h): row, value. */
    const char *entry_add[PROPERTIES_MAX];
    const char *entry_drop[PROPERTIES_MAX];
    const char *entry_add_many[PROPERTIES_MAX]; /* as many */
    const char *set_scopes; /* of a class whose objects have them: blob, row */
    const char *columns;
    int column_of[PROPERTIES_MAX];        /* in target, as kept; or -1 */
    int answer_of[PROPERTIES_MAX];        /* in target, as answered; or -1 */
    const char *computed[PROPERTIES_MAX]; /* statement by key, for each */
    const char *all_computed;             /* those of computed, together */
    int computed_at[PROPERTIES_MAX];      /* in all_computed; -1: not there */
    uint64_t computed_set;                /* bit i: property i is there */
    /* Each property as JSON where it is null: "Name":null */
    struct text null_member[PROPERTIES_MAX];
};

/* Columns of target before the stored properties. */
enum {
    TARGET_ROW,
    TARGET_VERSION,
    TARGET_KEY,
    TARGET_NAME,
    TARGET_PLACE,
    TARGET_LABELS,
    TARGET_ALSO, /* type and labels of each */
    TARGET_PROPERTIES = TARGET_ALSO + 2 * OBJECT_ALSO_MAX,
};

/* Of one class, for classes that are made at run time (class.h). */
MUST_CHECK
enum status class_sql_make(const struct object_class *class,
                           struct class_sql *into);
void class_sql_free(struct class_sql *made);

/* NULL: out of memory. The strings live as long as the program. */
const struct class_sql *object_class_sql(const struct object_class *class);

/* Labels of a row as SQL over "t", or NULL. */
const char *object_class_labels(const struct object_class *class);

/* A property's value, in answers and conditions: SQL over "t". */
void object_property_put(const struct object_property *property,
                         struct buf *sql);

/* Is it kept in a column that the class's own statements write? Not in one that
 * every table has. */
bool object_property_is_stored(const struct object_property *property);

/* Can objects be sorted by it? */
bool object_property_has_order(const struct object_property *property);

/* Has the index of its names no regard to case? */
bool object_name_is_sought(const struct object_class *class);

/* Is it a list whose entries are kept in a table of their own too? */
bool object_property_has_entries(const struct object_property *property);

/* ---- The schema, generated from the descriptions (class_schema_sql.c) ---- */

/* Of this program; a class of a later version than 1 says so (since). Sets are
 * stored by block from a version of their own on, and there are devices that
 * wait for rules, and makers that are kept (approver.h). */
enum {
    SCHEMA_SETS_VERSION = 4,
    SCHEMA_ARRIVALS_VERSION = 5,
    SCHEMA_MAKERS_VERSION = 6,
};
int schema_version(void); /* the newest of these */

/* What was added after a version and up to another: tables, then their
 * indexes. */
void schema_put_tables(int after, int until, struct buf *sql);
void schema_put_indexes(int after, int until, struct buf *sql);

/* Where rows of their consoles begin, of classes whose objects policy files
 * declare: others ask row_next(). */
void schema_put_sequences(int after, int until, struct buf *sql);

/* The views "secured": every object in a scope, a row for each scope; and
 * "filed": every object in a folder, with what secures it. */
void schema_put_secured(int until, struct buf *sql);

/* As site_prepare; a new store gets the schema of an earlier version, from
 * which the steps can be tried. */
MUST_CHECK
enum status schema_prepare(struct store *store, const char *code,
                           const char *name, int new_version);

/* The condition over "t" that the caller meets the class's own need of the row
 * (sight_begin); besides there are others. */
void class_put_need(const struct object_class *class, struct buf *sql);

/* The condition over "t" that the caller may read the row. */
void class_put_may(const struct object_class *class, struct buf *sql);

/* The same for many rows: devices are looked up in the set of the visible,
 * which costs more the first time and less every other time. */
void class_put_sees(const struct object_class *class, struct buf *sql);

/* ---- Classes of inventory (inventory/) ---- */

/* Gives the site the shipped classes, and the properties of them, that it does
 * not have yet; within a change. */
MUST_CHECK
enum status inventory_ship(struct store *store);

/* ---- Rows and indexes ---- */

enum map_kind {
    MAP_ROLE = 0,
    MAP_SCOPE,
    MAP_COLLECTION,
    MAP_ADMIN,
    N_MAP_KINDS,
};

struct object_map {
    struct {
        uint32_t *index_of; /* [n_rows], by row - first_row */
        int64_t first_row;
        int64_t n_rows;  /* from the first to the last, gaps included */
        int64_t *row_of; /* [n_indexes] */
        size_t n_indexes;
    } of[N_MAP_KINDS];
    uint32_t *limits; /* [of[MAP_COLLECTION].n_indexes]: of collections */
};

/* Index of a row; RBAC_NONE if the map does not know it. */
uint32_t object_map_index(const struct object_map *map, enum map_kind kind,
                          int64_t row);

/* rows[n_rows], ascending as the estate has them. */
MUST_CHECK
enum status object_map_fill(struct object_map *map, enum map_kind kind,
                            const int64_t *rows, size_t n_rows);
MUST_CHECK
enum status object_map_copy(struct object_map *map,
                            const struct object_map *from, enum map_kind kind);
void object_map_clear(struct object_map *map);

/*
 * Labels in a row to indexes, without unknown ones. Room for label_count() of
 * them.
 */
enum { LABEL_BYTES = 4 };
enum label_kind label_kind_of(enum label_kind kind, int64_t type);
size_t label_count(enum label_kind kind, struct text packed);
size_t label_read(const struct object_map *map, enum label_kind kind,
                  struct text packed, int64_t row, uint32_t *labels_out);
uint32_t label_at(struct text packed, size_t i);
void label_append(struct buf *packed, int64_t row);

/* Is it built in? While the target holds its row. */
bool object_is_built_in(const struct object_class *class,
                        const struct object_target *target);

/* ---- Failures ---- */

/* Each sets call->failure and returns its status. */
enum status fail_invalid(struct object_call *call, const char *property,
                         const char *format, ...)
    __attribute__((format(printf, 3, 4)));
enum status fail_conflict(struct object_call *call, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
enum status fail_denied(struct object_call *call, struct rbac_decision decision,
                        struct object_need need);
/* Of another object than the act's own; what is denied was said before. */
enum status fail_of(struct object_call *call,
                    const struct object_target *target);
/* What else is missing, in the sentence and for programs. */
void fail_missing(struct object_call *call, const struct rbac_missing *missing);
enum status fail_guard(struct object_call *call, enum rbac_reason reason,
                       struct object_need need, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* ---- Second rights ---- */

/* One question, without side effects. */
struct rbac_decision actor_check(const struct object_call *call,
                                 struct object_need need, bool is_type_wide,
                                 const uint32_t *labels, size_t n_labels);

/* The same of an object, its second need included. target NULL: type-wide. */
struct question actor_question(const struct object_call *call,
                               struct object_need need,
                               const struct object_target *target);

/* May the caller read the target, its second need included? */
bool actor_may_read(const struct object_call *call,
                    const struct object_class *class,
                    const struct object_target *target);

/*
 * The object that a property refers to. Missing and hidden are the same
 * STATUS_INVALID about the property.
 */
MUST_CHECK
enum status actor_refer(struct object_call *call, const char *property,
                        const struct object_class *class, struct text key,
                        struct object_target *target_out);

/* Needs on a target that may be read. */
MUST_CHECK
enum status actor_need(struct object_call *call, struct object_need need,
                       const struct object_target *target);

/* Declared objects can only be changed in their policy file. */
MUST_CHECK
enum status actor_check_declared(struct object_call *call);

/*
 * Refuses while something uses the target. sql returns the class name and key
 * of each user for the target's row (?1) and key (?2); one is named if the
 * caller may read one.
 */
MUST_CHECK
enum status actor_check_unused(struct object_call *call, const char *sql);

/* Somebody's rights may have changed. */
MUST_CHECK
enum status estate_touch(struct object_call *call);

/* ---- Values ---- */

/* JSON properties into values; errors set the failure. */
MUST_CHECK
enum status object_values_read(struct object_call *call,
                               const json_t *properties, bool is_create,
                               struct object_values *values);

/* One value against one description: also for arguments of methods. */
MUST_CHECK
enum status object_value_read(struct object_call *call,
                              const struct object_property *property,
                              const json_t *json, struct object_value *value);

/* An argument of a method by name, without regard to case; NULL: not given. */
const json_t *object_argument(const json_t *args, const char *name);

/* Copies of the stored properties of the target's row. */
MUST_CHECK
enum status object_values_load(struct object_call *call,
                               struct object_values *values);

MUST_CHECK
enum status object_value_set_text(struct object_value *value, struct text text);
void object_value_set_int(struct object_value *value, int64_t integer);
void object_value_bind(struct store_stmt *stmt, int index,
                       const struct object_property *property,
                       const struct object_value *value);

/* A column as JSON. */
void object_value_write(struct json_writer *result,
                        const struct object_property *property,
                        struct store_stmt *stmt, int column);

/* A column with the name of its property, number i of the class. */
void object_member_write(struct json_writer *result,
                         const struct object_class *class,
                         const struct class_sql *sql, size_t i,
                         struct store_stmt *stmt, int column);

/* ---- Reading ---- */

/* "CollectionID", or a name that is not there: failure with "did you mean". */
MUST_CHECK
enum status object_property_find(struct object_call *call, struct text name,
                                 size_t *index_out);

/* A set of properties to answer: bit i for property i. */
MUST_CHECK
enum status object_properties_read(struct object_call *call,
                                   const json_t *names, bool is_list,
                                   uint64_t *set_out);

/* SQL: may the caller read security scopes? Nobody else sees their names
 * (R7.3.4, T60); as a type without instances, all or none (R7.4.1). */
#define SCOPES_SHOWN                                                           \
    "(sms_may(29, 0, 0, NULL) OR " MUTANT_SQL("a10-scope-names") ")"

/* SQL calls sms_may(type, operation, kind, labels), and asks for devices that
 * are visible (query/visible.h), while this is in force. */
struct visible_part {
    struct member_block *blocks; /* owned: [n_blocks] */
    bool *are_made;              /* owned: [n_blocks] */
    int64_t first;               /* number of blocks[0] */
    size_t n_blocks;
};
enum { VISIBLE_TOPS_MAX = 8 };
struct visible_top {
    int64_t collection;
    int64_t n_devices;  /* of a collection of devices */
    bool is_of_devices; /* others hold none */
};
struct visible {
    struct store *store;
    const struct object_filter *filter;
    struct visible_part parts[N_RESOURCE_KINDS];
    struct visible_top tops[VISIBLE_TOPS_MAX]; /* [n_tops]: readable */
    size_t n_tops;     /* more: what all hold was joined when it was made */
    int64_t n_devices; /* of the site */
    int64_t limit_to;  /* a collection outside of which nothing is; or 0 */
    bool is_made;
    enum status failed; /* making it: nothing is visible then */
};

struct sight {
    const struct object_filter *filter;
    struct visible visible;
    uint32_t *scratch; /* owned */
    size_t n_scratch;
    bool has_failed; /* out of memory: a row was left out */
};
MUST_CHECK
enum status sight_begin(struct sight *sight, struct store *store,
                        const struct object_filter *filter);
/* STATUS_NO_MEMORY if a row was left out. */
MUST_CHECK
enum status sight_status(const struct sight *sight);
void sight_end(struct sight *sight, struct store *store);

/* The filter that asks for the caller alone. */
struct object_filter actor_filter(struct object_call *call);

/* ---- Filters ---- */

struct filter_value {
    bool is_text;
    int64_t integer;
    struct text text; /* in the scratch of the filter */
};

enum {
    FILTER_MAX_BYTES = 4096,
    FILTER_MAX_DEPTH = 32,
    FILTER_MAX_TERMS = 64,
    FILTER_MAX_VALUES = FILTER_MAX_TERMS + 8, /* prefixes too (sought_sql.h) */
};

struct filter {
    struct buf sql;     /* a condition over t; "" when there is none */
    struct buf sought;  /* " FROM .. t WHERE .. AND ", for indexes; or "" */
    const char *row;    /* the row in the order that sought gives, or NULL */
    struct buf scratch; /* bytes of the values */
    struct filter_value values[FILTER_MAX_VALUES];
    size_t value_at[FILTER_MAX_VALUES]; /* offsets into scratch */
    size_t n_values;
    size_t n_sought;  /* the last of them, in sought alone */
    struct buf probe; /* counts what is sought (sought_put_probe), or "" */
    int probe_last;   /* its last parameter */
    bool is_ordered;  /* what is sought comes in the order of keys */
    bool is_of_key;   /* it is sought by key: few */
    char why[160];
};
void filter_clear(struct filter *filter);

/*
 * "Name = 'x' AND MemberCount > 3" as a condition whose values are parameters
 * from first on. STATUS_INVALID with why filled.
 */
MUST_CHECK
enum status filter_read(const struct object_class *class, struct text text,
                        int first, struct filter *filter_out);

/* ---- Functions in SQL, and scopes ---- */

/* Registers what SQL of this room calls. */
MUST_CHECK
enum status object_functions_register(struct store *store);

/* The scopes blob of an object from its memberships. */
MUST_CHECK
enum status scopes_refresh(struct store *store,
                           const struct object_class *class, int64_t row);
MUST_CHECK
enum status scopes_add(struct store *store, int64_t type, int64_t row,
                       int64_t scope);
MUST_CHECK
enum status scopes_remove(struct store *store, int64_t type, int64_t row,
                          int64_t scope);

/* The scopes a new object gets from its creator (R8.2, R8.3). */
MUST_CHECK
enum status scopes_of_creator(struct object_call *call, int64_t row);

/* Removes a deleted object from all its scopes. */
MUST_CHECK
enum status scopes_drop(struct store *store, int64_t type, int64_t row);

/* ---- Assignments of administrators, by rows ---- */

struct grant_rows {
    const int64_t *roles;
    size_t n_roles;
    const int64_t *scopes;
    size_t n_scopes;
    const int64_t *collections;
    size_t n_collections;
    int64_t from_s;
    int64_t until_s;
};
MUST_CHECK
enum status admin_drop_assignments(struct store *store, int64_t admin);
MUST_CHECK
enum status admin_assign(struct store *store, int64_t admin,
                         const struct grant_rows *grants);

/* The store's number that disables the rule that nobody gives more than they
 * hold. */
#define SITE_LENIENT "delegation.lenient"

/* The next row of a class; rows are never reused. */
MUST_CHECK
enum status row_next(struct store *store, const struct object_class *class,
                     int64_t *row_out);

/* "P0100014" of a row; STATUS_LIMIT if five digits do not suffice. */
enum { SITE_KEY_BYTES = 9 };
MUST_CHECK
enum status site_key(struct store *store, int64_t row,
                     char key_out[SITE_KEY_BYTES]);
