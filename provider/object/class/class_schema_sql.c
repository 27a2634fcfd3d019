/*
 * The schema of the classes, and its steps from one version to the next: the
 * descriptions say which version added what.
 */
#include <inttypes.h>
#include <string.h>

#include "provider/object/object_private.h"

/* ---- When it came ---- */

static int since(const struct object_class *class)
{
    return class->since ? class->since : 1;
}

static bool came(const struct object_class *class, int after, int until)
{
    return !class->is_view && since(class) > after && since(class) <= until;
}

/* A property is as old as its class unless it says otherwise. */
static int property_since(const struct object_class *class,
                          const struct object_property *property)
{
    return property->since ? property->since : since(class);
}

static bool property_came(const struct object_class *class,
                          const struct object_property *property, int after,
                          int until)
{
    const int version = property_since(class, property);

    return !class->is_view && version > after && version <= until;
}

int schema_version(void)
{
    size_t n;
    const struct object_class *const *classes = object_classes(&n);
    int newest = SCHEMA_MAKERS_VERSION;

    for (size_t i = 0; i < n; i++) {
        if (since(classes[i]) > newest)
            newest = since(classes[i]);
        for (size_t j = 0; j < classes[i]->n_properties; j++)
            if (classes[i]->properties[j].since > newest)
                newest = classes[i]->properties[j].since;
    }
    return newest;
}

/* ---- Tables ---- */

static const char *type_name(const struct object_property *property)
{
    switch (property->type) {
    case OBJECT_INTEGER:
    case OBJECT_BOOLEAN:
    case OBJECT_DATETIME:
        return "INTEGER";
    case OBJECT_STRING:
    case OBJECT_STRINGS:
    case OBJECT_EMBEDDED:
    case OBJECT_DATETIMES:
        break;
    }
    return "TEXT";
}

static void put_labels(const struct object_class *class, struct buf *sql)
{
    if (!class->labels && class->label_kind == LABELS_SCOPES)
        buf_append_string(sql, ", scopes BLOB NOT NULL DEFAULT x''");
}

static void put_column(const struct object_property *property, struct buf *sql)
{
    buf_append_format(sql, ", %s %s", property->column, type_name(property));
    if (property->flags & OBJECT_KEY)
        buf_append_string(sql, " NOT NULL UNIQUE");
    else if (property->flags & OBJECT_UNIQUE)
        buf_append_string(sql, " NOT NULL COLLATE NOCASE UNIQUE");
}

static void put_unique(const struct object_class *class, struct buf *sql)
{
    const char *before = ", UNIQUE (";

    for (size_t i = 0; i < class->n_properties; i++) {
        if (!(class->properties[i].flags & OBJECT_UNIQUE_PART))
            continue;
        buf_append_format(sql, "%s%s", before, class->properties[i].column);
        before = ", ";
    }
    if (before[2] == '\0')
        buf_append_char(sql, ')');
}

static const char *column_of(const struct object_class *class,
                             const struct object_reference *reference)
{
    return class->properties[object_property_at(class, reference->property)]
        .column;
}

static void put_references(const struct object_class *class, struct buf *sql)
{
    for (size_t i = 0; i < class->n_references; i++) {
        const struct object_reference *reference = &class->references[i];

        if (reference->kind == OBJECT_LOOSE)
            continue;
        buf_append_format(sql, ", FOREIGN KEY (%s) REFERENCES %s (%s)",
                          column_of(class, reference), reference->class->table,
                          reference->class->key_column);
        if (reference->kind == OBJECT_PART_OF)
            buf_append_string(sql, " ON DELETE CASCADE");
    }
}

/* Later columns stand behind earlier ones, where steps put them. */
static void put_columns(const struct object_class *class, int until,
                        struct buf *sql)
{
    for (int version = since(class); version <= until; version++)
        for (size_t i = 0; i < class->n_properties; i++) {
            const struct object_property *property = &class->properties[i];

            if (object_property_is_stored(property) &&
                property_since(class, property) == version)
                put_column(property, sql);
        }
}

static void put_table(const struct object_class *class, int until,
                      struct buf *sql)
{
    buf_append_format(sql,
                      "CREATE TABLE %s (row INTEGER PRIMARY KEY AUTOINCREMENT,"
                      " row_version INTEGER NOT NULL DEFAULT 1, place TEXT",
                      class->table);
    put_labels(class, sql);
    if (class->extra)
        buf_append_format(sql, ", %s", class->extra);
    put_columns(class, until, sql);
    put_unique(class, sql);
    put_references(class, sql);
    buf_append_string(sql, ") STRICT;\n");
}

/* What a table of an earlier version lacks. */
static void add_columns(const struct object_class *class, int after, int until,
                        struct buf *sql)
{
    for (int version = after + 1; version <= until; version++)
        for (size_t i = 0; i < class->n_properties; i++) {
            const struct object_property *property = &class->properties[i];

            if (!object_property_is_stored(property) ||
                property_since(class, property) != version)
                continue;
            buf_append_format(sql, "ALTER TABLE %s ADD COLUMN %s %s;\n",
                              class->table, property->column,
                              type_name(property));
        }
}

void schema_put_tables(int after, int until, struct buf *sql)
{
    size_t n;
    const struct object_class *const *classes = object_classes(&n);

    for (size_t i = 0; i < n; i++)
        if (came(classes[i], after, until))
            put_table(classes[i], until, sql);
        else if (came(classes[i], 0, after))
            add_columns(classes[i], after, until, sql);
}

/* ---- Indexes: what refers to others is found from them ---- */

static void put_index(const struct object_class *class, const char *column,
                      struct buf *sql)
{
    buf_append_format(sql, "CREATE INDEX %s_by_%s ON %s (%s);\n", class->table,
                      column, class->table, column);
}

/*
 * What is sought by: entries of a list have a table, numbers an index of what
 * is unusual. A text's index has nulls too, so that it gives the order of all.
 */
static void put_sought(const struct object_class *class,
                       const struct object_property *p, struct buf *sql)
{
    if (p->type == OBJECT_STRINGS) {
        buf_append_format(sql,
                          "CREATE TABLE %s_by_%s (value TEXT NOT NULL"
                          " COLLATE NOCASE, row INTEGER NOT NULL,"
                          " PRIMARY KEY (value, row)) STRICT, WITHOUT ROWID;\n",
                          class->table, p->column);
        return;
    }
    buf_append_format(sql, "CREATE INDEX %s_by_%s ON %s (%s", class->table,
                      p->column, class->table, p->column);
    if (p->type == OBJECT_INTEGER)
        buf_append_format(sql, ") WHERE %s IS NOT %" PRId64 ";\n", p->column,
                          p->usual);
    else
        buf_append_string(sql, " COLLATE NOCASE);\n");
}

void schema_put_indexes(int after, int until, struct buf *sql)
{
    size_t n;
    const struct object_class *const *classes = object_classes(&n);

    for (size_t i = 0; i < n; i++) {
        const struct object_class *class = classes[i];

        for (size_t j = 0; j < class->n_properties; j++) {
            const struct object_property *property = &class->properties[j];

            if (!property_came(class, property, after, until))
                continue;
            if (property->flags & OBJECT_INDEX)
                put_index(class, property->column, sql);
            if (property->flags & OBJECT_SOUGHT)
                put_sought(class, property, sql);
        }
        if (!came(class, after, until))
            continue;
        for (size_t j = 0; j < class->n_references; j++)
            if (class->references[j].kind != OBJECT_LOOSE)
                put_index(class, column_of(class, &class->references[j]), sql);
    }
}

void schema_put_sequences(int after, int until, struct buf *sql)
{
    size_t n;
    const struct object_class *const *classes = object_classes(&n);

    for (size_t i = 0; i < n; i++)
        if (classes[i]->is_estate && classes[i]->first_row > 0 &&
            came(classes[i], after, until))
            buf_append_format(sql,
                              "DELETE FROM sqlite_sequence WHERE name = '%s';"
                              "INSERT INTO sqlite_sequence (name, seq)"
                              " VALUES ('%s', %lld);\n",
                              classes[i]->table, classes[i]->table,
                              (long long)classes[i]->first_row - 1);
}

/* ---- What is in scopes ---- */

/* What a class says of an object, o.type and o.object: one look at one table.
 */
static void put_case(int until, struct buf *sql,
                     void (*put)(const struct object_class *class,
                                 struct buf *sql))
{
    size_t n;
    const struct object_class *const *classes = object_classes(&n);

    buf_append_string(sql, "CASE o.type");
    for (size_t i = 0; i < n; i++) {
        if (!object_class_has_scopes(classes[i]) || since(classes[i]) > until)
            continue;
        buf_append_format(sql, " WHEN %u THEN ", classes[i]->type);
        put(classes[i], sql);
    }
    buf_append_string(sql, " END");
}

static void put_class_name(const struct object_class *class, struct buf *sql)
{
    buf_append_format(sql, "'%s'", class->name);
}

static void put_object_key(const struct object_class *class, struct buf *sql)
{
    buf_append_format(sql,
                      "(SELECT CAST(%s AS TEXT) FROM %s WHERE row = o.object)",
                      class->key_column, class->table);
}

static void put_object_scopes(const struct object_class *class, struct buf *sql)
{
    buf_append_format(sql, "(SELECT scopes FROM %s WHERE row = o.object)",
                      class->table);
}

void schema_put_secured(int until, struct buf *sql)
{
    buf_append_string(sql, "CREATE VIEW secured AS SELECT o.type, o.object,"
                           " o.scope, ");
    put_case(until, sql, put_class_name);
    buf_append_string(sql, " AS class, ");
    put_case(until, sql, put_object_key);
    buf_append_string(sql, " AS ObjectKey, ");
    put_case(until, sql, put_object_scopes);
    buf_append_string(sql, " AS scopes FROM object_scope o;\n"
                           "CREATE VIEW filed AS SELECT o.row AS MemberID,"
                           " o.InstanceKey, o.kind AS ObjectType,"
                           " o.folder AS ContainerNodeID, o.type,"
                           " CASE o.type WHEN 1 THEN o.object ELSE ");
    put_case(until, sql, put_object_scopes);
    buf_append_string(sql, " END AS labels FROM folder_item o;\n");
}
