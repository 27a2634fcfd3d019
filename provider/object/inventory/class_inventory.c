/*
 * SMS_InventoryClass: the descriptions of classes of inventory.
 *
 * Creating one makes the class and its table; changing one can only add
 * properties. Deleting one deletes every row of it, hidden or not, so that it
 * needs the right to change every device. Rights are those of type 44, whose
 * operations are not tied to objects: whoever reads devices sees the classes
 * anyway (object.classes).
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/base/mutant.h"
#include "provider/object/class/class_rows.h"
#include "provider/object/inventory/inventory.h"
#include "provider/object/inventory/inventory_sql.h"

enum {
    LOAD_ARENA_BYTES = 32 * 1024 * 1024,
    CLEAR_ROWS_MAX = 2000, /* in a call: a few milliseconds */
};

static const struct object_property properties[] = {
    ROW_KEY("SMSClassID"),
    {"ClassName", OBJECT_STRING, OBJECT_REQUIRED | OBJECT_FIXED | OBJECT_UNIQUE,
     1, DESCRIPTION_NAME_MAX_BYTES, "ClassName", NULL,
     "SMS_G_System_NAME, as queries name it"},
    {"Description", OBJECT_STRING, 0, 0, DESCRIPTION_LINE_MAX_BYTES,
     "Description", NULL, "What a row of it is"},
    {"Properties", OBJECT_EMBEDDED, OBJECT_REQUIRED, 1,
     DESCRIPTION_PROPERTIES_MAX, "Properties", NULL,
     "PropertyName, Type, Width, IsKey, IsIndexed and Description of each"},
    {.name = "IsDeletable",
     .type = OBJECT_BOOLEAN,
     .flags = OBJECT_READ_ONLY | OBJECT_DEFAULT,
     .max = 1,
     .column = "IsDeletable",
     .describe = "False: it is shipped",
     .otherwise = 1},
    MADE_AT_SITE,
    MADE_BY("CreatedBy"),
    MADE_ON("CreatedDate", "CreatedDate"),
    CHANGED_BY("LastModifiedBy"),
    CHANGED_ON("LastModifiedDate", "LastModifiedDate"),
    ROW_VERSION,
};

enum { NAME_AT = 1, DESCRIPTION_AT = 2, PROPERTIES_AT = 3 };

/* ---- Creating and changing ---- */

static enum status fail_described(struct object_call *call,
                                  const struct description_fault *fault)
{
    return fail_invalid(call, "Properties", "%s.", fault->why);
}

/* Texts of values and JSON; the JSON lives as long as the caller keeps it. */
static enum status read_values(struct object_call *call,
                               const struct object_values *values,
                               const json_t *json,
                               struct description *description)
{
    struct description_fault fault;

    description->name = values->of[NAME_AT].text;
    description->describe = values->of[DESCRIPTION_AT].text;
    if (description_read_json(json, description, &fault) != STATUS_OK ||
        description_check(description, &fault) != STATUS_OK)
        return fail_described(call, &fault);
    return STATUS_OK;
}

static enum status keep(const struct description *description,
                        struct object_values *values)
{
    json_t *json = description_write_json(description);
    char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
    enum status kept = STATUS_NO_MEMORY;

    json_decref(json);
    if (text)
        kept = object_value_set_text(&values->of[PROPERTIES_AT], text_of(text));
    free(text);
    return kept;
}

static void json_drop(json_t **json)
{
    json_decref(*json);
}

static json_t *json_of(const struct object_values *values)
{
    const struct text text = values->of[PROPERTIES_AT].text;

    return json_loadb(text.data ? text.data : "", text.size, 0, NULL);
}

static enum status before_create(struct object_call *call,
                                 struct object_values *values)
{
    SCOPED(json_drop) json_t *json = json_of(values);
    struct description description = {0};

    TRY(read_values(call, values, json, &description));
    if (object_class_find(description.name) &&
        !object_class_find_added(description.name))
        return fail_conflict(call, "The provider has a class of this name.");
    if (inventory_check_room(call->store) != STATUS_OK)
        return fail_conflict(call, "A site has at most %d of these classes.",
                             DESCRIPTION_CLASSES_MAX);
    return keep(&description, values);
}

/* As it was stored. */
static enum status read_stored(struct object_call *call,
                               const struct object_values *values,
                               json_t **json_out,
                               struct description *description)
{
    *json_out = json_of(values);
    return read_values(call, values, *json_out, description);
}

static enum status touch(struct object_call *call)
{
    TRY(inventory_touch(call->store));
    return estate_touch(call); /* classes are published with a generation */
}

static enum status after_create(struct object_call *call,
                                const struct object_values *values, int64_t row)
{
    SCOPED(json_drop) json_t *json = NULL;
    struct description description = {0};

    TRY(read_stored(call, values, &json, &description));
    TRY(inventory_table_make(call->store, row, &description));
    return touch(call);
}

static enum status before_update(struct object_call *call,
                                 const struct object_values *old,
                                 struct object_values *values)
{
    SCOPED(json_drop) json_t *old_json = NULL;
    SCOPED(json_drop) json_t *json = NULL;
    struct description before = {0};
    struct description wanted = {0};
    struct description extended;
    struct description_fault fault;

    TRY(read_stored(call, old, &old_json, &before));
    TRY(read_stored(call, values, &json, &wanted));
    if (description_extend(&before, &wanted, &extended, &fault) != STATUS_OK)
        return fail_described(call, &fault);
    return keep(&extended, values);
}

static enum status after_update(struct object_call *call,
                                const struct object_values *old,
                                const struct object_values *values)
{
    SCOPED(json_drop) json_t *old_json = NULL;
    SCOPED(json_drop) json_t *json = NULL;
    struct description before = {0};
    struct description now = {0};

    TRY(read_stored(call, old, &old_json, &before));
    TRY(read_stored(call, values, &json, &now));
    TRY(inventory_table_extend(call->store, call->target->row, &now, &before));
    return touch(call);
}

/* ---- Deleting ---- */

/* Every device lands in All Systems. */
static enum status need_every_device(struct object_call *call)
{
    static const struct object_need needs[] = {
        {RBAC_TYPE_COLLECTION, RBAC_OP_READ},
        {RBAC_TYPE_COLLECTION, RBAC_OP_READ_RESOURCE},
        {RBAC_TYPE_COLLECTION, RBAC_OP_MODIFY_RESOURCE},
    };
    SCOPED(object_target_clear) struct object_target all = {0};

    TRY(object_target_read(call->store, call->actor.map, &class_collection,
                           TEXT("SMS00001"), &all));
    for (size_t i = 0; i < ARRAY_SIZE(needs); i++)
        TRY(actor_need(call, needs[i], &all));
    return STATUS_OK;
}

static bool is_deletable(const struct object_call *call)
{
    const size_t at = object_property_at(call->class, "IsDeletable");

    return store_int(call->target->stmt,
                     object_class_sql(call->class)->column_of[at]) != 0;
}

/* Rows go a few at a time, so that nobody waits for many. */
static enum status before_delete(struct object_call *call)
{
    int64_t n_deleted;

    if (!is_deletable(call))
        return fail_conflict(call, "%s is shipped with the provider.",
                             call->target->name);
    TRY(need_every_device(call));
    TRY(inventory_table_clear(call->store, call->target->row,
                              CLEAR_ROWS_MAX + 1, &n_deleted));
    if (n_deleted > CLEAR_ROWS_MAX)
        return fail_conflict(call,
                             "It has more than %d rows. Delete them with "
                             "DeleteRows first.",
                             CLEAR_ROWS_MAX);
    return STATUS_OK;
}

/* No table is dropped while a row is being read. */
static enum status after_delete(struct object_call *call,
                                const struct object_values *old)
{
    (void)old;
    TRY(inventory_table_drop(call->store, call->target->row));
    return touch(call);
}

/* Rules would find other devices then, for whom each row must be asked about
 * (members_follow): that takes too long for thousands. */
static enum status check_unnamed(struct object_call *call)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    const enum status found =
        store_row_with(call->store, SQL_INVENTORY_USES,
                       STORE_ARGS(STORE_INT(call->target->row)), &stmt);

    if (found != STATUS_OK || MUTANT("f8-rows-unasked"))
        return found == STATUS_END ? STATUS_OK : found;
    return fail_conflict(call, "Rules of collections name it. Delete its rows "
                               "one by one, or those rules first.");
}

static enum status delete_rows(struct object_call *call, const json_t *args,
                               struct json_writer *result)
{
    int64_t n_deleted;

    (void)args;
    TRY(need_every_device(call));
    TRY(check_unnamed(call));
    TRY(inventory_table_clear(call->store, call->target->row, CLEAR_ROWS_MAX,
                              &n_deleted));
    writer_object_begin(result);
    writer_put_int(result, "ReturnValue", 0);
    writer_put_int(result, "Deleted", n_deleted);
    writer_object_end(result);
    return STATUS_OK;
}

/* ---- Loading a file ---- */

static const struct object_property load_args[] = {
    {"Text", OBJECT_STRING, OBJECT_REQUIRED, 1, DESCRIPTION_TEXT_MAX_BYTES,
     NULL, NULL, "Descriptions, in YAML"},
    {"FileName", OBJECT_STRING, 0, 0, 256, NULL, NULL,
     "Name of the file, for messages"},
    {"CheckOnly", OBJECT_BOOLEAN, 0, 0, 1, NULL, NULL,
     "True: nothing is changed"},
};

static const json_t *argument(const json_t *args, const char *name)
{
    const char *key;
    json_t *value;

    json_object_foreach ((json_t *)(uintptr_t)args, key, value) {
        if (text_equal_nocase(text_of(key), text_of(name)))
            return value;
    }
    return NULL;
}

/* The first message; the others are about the same file. */
static enum status fail_file(struct object_call *call,
                             const struct policy_messages *messages)
{
    const struct policy_message *first =
        messages->n_items ? &messages->items[0] : NULL;

    if (!first)
        return fail_invalid(call, "Text", "It cannot be read.");
    return fail_invalid(call, "Text", "%.200s:%u:%u: %s", first->place.file,
                        first->place.line, first->place.column, first->text);
}

static enum status read_file(struct object_call *call, const json_t *args,
                             struct arena *arena,
                             struct descriptions *descriptions)
{
    const json_t *text = argument(args, "Text");
    const json_t *name = argument(args, "FileName");
    struct policy_messages messages = messages_make(arena);
    const enum status status = descriptions_read(
        name ? json_string_value(name) : "file",
        (struct text){json_string_value(text), json_string_length(text)},
        &messages, descriptions);

    messages_sort(&messages);
    return status == STATUS_INVALID ? fail_file(call, &messages) : status;
}

static enum status describe(struct object_call *call,
                            const struct description *description,
                            enum inventory_outcome *outcome_out)
{
    const struct inventory_author author = {.user = call->actor.user,
                                            .now_s = call->actor.now_s};
    struct description_fault fault = {0};
    enum status status;

    if (object_class_find(description->name) &&
        !object_class_find_added(description->name))
        return fail_conflict(call, "The provider has a class %.*s.",
                             (int)description->name.size,
                             description->name.data);
    status = inventory_describe(call->store, description, &author, outcome_out,
                                &fault);
    if (status == STATUS_OK && *outcome_out == INVENTORY_EXTENDED)
        return object_actor_may(call, class_inventory.modify, true, NULL, 0);
    if (status == STATUS_INVALID)
        return fail_invalid(call, "Text", "%.*s: %s.",
                            (int)description->name.size, description->name.data,
                            fault.why);
    if (status == STATUS_LIMIT)
        return fail_conflict(call, "A site has at most %d of these classes.",
                             DESCRIPTION_CLASSES_MAX);
    return status;
}

static void put_outcome(struct json_writer *result,
                        const struct description *description,
                        enum inventory_outcome outcome)
{
    static const char *const words[] = {
        [INVENTORY_SAME] = "unchanged",
        [INVENTORY_CREATED] = "created",
        [INVENTORY_EXTENDED] = "extended",
    };

    writer_object_begin(result);
    writer_put_text(result, "ClassName", description->name);
    writer_put_string(result, "Outcome", words[outcome]);
    writer_object_end(result);
}

/* All of it or nothing: the call's part of the change is undone if one fails,
 * or if it was only to be checked. */
static enum status apply(struct object_call *call,
                         const struct descriptions *descriptions,
                         struct json_writer *result)
{
    bool is_changed = false;

    writer_object_begin(result);
    writer_put_int(result, "ReturnValue", 0);
    writer_key(result, "Classes");
    writer_array_begin(result);
    for (size_t i = 0; i < descriptions->n; i++) {
        enum inventory_outcome outcome;

        TRY(describe(call, &descriptions->of[i], &outcome));
        put_outcome(result, &descriptions->of[i], outcome);
        is_changed = is_changed || outcome != INVENTORY_SAME;
    }
    writer_array_end(result);
    writer_object_end(result);
    return is_changed ? estate_touch(call) : STATUS_OK;
}

static enum status check(struct object_call *call,
                         const struct descriptions *descriptions,
                         struct json_writer *result)
{
    enum status status;

    TRY(store_part_begin(call->store));
    status = apply(call, descriptions, result);
    TRY(store_part_undo(call->store));
    return status;
}

static enum status load(struct object_call *call, const json_t *args,
                        struct json_writer *result)
{
    OWNED(arena) arena = NULL;
    struct descriptions descriptions;

    TRY(arena_new(LOAD_ARENA_BYTES, &arena));
    TRY(read_file(call, args, arena, &descriptions));
    return json_is_true(argument(args, "CheckOnly"))
               ? check(call, &descriptions, result)
               : apply(call, &descriptions, result);
}

/* ---- The class ---- */

static const struct object_method methods[] = {
    {
        .name = "Load",
        .describe = "Creates and extends the classes that a file describes",
        .need = {RBAC_TYPE_INVENTORY_REPORT, RBAC_OP_CREATE},
        .is_static = true,
        .args = load_args,
        .n_args = ARRAY_SIZE(load_args),
        .run = load,
    },
    {
        .name = "DeleteRows",
        .describe = "Deletes some thousand rows of the class, which no rule "
                    "names",
        .need = {RBAC_TYPE_INVENTORY_REPORT, RBAC_OP_DELETE},
        .run = delete_rows,
    },
};

static const struct object_hooks hooks = {
    .before_create = before_create,
    .after_create = after_create,
    .before_update = before_update,
    .after_update = after_update,
    .before_delete = before_delete,
    .after_delete = after_delete,
};

/* A rule would find nothing any more. */
static const char *const uses[] = {SQL_INVENTORY_USES};

const struct object_class class_inventory = {
    .name = "SMS_InventoryClass",
    .describe = "A class of inventory, which the site describes",
    RIGHTS_OF(RBAC_TYPE_INVENTORY_REPORT),
    FOR_ALL_VERBS,
    PROPERTIES(properties),
    METHODS(methods),
    USES(uses),
    .table = "inventory_class",
    .key_column = "row",
    .name_column = "ClassName",
    .has_integer_key = true,
    .since = 2,
    .hooks = &hooks,
};
