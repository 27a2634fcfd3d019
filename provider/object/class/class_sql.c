/*
 * Statements generated from the descriptions of the classes, once for the
 * program: their texts are constants from then on, and the store keeps them
 * prepared.
 */
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "provider/base/json_writer.h"
#include "provider/object/object_private.h"
#include "provider/object/query/label_block_sql.h"

enum { SQL_MAX_BYTES = 16 * 1024 };

static struct class_sql statements[CLASSES_MAX];
static bool is_made;

/* Asked for every property of every row that is stored: hardly any compares. */
static bool is_of_every_row(const char *column)
{
    static const char *const every[] = {"row", "row_version", "place"};

    for (size_t i = 0; i < ARRAY_SIZE(every); i++)
        if (column[0] == every[i][0] && strcmp(column, every[i]) == 0)
            return true;
    return false;
}

bool object_property_is_stored(const struct object_property *property)
{
    return property->column && !is_of_every_row(property->column);
}

bool object_property_has_order(const struct object_property *property)
{
    return !(property->flags & OBJECT_LAZY) &&
           property->type != OBJECT_STRINGS &&
           property->type != OBJECT_EMBEDDED &&
           property->type != OBJECT_DATETIMES;
}

bool object_property_has_entries(const struct object_property *property)
{
    return property->type == OBJECT_STRINGS &&
           (property->flags & OBJECT_SOUGHT);
}

bool object_name_is_sought(const struct object_class *class)
{
    for (size_t i = 0; class->name_column && i < class->n_properties; i++) {
        const struct object_property *p = &class->properties[i];

        if ((p->flags & OBJECT_SOUGHT) && p->type == OBJECT_STRING &&
            strcmp(p->column, class->name_column) == 0)
            return true;
    }
    return false;
}

/* Read with the row: what is no column but costs no more than one. */
static bool is_cheap(const struct object_property *property)
{
    return property->computed && !strstr(property->computed, "SELECT");
}

void object_property_put(const struct object_property *property,
                         struct buf *sql)
{
    if (property->computed)
        buf_append_string(sql, property->computed);
    else
        buf_append_format(sql, "t.%s", property->column);
}

const char *object_class_labels(const struct object_class *class)
{
    if (class->labels)
        return class->labels;
    switch (class->label_kind) {
    case LABELS_SCOPES:
        return "t.scopes";
    case LABELS_COLLECTIONS:
        return SQL_LABEL_BLOCK_OF_ROW;
    case LABELS_COLLECTION:
        return "t.row";
    case LABELS_SCOPE: /* only of a second need, as the next */
    case LABELS_OF_TYPE:
    case LABELS_NONE:
        break;
    }
    return NULL;
}

static char *taken(struct buf *sql)
{
    char *text = buf_status(sql) == STATUS_OK ? text_dup(buf_text(sql)) : NULL;

    buf_clear(sql);
    return text;
}

static const char *or_null(const char *sql)
{
    return sql ? sql : "NULL";
}

static void make_target(const struct object_class *class,
                        struct class_sql *into, struct buf *sql)
{
    int column = TARGET_PROPERTIES;

    if (class->is_view)
        buf_append_format(sql, "%s%s, 1, t.%s, t.%s, NULL",
                          class->has_integer_key ? "t." : "",
                          class->has_integer_key ? class->key_column : "0",
                          class->key_column, class->name_column);
    else
        buf_append_format(sql, "t.row, t.row_version, t.%s, t.%s, t.place",
                          class->key_column, class->name_column);
    buf_append_format(sql, ", %s", or_null(object_class_labels(class)));
    for (size_t i = 0; i < OBJECT_ALSO_MAX; i++)
        buf_append_format(sql, ", %s, %s",
                          class->also[i].type ? class->also[i].type : "0",
                          or_null(class->also[i].labels));
    for (size_t i = 0; i < class->n_properties; i++) {
        const struct object_property *p = &class->properties[i];

        into->column_of[i] = p->column ? column++ : -1;
        if (p->column)
            buf_append_format(sql, ", t.%s", p->column);
        into->answer_of[i] = into->column_of[i];
        if (p->computed)
            into->answer_of[i] = is_cheap(p) ? column++ : -1;
        if (is_cheap(p))
            buf_append_format(sql, ", %s", p->computed);
    }
    into->columns = taken(sql);
    buf_append_format(sql, "SELECT %s FROM %s t WHERE %s%st.%s = ?1",
                      into->columns ? into->columns : "", class->table,
                      class->key_sought ? class->key_sought : "",
                      class->key_sought ? " AND " : "", class->key_column);
    into->target = taken(sql);
}

static size_t n_stored(const struct object_class *class)
{
    size_t n = 0;

    for (size_t i = 0; i < class->n_properties; i++)
        n += object_property_is_stored(&class->properties[i]);
    return n;
}

/* "(?,?), (?,?)" */
static void put_places(size_t n_rows, size_t n_columns, struct buf *sql)
{
    for (size_t i = 0; i < n_rows; i++) {
        for (size_t j = 0; j < n_columns; j++)
            buf_append_string(sql, j ? ",?" : i ? ", (?" : "(?");
        buf_append_char(sql, ')');
    }
}

static bool may_wait(const struct object_class *class)
{
    return class->hooks && class->hooks->after_import;
}

/* Of a row and its stored properties, up to their parameters. */
static void put_insert(const struct object_class *class, const char *how,
                       struct buf *sql)
{
    buf_append_format(sql, "INSERT %sINTO %s (row", how, class->table);
    for (size_t i = 0; i < class->n_properties; i++)
        if (object_property_is_stored(&class->properties[i]))
            buf_append_format(sql, ", %s", class->properties[i].column);
    buf_append_string(sql, ") VALUES ");
}

static void make_insert(const struct object_class *class,
                        struct class_sql *into, struct buf *sql)
{
    put_insert(class, "", sql);
    put_places(1, 1 + n_stored(class), sql);
    into->insert = taken(sql);
}

/* If the statement alone could be undone, each page that it changes would be
 * copied before: FAIL and IGNORE need no copy. */
static void make_many(const struct object_class *class, struct class_sql *into,
                      struct buf *sql)
{
    const size_t n_columns = 1 + n_stored(class);

    if (!may_wait(class))
        return;
    assert(NEW_ROWS * n_columns <= STORE_PARAMETERS_MAX);
    put_insert(class, "OR FAIL ", sql);
    put_places(NEW_ROWS, n_columns, sql);
    into->insert_many = taken(sql);
    for (size_t i = 0; i < class->n_properties; i++) {
        if (!object_property_has_entries(&class->properties[i]))
            continue;
        buf_append_format(sql,
                          "INSERT OR IGNORE INTO %s_by_%s (row, value) VALUES ",
                          class->table, class->properties[i].column);
        put_places(NEW_ROWS, 2, sql);
        into->entry_add_many[i] = taken(sql);
    }
}

static void make_update(const struct object_class *class,
                        struct class_sql *into, struct buf *sql)
{
    int n = 1;

    buf_append_format(sql, "UPDATE %s SET row_version = row_version + 1",
                      class->table);
    for (size_t i = 0; i < class->n_properties; i++)
        if (object_property_is_stored(&class->properties[i]))
            buf_append_format(sql, ", %s = ?%d", class->properties[i].column,
                              ++n);
    buf_append_string(sql, " WHERE row = ?1");
    into->update = taken(sql);
    buf_append_format(sql, "DELETE FROM %s WHERE row = ?1", class->table);
    into->remove = taken(sql);
    if (!object_class_has_scopes(class))
        return;
    buf_append_format(sql, "UPDATE %s SET scopes = ?1 WHERE row = ?2",
                      class->table);
    into->set_scopes = taken(sql);
}

static void make_entries(const struct object_class *class,
                         struct class_sql *into, struct buf *sql)
{
    for (size_t i = 0; i < class->n_properties; i++) {
        const struct object_property *p = &class->properties[i];

        if (!object_property_has_entries(p))
            continue;
        buf_append_format(sql,
                          "INSERT OR IGNORE INTO %s_by_%s (row, value)"
                          " VALUES (?1, ?2)",
                          class->table, p->column);
        into->entry_add[i] = taken(sql);
        buf_append_format(sql,
                          "DELETE FROM %s_by_%s WHERE row = ?1 AND value = ?2",
                          class->table, p->column);
        into->entry_drop[i] = taken(sql);
    }
}

static void make_computed(const struct object_class *class,
                          struct class_sql *into, struct buf *sql)
{
    for (size_t i = 0; i < class->n_properties; i++) {
        if (!class->properties[i].computed)
            continue;
        buf_append_format(sql, "SELECT %s FROM %s t WHERE t.%s = ?1",
                          class->properties[i].computed, class->table,
                          class->key_column);
        into->computed[i] = taken(sql);
    }
}

static void make_all_computed(const struct object_class *class,
                              struct class_sql *into, struct buf *sql)
{
    int column = 0;

    buf_append_string(sql, "SELECT ");
    for (size_t i = 0; i < class->n_properties; i++) {
        into->computed_at[i] = -1;
        if (into->answer_of[i] >= 0)
            continue;
        buf_append_format(sql, "%s%s", column ? ", " : "",
                          class->properties[i].computed);
        into->computed_at[i] = column++;
        into->computed_set |= UINT64_C(1) << i;
    }
    buf_append_format(sql, "%s FROM %s t WHERE t.%s = ?1", column ? "" : "1",
                      class->table, class->key_column);
    into->all_computed = taken(sql);
}

static void make_members(const struct object_class *class,
                         struct class_sql *into, struct buf *json)
{
    for (size_t i = 0; i < class->n_properties; i++) {
        struct json_writer w = json_writer_make(json);
        size_t size;

        writer_key(&w, class->properties[i].name);
        writer_null(&w);
        size = buf_text(json).size;
        into->null_member[i] = (struct text){taken(json), size};
    }
}

static void make_by_name(const struct object_class *class,
                         struct class_sql *into, struct buf *sql)
{
    buf_append_format(sql, "SELECT t.%s FROM %s t WHERE t.%s = ?1 AND ",
                      class->key_column, class->table, class->name_column);
    if (object_name_is_sought(class)) /* for its index */
        buf_append_format(sql, "t.%s = ?1 COLLATE NOCASE AND ",
                          class->name_column);
    class_put_may(class, sql);
    into->by_name = taken(sql);
}

/* The row or the key of what is used. */
static void make_use(const struct object_class *class,
                     const struct object_class *user,
                     const struct object_reference *reference,
                     struct class_sql *into, struct buf *sql)
{
    const size_t at = object_property_at(user, reference->property);

    assert(into->n_uses < USES_MAX);
    buf_append_format(sql, "SELECT '%s', t.%s FROM %s t WHERE t.%s = %s",
                      user->name, user->key_column, user->table,
                      user->properties[at].column,
                      class->has_integer_key ? "?1" : "?2");
    into->uses[into->n_uses++] = taken(sql);
}

static void make_uses(const struct object_class *class, struct class_sql *into,
                      struct buf *sql)
{
    size_t n;
    const struct object_class *const *all = object_classes(&n);

    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < all[i]->n_references; j++)
            if (all[i]->references[j].class == class &&
                all[i]->references[j].kind == OBJECT_USES)
                make_use(class, all[i], &all[i]->references[j], into, sql);
}

static bool has_many(const struct object_class *class,
                     const struct class_sql *made)
{
    for (size_t i = 0; may_wait(class) && i < class->n_properties; i++)
        if (object_property_has_entries(&class->properties[i]) &&
            !made->entry_add_many[i])
            return false;
    return !may_wait(class) || made->insert_many;
}

static bool is_whole(const struct object_class *class,
                     const struct class_sql *made)
{
    for (size_t i = 0; i < class->n_properties; i++)
        if (!made->null_member[i].data ||
            (class->properties[i].computed && !made->computed[i]))
            return false;
    for (size_t i = 0; i < class->n_properties; i++)
        if (object_property_has_entries(&class->properties[i]) &&
            (!made->entry_add[i] || !made->entry_drop[i]))
            return false;
    for (size_t i = 0; i < made->n_uses; i++)
        if (!made->uses[i])
            return false;
    if (object_class_has_scopes(class) && !made->set_scopes)
        return false;
    return has_many(class, made) && made->columns && made->all_computed &&
           made->target && made->by_name && made->insert && made->update &&
           made->remove;
}

void class_sql_free(struct class_sql *made)
{
    const char *const of_class[] = {
        made->target,  made->by_name,      made->insert,
        made->update,  made->remove,       made->set_scopes,
        made->columns, made->all_computed, made->insert_many,
    };

    for (size_t i = 0; i < ARRAY_SIZE(of_class); i++)
        free((char *)(uintptr_t)of_class[i]);
    for (size_t i = 0; i < made->n_uses; i++)
        free((char *)(uintptr_t)made->uses[i]);
    for (size_t i = 0; i < PROPERTIES_MAX; i++) {
        free((char *)(uintptr_t)made->null_member[i].data);
        free((char *)(uintptr_t)made->computed[i]);
        free((char *)(uintptr_t)made->entry_add[i]);
        free((char *)(uintptr_t)made->entry_drop[i]);
        free((char *)(uintptr_t)made->entry_add_many[i]);
    }
}

enum status class_sql_make(const struct object_class *class,
                           struct class_sql *into)
{
    SCOPED(buf_free) struct buf sql = buf_make(SQL_MAX_BYTES);

    make_target(class, into, &sql);
    make_insert(class, into, &sql);
    make_many(class, into, &sql);
    make_update(class, into, &sql);
    make_entries(class, into, &sql);
    make_computed(class, into, &sql);
    make_all_computed(class, into, &sql);
    make_members(class, into, &sql);
    make_by_name(class, into, &sql);
    make_uses(class, into, &sql);
    return is_whole(class, into) ? STATUS_OK : STATUS_NO_MEMORY;
}

static void make_all(void)
{
    size_t n;
    const struct object_class *const *all = object_classes(&n);

    for (size_t i = 0; i < n; i++)
        if (class_sql_make(all[i], &statements[i]) != STATUS_OK)
            return;
    is_made = true;
}

const struct class_sql *object_class_sql(const struct object_class *class)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    const int number = class->statements ? -1 : object_class_number(class);

    if (class->statements)
        return class->statements;
    pthread_once(&once, make_all);
    return is_made && number >= 0 ? &statements[number] : NULL;
}

static void put_need(const struct object_class *class, bool is_many,
                     struct buf *sql)
{
    if (is_many && class->device && class->label_kind == LABELS_COLLECTIONS &&
        class->read.operation == RBAC_OP_READ_RESOURCE)
        buf_append_format(sql, "sms_sees(%s)", class->device);
    else
        buf_append_format(sql, "sms_may(%u, %u, %d, %s)", class->read.type,
                          class->read.operation, (int)class->label_kind,
                          or_null(object_class_labels(class)));
}

static void put_also(const struct object_class *class,
                     const struct object_also *also, bool is_many,
                     struct buf *sql)
{
    if (is_many && class->device && also->kind == LABELS_COLLECTIONS &&
        also->operation == RBAC_OP_READ_RESOURCE)
        buf_append_format(sql, " AND sms_sees(%s)", class->device);
    else
        buf_append_format(sql, " AND sms_may(%s, %u, %d, %s)", also->type,
                          also->operation, (int)also->kind, also->labels);
}

static void put_needs(const struct object_class *class, bool is_many,
                      struct buf *sql)
{
    put_need(class, is_many, sql);
    for (size_t i = 0; i < OBJECT_ALSO_MAX && class->also[i].type; i++)
        put_also(class, &class->also[i], is_many, sql);
}

void class_put_need(const struct object_class *class, struct buf *sql)
{
    put_need(class, false, sql);
}

void class_put_may(const struct object_class *class, struct buf *sql)
{
    put_needs(class, false, sql);
}

void class_put_sees(const struct object_class *class, struct buf *sql)
{
    put_needs(class, true, sql);
}
