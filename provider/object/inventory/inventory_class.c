/*
 * A class made of a description.
 */
#include "provider/object/inventory/inventory.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "provider/object/inventory/inventory_sql.h"

enum {
    CLASS_MAX_BYTES = 512 * 1024,
    PROPERTIES_OF_ALL = 6, /* before and behind those of the description */
    RESOURCE_MAX_BITS = 62 - INSTANCE_BITS,
};

const struct inventory_class *inventory_class_of(
    const struct object_class *class)
{
    return class->hooks == &inventory_row_hooks
               ? (const struct inventory_class *)(const void *)class
               : NULL;
}

_Static_assert(offsetof(struct inventory_class, class) == 0,
               "a class of inventory begins with the class");

void inventory_class_free(struct inventory_class *made)
{
    if (!made)
        return;
    class_sql_free(&made->sql);
    arena_end(made->arena);
    free(made);
}

/* ---- Properties ---- */

static const struct object_property instance_key = {
    "InstanceKey", OBJECT_INTEGER, OBJECT_KEY | OBJECT_READ_ONLY, 1, INT64_MAX,
    "row",         NULL,           "Key, given by the site"};
static const struct object_property resource_of_many = {
    "ResourceID",
    OBJECT_INTEGER,
    OBJECT_REQUIRED | OBJECT_FIXED,
    1,
    INT64_C(1) << RESOURCE_MAX_BITS,
    "device",
    NULL,
    "The device"};
static const struct object_property resource_of_one = {
    "ResourceID",
    OBJECT_INTEGER,
    OBJECT_KEY | OBJECT_REQUIRED | OBJECT_FIXED,
    1,
    INT64_C(1) << RESOURCE_MAX_BITS,
    "row",
    NULL,
    "The device"};
static const struct object_property group_of_many = {
    "GroupID",           OBJECT_INTEGER,
    OBJECT_READ_ONLY,    1,
    INSTANCES_MAX,       NULL,
    "(t.row & 1048575)", "Number of the row among those of the device"};
static const struct object_property group_of_one = {
    "GroupID", OBJECT_INTEGER,           OBJECT_READ_ONLY, 1, 1, NULL,
    "1",       "1: a device has one row"};
static const struct object_property time_stamp = {
    "TimeStamp",
    OBJECT_DATETIME,
    0,
    0,
    0,
    "seen",
    NULL,
    "When the device reported it; when it was stored, if not given"};
static const struct object_property row_version = {
    "RowVersion",
    OBJECT_INTEGER,
    OBJECT_READ_ONLY,
    0,
    INT64_MAX,
    "row_version",
    NULL,
    "Counts changes; give it as if_version"};

_Static_assert(INSTANCES_MAX == 1048575, "SQL has it in figures");
_Static_assert(DESCRIPTION_PROPERTIES_MAX + PROPERTIES_OF_ALL <= PROPERTIES_MAX,
               "a class has room for its description");

static int64_t least(enum object_property_type type)
{
    return type == OBJECT_INTEGER ? INT64_MIN : 0;
}

static int64_t most(const struct description_property *p)
{
    switch (p->type) {
    case OBJECT_INTEGER:
        return INT64_MAX;
    case OBJECT_STRING:
    case OBJECT_STRINGS:
        return p->width;
    case OBJECT_BOOLEAN:
        return 1;
    case OBJECT_DATETIME:
    case OBJECT_EMBEDDED:
    case OBJECT_DATETIMES:
        break;
    }
    return 0;
}

static uint32_t flags_of(const struct description_property *p)
{
    const uint32_t key = OBJECT_REQUIRED | OBJECT_FIXED | OBJECT_UNIQUE_PART;

    return (p->is_key ? key : 0) | (p->is_indexed ? OBJECT_SOUGHT : 0);
}

static void put_property(struct arena *arena,
                         const struct description_property *p, size_t number,
                         struct object_property *into)
{
    *into = (struct object_property){
        .name = arena_text(arena, p->name),
        .type = p->type,
        .flags = flags_of(p),
        .min = least(p->type),
        .max = most(p),
        .column = arena_format(arena, "c%zu", number),
        .describe = arena_text(arena, p->describe),
    };
}

static size_t put_properties(const struct inventory_class *made,
                             const struct description *description,
                             struct object_property *into)
{
    size_t n = 0;

    if (made->has_keys) {
        into[n++] = instance_key;
        into[n++] = resource_of_many;
        into[n++] = group_of_many;
    } else {
        into[n++] = resource_of_one;
        into[n++] = group_of_one;
    }
    into[n++] = time_stamp;
    for (size_t i = 0; i < description->n_properties; i++)
        put_property(made->arena, &description->properties[i], i + 1,
                     &into[n++]);
    into[n++] = row_version;
    return n;
}

/* ---- The class ---- */

/* A row needs what its device needs: both are hidden, or neither. */
static const struct object_reference references[] = {
    {"ResourceID", NULL, &class_device,
     .need = {RBAC_TYPE_COLLECTION, RBAC_OP_MODIFY_RESOURCE},
     .kind = OBJECT_PART_OF},
};

static void put_class(struct inventory_class *made,
                      const struct description *description,
                      const struct object_property *properties,
                      size_t n_properties)
{
    struct arena *arena = made->arena;

    made->class = (struct object_class){
        .name = arena_text(arena, description->name),
        .describe = arena_text(arena, description->describe),
        .type = RBAC_TYPE_COLLECTION,
        .read = {RBAC_TYPE_COLLECTION, RBAC_OP_READ_RESOURCE},
        .create = {RBAC_TYPE_COLLECTION, RBAC_OP_MODIFY_RESOURCE},
        .modify = {RBAC_TYPE_COLLECTION, RBAC_OP_MODIFY_RESOURCE},
        .remove = {RBAC_TYPE_COLLECTION, RBAC_OP_MODIFY_RESOURCE},
        .can_create = true,
        .can_modify = true,
        .can_remove = true,
        .properties = properties,
        .n_properties = n_properties,
        .table = arena_format(arena, "inv_%" PRId64, made->row),
        .key_column = "row",
        .name_column = "row",
        .has_integer_key = true,
        .is_of_device = true,
        .label_kind = LABELS_COLLECTIONS,
        .labels = made->has_keys ? SQL_INVENTORY_LABELS_OF_MANY
                                 : SQL_INVENTORY_LABELS_OF_ONE,
        .device = made->has_keys ? "t.device" : "t.row",
        .references = references,
        .n_references = ARRAY_SIZE(references),
        .hooks = &inventory_row_hooks,
    };
}

static enum status keep_description(struct inventory_class *made,
                                    const struct description *description)
{
    json_t *json = description_write_json(description);
    char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;

    json_decref(json);
    if (!text)
        return STATUS_NO_MEMORY;
    made->description = arena_text(made->arena, text_of(text));
    free(text);
    return STATUS_OK;
}

enum status inventory_class_make(int64_t row,
                                 const struct description *description,
                                 struct inventory_class **made_out)
{
    OWNED(inventory_class) made = calloc(1, sizeof(*made));
    struct object_property *properties;

    if (!made)
        return STATUS_NO_MEMORY;
    TRY(arena_new(CLASS_MAX_BYTES, &made->arena));
    made->row = row;
    made->has_keys = description_has_keys(description);
    properties = arena_alloc(made->arena, PROPERTIES_MAX, sizeof(*properties));
    if (!properties)
        return STATUS_NO_MEMORY;
    put_class(made, description, properties,
              put_properties(made, description, properties));
    inventory_put_statements(made, description);
    TRY(keep_description(made, description));
    TRY(arena_status(made->arena));
    TRY(class_sql_make(&made->class, &made->sql));
    made->class.statements = &made->sql;
    *made_out = TAKE(made);
    return STATUS_OK;
}
