/*
 * Making, changing and deleting objects.
 *
 * The order is the same each time: read what was asked for, let the class
 * check what only it can know, store, let it follow up, answer. What the act
 * makes possible is checked after it is stored; a call that fails then is
 * undone with the part of the change it runs in.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "provider/base/mutant.h"
#include "provider/object/act/complete.h"
#include "provider/object/act/filed.h"
#include "provider/object/act/pending.h"
#include "provider/object/act/write.h"
#include "provider/object/guard/alike.h"
#include "provider/object/guard/lock.h"
#include "provider/object/object_private.h"
#include "provider/object/query/entries.h"

/* ---- Keys ---- */

/* "6f9619ff-8b86-4011-b42d-00c04fc964ff": version 4 of RFC 9562. */
static enum status make_guid(struct object_call *call)
{
    unsigned char of[16];

    if (getrandom(of, sizeof(of), 0) != (ssize_t)sizeof(of))
        return STATUS_UNAVAILABLE;
    of[6] = (unsigned char)((of[6] & 0x0F) | 0x40);
    of[8] = (unsigned char)((of[8] & 0x3F) | 0x80);
    snprintf(call->made_key, sizeof(call->made_key),
             "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-"
             "%02x%02x%02x%02x%02x%02x",
             of[0], of[1], of[2], of[3], of[4], of[5], of[6], of[7], of[8],
             of[9], of[10], of[11], of[12], of[13], of[14], of[15]);
    return STATUS_OK;
}

/* "P0100014.Install": the parts of the key, or a new one. */
static enum status join_key_parts(const struct object_class *class,
                                  const struct object_values *values,
                                  struct object_call *call)
{
    SCOPED(buf_free) struct buf key = buf_make(OBJECT_KEY_MAX_BYTES);

    for (size_t i = 0; i < class->n_properties; i++) {
        if (!(class->properties[i].flags & OBJECT_KEY_PART))
            continue;
        if (key.size > 0)
            buf_append_char(&key, '.');
        buf_append_text(&key, values->of[i].text);
    }
    TRY(buf_status(&key));
    snprintf(call->made_key, sizeof(call->made_key), "%.*s", (int)key.size,
             key.size ? buf_text(&key).data : "");
    return STATUS_OK;
}

/* The name of a key that is text is its column's. */
static size_t key_at(const struct object_class *class)
{
    return object_property_at(class, class->key_column);
}

/* Of an import only the first is looked up. */
static enum status next_row(struct object_call *call, int64_t *row_out)
{
    struct object_batch *batch = call->batch;

    if (!batch || batch->next_row == 0)
        TRY(row_next(call->store, call->class, row_out));
    else
        *row_out = batch->next_row;
    if (batch)
        batch->next_row = *row_out + 1;
    return STATUS_OK;
}

static enum status set_key(struct object_call *call,
                           struct object_values *values, int64_t *row_out)
{
    const struct object_class *class = call->class;
    char key[SITE_KEY_BYTES];

    if (class->hooks && class->hooks->give_row)
        TRY(class->hooks->give_row(call, values, row_out));
    else
        TRY(next_row(call, row_out));
    if (class->has_integer_key) {
        snprintf(call->made_key, sizeof(call->made_key), "%" PRId64, *row_out);
        return STATUS_OK;
    }
    if (class->properties[key_at(class)].flags & OBJECT_GUID)
        TRY(make_guid(call));
    else
        TRY(join_key_parts(class, values, call));
    if (call->made_key[0] == '\0') {
        TRY(site_key(call->store, *row_out, key));
        snprintf(call->made_key, sizeof(call->made_key), "%s", key);
    }
    return object_value_set_text(&values->of[key_at(class)],
                                 text_of(call->made_key));
}

/* ---- Storing ---- */

/* Properties that must be unique, for messages. */
static const char *unique_property(const struct object_class *class)
{
    const char *name = "key";

    for (size_t i = 0; i < class->n_properties; i++) {
        if (class->properties[i].flags & (OBJECT_UNIQUE | OBJECT_UNIQUE_PART))
            return class->properties[i].name;
        if (class->properties[i].flags & OBJECT_KEY_PART)
            name = class->properties[i].name;
    }
    return name;
}

static const struct object_value *value_of(const struct object_call *call,
                                           const struct object_values *values,
                                           const char *column)
{
    for (size_t i = 0; i < call->class->n_properties; i++)
        if (call->class->properties[i].column && column &&
            strcmp(call->class->properties[i].column, column) == 0)
            return &values->of[i];
    return NULL;
}

/* Only a changed name is checked. */
static enum status check_alike(struct object_call *call,
                               const struct object_values *old,
                               const struct object_values *values, int64_t row)
{
    const char *column = call->class->name_column;
    const struct object_value *name = value_of(call, values, column);
    const struct object_value *group = value_of(call, values, "IsGroup");
    const struct alike_question question = {
        .name = name ? name->text : (struct text){0},
        .row = row,
        .is_group = group && group->integer};
    enum status status;

    if (!name ||
        (old && text_equal(value_of(call, old, column)->text, name->text)))
        return STATUS_OK;
    status = alike_check(call->store, call->class, &question);
    if (status != STATUS_CONFLICT)
        return status;
    return fail_conflict(
        call, "There is a %s whose name looks the same. Choose another name.",
        call->class->name);
}

static enum status store_values(struct object_call *call, const char *sql,
                                const struct object_values *values, int64_t row)
{
    const struct object_class *class = call->class;
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status stored;

    TRY(store_prepare(call->store, sql, &stmt));
    pending_bind(stmt, 1, class, values, row);
    stored = store_run(stmt);
    if (stored == STATUS_CONFLICT)
        return fail_conflict(call, "There is a %s with this %s already.",
                             class->name, unique_property(class));
    return stored;
}

/* A plain class has none. */
static const struct object_hooks *hooks_of(const struct object_class *class)
{
    static const struct object_hooks none;

    return class->hooks ? class->hooks : &none;
}

static enum status finish(struct object_call *call)
{
    return call->class->is_estate ? estate_touch(call) : STATUS_OK;
}

/* The object as it is now, whether or not the caller may read all of it. */
static enum status answer(struct object_call *call, struct text key,
                          struct json_writer *result)
{
    SCOPED(object_target_clear) struct object_target target = {0};
    struct object_target *before = call->target;
    enum status status;

    TRY(object_target_read(call->store, call->actor.map, call->class, key,
                           &target));
    call->target = &target;
    snprintf(call->made_name, sizeof(call->made_name), "%s", target.name);
    status = object_get(call, NULL, result);
    call->target = before;
    return status;
}

/* ---- Creating ---- */

/* Unless it waits for others. */
static enum status store_new(struct object_call *call,
                             const struct object_values *values, int64_t row)
{
    const struct class_sql *sql = object_class_sql(call->class);

    if (call->batch && call->batch->pending)
        return STATUS_OK;
    TRY(store_values(call, sql->insert, values, row));
    if (call->batch)
        call->batch->is_stored = true;
    return entries_store(call->store, call->class, row, NULL, values);
}

static enum status create(struct object_call *call, const json_t *properties,
                          struct object_values *values, int64_t *row_out)
{
    const struct object_hooks *hooks = hooks_of(call->class);
    int64_t row;

    if (!object_class_sql(call->class))
        return STATUS_NO_MEMORY;
    TRY(object_values_read(call, properties, true, values));
    TRY(values_complete(call, true, values));
    TRY(values_refer(call, NULL, values));
    if (hooks->before_create)
        TRY(hooks->before_create(call, values));
    TRY(check_alike(call, NULL, values, 0));
    TRY(set_key(call, values, &row));
    TRY(store_new(call, values, row));
    if (object_class_has_scopes(call->class))
        TRY(scopes_of_creator(call, row));
    if (hooks->after_create)
        TRY(hooks->after_create(call, values, row));
    *row_out = row;
    return finish(call);
}

/* Numbers of those that wait are not in the table: the next is not looked up.
 */
static enum status create_later(struct object_call *call,
                                const json_t *properties, int64_t *row_out)
{
    struct object_batch *batch = call->batch;
    const int64_t next_row = batch->next_row;
    struct pending_row *made;
    enum status status;

    TRY(pending_next(batch->pending, &made));
    status = properties_name(call, properties, &made->named);
    if (status == STATUS_OK)
        status = create(call, made->named, &made->values, &made->row);
    if (status == STATUS_OK) {
        batch->pending->n++;
        *row_out = made->row;
        return STATUS_OK;
    }
    pending_row_clear(made);
    batch->next_row = next_row;
    call->made_key[0] = call->made_name[0] = '\0';
    return status;
}

enum status write_create(struct object_call *call, const json_t *properties,
                         int64_t *row_out)
{
    SCOPED(properties_drop) json_t *named = NULL; /* outlives the values */
    SCOPED(object_values_clear) struct object_values values = {0};
    enum status status;

    if (call->batch && call->batch->pending)
        return create_later(call, properties, row_out);
    TRY(properties_name(call, properties, &named));
    status = create(call, named, &values, row_out);
    if (status != STATUS_OK) /* the key goes to the next one */
        call->made_key[0] = call->made_name[0] = '\0';
    if (status != STATUS_OK && call->batch)
        call->batch->next_row = 0;
    return status;
}

enum status object_create(struct object_call *call, const json_t *properties,
                          struct json_writer *result)
{
    enum status status;
    int64_t row;

    assert(call->class->can_create); /* the gate has asked */
    TRY(write_create(call, properties, &row));
    status = answer(call, text_of(call->made_key), result);
    if (status != STATUS_OK)
        call->made_key[0] = call->made_name[0] = '\0';
    return status;
}

/* ---- Changing ---- */

static enum status check_version(struct object_call *call, int64_t if_version)
{
    const int64_t version = call->target->version;

    if (if_version < 0 || if_version == version)
        return STATUS_OK;
    fail_conflict(
        call,
        "The object has been changed meanwhile: its version is %" PRId64
        ", not %" PRId64 ".",
        version, if_version);
    call->failure.version = version;
    return STATUS_CONFLICT;
}

enum status actor_check_declared(struct object_call *call)
{
    const struct text place = store_text(call->target->stmt, TARGET_PLACE);

    if (place.size == 0)
        return STATUS_OK;
    fail_conflict(call, "%.*s declares it. Change it there.", (int)place.size,
                  place.data);
    snprintf(call->failure.place, sizeof(call->failure.place), "%.*s",
             (int)place.size, place.data);
    return STATUS_CONFLICT;
}

static enum status check_built_in(struct object_call *call,
                                  struct object_need need)
{
    if (!object_is_built_in(call->class, call->target))
        return STATUS_OK;
    return fail_guard(call, RBAC_GUARD_BUILT_IN, need,
                      "%s is built in and cannot be changed.",
                      call->target->name);
}

static enum status check_changeable(struct object_call *call,
                                    struct object_need need, int64_t if_version,
                                    bool is_emergency)
{
    TRY(check_built_in(call, need));
    if (!is_emergency)
        TRY(actor_check_declared(call));
    TRY(lock_check(call));
    return check_version(call, if_version);
}

/* Is the change urgent, so that it need not wait for a change of the files? */
static bool is_emergency(struct object_call *call, const json_t *properties)
{
    const char *name = call->class->emergency;
    void *first = json_object_iter((json_t *)(uintptr_t)properties);

    if (!name || !first || json_object_size(properties) != 1 ||
        store_text(call->target->stmt, TARGET_PLACE).size == 0 ||
        !text_equal_nocase(text_of(json_object_iter_key(first)), text_of(name)))
        return false;
    call->remark = "differs from the files that declare it";
    return !MUTANT("c9-no-emergency");
}

/* Properties that are not given keep their values. */
static enum status keep_old(const struct object_class *class,
                            const struct object_values *old,
                            struct object_values *values)
{
    for (size_t i = 0; i < class->n_properties; i++) {
        struct object_value *value = &values->of[i];

        if (value->is_given || !old->of[i].is_given)
            continue;
        if (old->of[i].owned)
            TRY(object_value_set_text(value, old->of[i].text));
        else
            *value = old->of[i];
    }
    return STATUS_OK;
}

static bool is_equal(const struct object_property *property,
                     const struct object_value *a, const struct object_value *b)
{
    if (a->is_null || b->is_null)
        return a->is_null && b->is_null;
    switch (property->type) {
    case OBJECT_INTEGER:
    case OBJECT_BOOLEAN:
    case OBJECT_DATETIME:
        return a->integer == b->integer;
    case OBJECT_STRING:
    case OBJECT_STRINGS:
    case OBJECT_DATETIMES:
    case OBJECT_EMBEDDED:
        break;
    }
    return text_equal(a->text, b->text);
}

/* What no column keeps is read by hooks, and may change anything. */
static bool is_as_before(const struct object_class *class,
                         const struct object_values *old,
                         const struct object_values *values)
{
    for (size_t i = 0; i < class->n_properties; i++)
        if (values->of[i].is_given &&
            (!object_property_is_stored(&class->properties[i]) ||
             !is_equal(&class->properties[i], &old->of[i], &values->of[i])))
            return false;
    return true;
}

static enum status store_update(struct object_call *call,
                                const struct object_values *old,
                                struct object_values *values)
{
    const struct object_hooks *hooks = hooks_of(call->class);

    TRY(keep_old(call->class, old, values));
    TRY(values_complete(call, false, values));
    TRY(values_refer(call, old, values));
    if (hooks->before_update)
        TRY(hooks->before_update(call, old, values));
    TRY(check_alike(call, old, values, call->target->row));
    store_done(&call->target->stmt);
    TRY(store_values(call, object_class_sql(call->class)->update, values,
                     call->target->row));
    if (call->batch)
        call->batch->is_stored = true;
    TRY(entries_store(call->store, call->class, call->target->row, old,
                      values));
    if (hooks->after_update)
        TRY(hooks->after_update(call, old, values));
    return finish(call);
}

/* is_changed_out NULL: it is stored in any case. */
static enum status update(struct object_call *call, const json_t *properties,
                          bool *is_changed_out)
{
    SCOPED(properties_drop) json_t *named = NULL; /* outlives the values */
    SCOPED(object_values_clear) struct object_values old = {0};
    SCOPED(object_values_clear) struct object_values values = {0};

    TRY(properties_name(call, properties, &named));
    TRY(object_values_read(call, named, false, &values));
    TRY(object_values_load(call, &old));
    if (is_changed_out) {
        *is_changed_out = !is_as_before(call->class, &old, &values);
        if (!*is_changed_out)
            return STATUS_OK;
    }
    return store_update(call, &old, &values);
}

enum status object_update(struct object_call *call, const json_t *properties,
                          int64_t if_version, struct json_writer *result)
{
    assert(call->class->can_modify); /* the gate has asked */
    TRY(check_changeable(call, call->class->modify, if_version,
                         is_emergency(call, properties)));
    TRY(update(call, properties, NULL));
    return answer(call, text_of(call->target->key), result);
}

enum status write_update(struct object_call *call, const json_t *properties,
                         bool *is_changed_out)
{
    TRY(check_changeable(call, call->class->modify, -1,
                         is_emergency(call, properties)));
    return update(call, properties, is_changed_out);
}

/* ---- Deleting ---- */

static enum status check_unused(struct object_call *call)
{
    const struct object_class *class = call->class;
    const struct class_sql *sql = object_class_sql(class);

    for (size_t i = 0; i < sql->n_uses; i++)
        TRY(actor_check_unused(call, sql->uses[i]));
    for (size_t i = 0; i < class->n_uses; i++)
        TRY(actor_check_unused(call, class->uses[i]));
    return STATUS_OK;
}

/* What must go before the row does. */
static enum status clear_way(struct object_call *call)
{
    const struct object_hooks *hooks = hooks_of(call->class);

    if (hooks->may_delete)
        TRY(hooks->may_delete(call));
    TRY(check_unused(call));
    if (hooks->before_delete)
        TRY(hooks->before_delete(call));
    TRY(filed_forget(call));
    if (object_class_has_scopes(call->class))
        TRY(scopes_drop(call->store, call->class->type, call->target->row));
    return STATUS_OK;
}

/* What its class still wants to know when the row is gone. */
static enum status load_old(struct object_call *call, struct object_values *old)
{
    if (!entries_are_kept(call->class) && !hooks_of(call->class)->after_delete)
        return STATUS_OK;
    return object_values_load(call, old);
}

static enum status remove_row(struct object_call *call)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status removed;

    TRY(store_prepare(call->store, object_class_sql(call->class)->remove,
                      &stmt));
    store_bind_int(stmt, 1, call->target->row);
    removed = store_run(stmt);
    return removed == STATUS_CONFLICT ? fail_conflict(call, "It is in use.")
                                      : removed;
}

enum status object_delete(struct object_call *call, int64_t if_version)
{
    SCOPED(object_values_clear) struct object_values old = {0};

    assert(call->class->can_remove); /* the gate has asked */
    TRY(check_changeable(call, call->class->remove, if_version, false));
    TRY(clear_way(call));
    TRY(load_old(call, &old));
    if (entries_are_kept(call->class))
        TRY(entries_store(call->store, call->class, call->target->row, &old,
                          NULL));
    store_done(&call->target->stmt);
    TRY(remove_row(call));
    if (hooks_of(call->class)->after_delete)
        TRY(hooks_of(call->class)->after_delete(call, &old));
    return finish(call);
}
