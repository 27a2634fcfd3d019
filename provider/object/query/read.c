/*
 * Reads one object by its key: what secures it, and its properties.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/object/object_private.h"

/* ---- The target ---- */

/* An impossible key names nothing. */
static bool read_integer_key(struct text key, int64_t *row_out)
{
    int64_t row = 0;

    if (key.size == 0 || key.size > 18 || key.data[0] == '0')
        return false;
    for (size_t i = 0; i < key.size; i++) {
        if (key.data[i] < '0' || key.data[i] > '9')
            return false;
        row = row * 10 + (key.data[i] - '0');
    }
    *row_out = row;
    return true;
}

static enum status select_target(struct store *store,
                                 const struct object_class *class,
                                 struct text key, struct store_stmt **stmt_out)
{
    const struct class_sql *sql = object_class_sql(class);
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;
    int64_t row;

    if (!sql)
        return STATUS_NO_MEMORY;
    if (key.size > OBJECT_KEY_MAX_BYTES)
        return STATUS_NOT_FOUND;
    if (class->has_integer_key && !read_integer_key(key, &row))
        return STATUS_NOT_FOUND;
    TRY(store_prepare(store, sql->target, &stmt));
    if (class->has_integer_key)
        store_bind_int(stmt, 1, row);
    else
        store_bind_text(stmt, 1, key);
    found = store_step(stmt);
    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_NOT_FOUND : found;
    /* The parameter's memory goes; the row stays. */
    *stmt_out = TAKE(stmt);
    return STATUS_OK;
}

static void copy_text(char *out, size_t size, struct text text)
{
    const size_t n = text.size < size ? text.size : size - 1;

    if (n)
        memcpy(out, text.data, n);
    out[n] = '\0';
}

static void fill_names(const struct object_class *class,
                       struct object_target *target)
{
    struct store_stmt *stmt = target->stmt;

    target->row = store_int(stmt, TARGET_ROW);
    target->version = store_int(stmt, TARGET_VERSION);
    if (class->has_integer_key)
        snprintf(target->key, sizeof(target->key), "%" PRId64, target->row);
    else
        copy_text(target->key, sizeof(target->key),
                  store_text(stmt, TARGET_KEY));
    copy_text(target->name, sizeof(target->name),
              store_text(stmt, TARGET_NAME));
}

/* Labels of either need: a blob of rows, or one row as a number. */
struct stored_labels {
    enum label_kind kind;
    struct text packed;
    int64_t row;
};

static struct stored_labels stored_labels(struct store_stmt *stmt, int column,
                                          enum label_kind kind)
{
    struct stored_labels labels = {.kind = kind};

    if (kind == LABELS_COLLECTION || kind == LABELS_SCOPE)
        labels.row = store_int(stmt, column);
    else if (kind != LABELS_NONE)
        labels.packed = store_text(stmt, column);
    return labels;
}

/* Returns how many labels it has at most. */
static size_t read_also(struct store_stmt *stmt, const struct object_also *also,
                        int i, struct object_target_also *into,
                        struct stored_labels *labels)
{
    const int64_t type = store_int(stmt, TARGET_ALSO + 2 * i);

    into->type =
        (uint16_t)(type > 0 && type < OBJECT_FOR_NOBODY ? type
                                                        : OBJECT_FOR_NOBODY);
    into->operation = also->operation;
    *labels = stored_labels(stmt, TARGET_ALSO + 2 * i + 1,
                            label_kind_of(also->kind, type));
    return label_count(labels->kind, labels->packed);
}

static enum status fill_labels(const struct object_map *map,
                               const struct object_class *class,
                               struct object_target *target)
{
    struct stored_labels own =
        stored_labels(target->stmt, TARGET_LABELS, class->label_kind);
    struct stored_labels also[OBJECT_ALSO_MAX];
    size_t n = label_count(own.kind, own.packed);
    uint32_t *labels;

    for (size_t i = 0; i < OBJECT_ALSO_MAX && class->also[i].type; i++)
        n += read_also(target->stmt, &class->also[i], (int)i, &target->also[i],
                       &also[i]);
    labels = target->labels = malloc((n + 1) * sizeof(*labels));
    if (!labels)
        return STATUS_NO_MEMORY;
    target->n_labels = label_read(map, own.kind, own.packed, own.row, labels);
    labels += target->n_labels;
    for (size_t i = 0; i < OBJECT_ALSO_MAX && class->also[i].type; i++) {
        target->also[i].labels = labels;
        target->also[i].n_labels =
            label_read(map, also[i].kind, also[i].packed, also[i].row, labels);
        labels += target->also[i].n_labels;
    }
    return STATUS_OK;
}

enum status object_target_read(struct store *store,
                               const struct object_map *map,
                               const struct object_class *class,
                               struct text key,
                               struct object_target *target_out)
{
    enum status filled;

    object_target_clear(target_out);
    TRY(select_target(store, class, key, &target_out->stmt));
    fill_names(class, target_out);
    filled = fill_labels(map, class, target_out);
    if (filled != STATUS_OK)
        object_target_clear(target_out);
    return filled;
}

void object_target_clear(struct object_target *target)
{
    store_done(&target->stmt);
    free(target->labels);
    target->labels = NULL;
    target->n_labels = 0;
    memset(target->also, 0, sizeof(target->also));
}

/* ---- Properties ---- */

enum status object_properties_read(struct object_call *call,
                                   const json_t *names, bool is_list,
                                   uint64_t *set_out)
{
    const struct object_class *class = call->class;
    uint64_t set = 0;

    if (!names || json_is_null(names)) {
        for (size_t i = 0; i < class->n_properties; i++)
            if (!is_list || !(class->properties[i].flags & OBJECT_LAZY))
                set |= UINT64_C(1) << i;
        *set_out = set;
        return STATUS_OK;
    }
    if (!json_is_array(names))
        return fail_invalid(call, "properties", "It is a list of names.");
    for (size_t at = 0; at < json_array_size(names); at++) {
        const json_t *name = json_array_get(names, at);
        size_t i;

        TRY(object_property_find(
            call,
            (struct text){json_string_value(name), json_string_length(name)},
            &i));
        set |= UINT64_C(1) << i;
    }
    *set_out = set;
    return STATUS_OK;
}

static enum status select_computed(struct object_call *call, const char *sql,
                                   struct store_stmt **stmt_out)
{
    TRY(store_prepare(call->store, sql, stmt_out));
    if (call->class->has_integer_key)
        store_bind_int(*stmt_out, 1, call->target->row);
    else
        store_bind_text(*stmt_out, 1, text_of(call->target->key));
    return store_step(*stmt_out);
}

/* Properties that cost a look-up are read together if all are wanted. */
static enum status write_computed(struct object_call *call,
                                  const struct class_sql *sql, size_t i,
                                  struct store_stmt *all,
                                  struct json_writer *result)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    if (all) {
        object_member_write(result, call->class, sql, i, all,
                            sql->computed_at[i]);
        return STATUS_OK;
    }
    TRY(select_computed(call, sql->computed[i], &stmt));
    object_member_write(result, call->class, sql, i, stmt, 0);
    return STATUS_OK;
}

static enum status write_properties(struct object_call *call, uint64_t set,
                                    struct json_writer *result)
{
    const struct object_class *class = call->class;
    const struct class_sql *sql = object_class_sql(class);
    SCOPED(store_done) struct store_stmt *all = NULL;

    if (sql->computed_set && (set & sql->computed_set) == sql->computed_set)
        TRY(select_computed(call, sql->all_computed, &all));
    writer_object_begin(result);
    for (size_t i = 0; i < class->n_properties; i++) {
        if (!(set & UINT64_C(1) << i))
            continue;
        if (sql->answer_of[i] < 0)
            TRY(write_computed(call, sql, i, all, result));
        else
            object_member_write(result, class, sql, i, call->target->stmt,
                                sql->answer_of[i]);
    }
    writer_object_end(result);
    return STATUS_OK;
}

enum status object_get(struct object_call *call, const json_t *properties,
                       struct json_writer *result)
{
    const struct object_filter filter = actor_filter(call);
    struct sight sight;
    enum status written;
    uint64_t set;

    call->reads_audit |= call->class->is_audit;
    TRY(object_properties_read(call, properties, false, &set));
    if (!(set & object_class_sql(call->class)->computed_set))
        return write_properties(call, set, result);
    TRY(sight_begin(&sight, call->store, &filter));
    written = write_properties(call, set, result);
    sight_end(&sight, call->store);
    return written;
}
