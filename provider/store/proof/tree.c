#include "provider/store/proof/tree.h"

#include <stdio.h>
#include <string.h>

#include "provider/store/health_sql.h"

enum { SQL_BYTES = 64 * 1024, WAY_BYTES = 256 };

void tree_table_clear(struct tree_table *table)
{
    for (size_t i = 0; i < table->n_trees; i++) {
        free(table->trees[i].name);
        free(table->trees[i].select);
    }
    free(table->trees);
    free(table->own_name);
    free(table->select);
    *table = (struct tree_table){0};
}

static enum status take_text(struct buf *from, char **text_out)
{
    TRY(buf_status(from));
    *text_out = text_dup(buf_text(from));
    return *text_out ? STATUS_OK : STATUS_NO_MEMORY;
}

/* Otherwise two readings of one tree would be compared. */
static enum status need_way(struct store *store, const char *select,
                            const char *way)
{
    bool has_way;

    TRY(tree_has_way(store->db, select, way, &has_way));
    return has_way ? STATUS_OK : STATUS_NOT_FOUND;
}

/* ---- What it is ---- */

static enum status read_kind(struct store *store, struct tree_table *table)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum { IS_TABLE, HAS_NUMBER, N_COLUMNS, N_UNUSUAL };

    TRY(store_row_with(store, SQL_TREE_TABLE,
                       STORE_ARGS(STORE_TEXT(text_of(table->name))), &stmt));
    table->has_number = store_int(stmt, HAS_NUMBER) != 0;
    table->n_columns = (int)store_int(stmt, N_COLUMNS);
    return store_int(stmt, IS_TABLE) && !store_int(stmt, N_UNUSUAL)
               ? STATUS_OK
               : STATUS_NOT_FOUND;
}

/* ---- The columns of an index ---- */

static bool is_plain(struct text name)
{
    return name.size == 0 || !memchr(name.data, '"', name.size);
}

/* An expression, or an order that is not known here, is SQLite's to check. */
static enum status read_column(struct store_stmt *stmt,
                               const struct tree_table *table,
                               struct entry_shape *shape)
{
    enum { CID, NAME, IS_DESCENDING, ORDER };
    const int64_t cid = store_int(stmt, CID);
    const bool is_nocase = text_equal(store_text(stmt, ORDER), TEXT("NOCASE"));

    if (shape->n == ENTRY_COLUMNS_MAX || cid < -1 || cid >= table->n_columns ||
        (cid == -1 && !table->has_number) || !is_plain(store_text(stmt, NAME)))
        return STATUS_NOT_FOUND;
    if (!is_nocase && !text_equal(store_text(stmt, ORDER), TEXT("BINARY")))
        return STATUS_NOT_FOUND;
    shape->columns[shape->n++] = (struct entry_column){
        .at = cid < 0 ? table->n_columns : (int)cid,
        .is_nocase = is_nocase,
        .is_descending = store_int(stmt, IS_DESCENDING) != 0,
    };
    shape->n_keys = shape->n;
    return STATUS_OK;
}

/* As the rows' statement has them; of an index, with what tells its entries
 * apart. names may be NULL. */
static enum status read_columns(struct store *store,
                                const struct tree_table *table,
                                const char *index, bool is_index,
                                struct entry_shape *shape, struct buf *names)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare(store, SQL_TREE_COLUMNS, &stmt));
    store_bind_text(stmt, 1, text_of(index));
    store_bind_int(stmt, 2, is_index);
    while ((found = store_step(stmt)) == STATUS_OK) {
        TRY(read_column(stmt, table, shape));
        if (names)
            tree_put_column(names, store_text(stmt, 1));
    }
    if (found != STATUS_END)
        return found;
    return shape->n ? STATUS_OK : STATUS_NOT_FOUND;
}

static enum status read_own(struct store *store, struct tree_table *table)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_row_with(store, SQL_TREE_OWN,
                       STORE_ARGS(STORE_TEXT(text_of(table->name))), &stmt));
    table->own_name = text_dup(store_text(stmt, 0));
    if (!table->own_name)
        return STATUS_NO_MEMORY;
    return is_plain(text_of(table->own_name))
               ? read_columns(store, table, table->own_name, false, &table->own,
                              NULL)
               : STATUS_NOT_FOUND;
}

/* ---- Its indexes ---- */

static enum status make_select(struct store *store,
                               const struct tree_table *table,
                               struct tree *tree, struct text condition)
{
    SCOPED(buf_free) struct buf names = buf_make(SQL_BYTES);
    SCOPED(buf_free) struct buf sql = buf_make(SQL_BYTES);
    char way[WAY_BYTES];

    TRY(read_columns(store, table, tree->name, true, &tree->of_row, &names));
    tree->entries = tree->of_row;
    for (size_t i = 0; i < tree->entries.n; i++)
        tree->entries.columns[i].at = (int)i;
    tree_put_entries(&names, table, tree->name, condition, &sql);
    TRY(take_text(&sql, &tree->select));
    snprintf(way, sizeof(way), "COVERING INDEX %s", tree->name);
    return need_way(store, tree->select, way);
}

/* Behind the columns and the number of the rows' statement. */
static void put_condition(struct tree_table *table, struct tree *tree,
                          struct text condition, int *n_conditions,
                          struct buf *conditions)
{
    if (!condition.size)
        return;
    tree->when_at = table->n_columns + table->has_number + (*n_conditions)++;
    buf_append_string(conditions, ", (");
    buf_append_text(conditions, condition);
    buf_append_char(conditions, ')');
}

static enum status add_tree(struct tree_table *table, struct text name,
                            struct tree **tree_out)
{
    const size_t n = table->n_trees + 1;
    struct tree *trees = realloc(table->trees, n * sizeof(*trees));

    if (!trees)
        return STATUS_NO_MEMORY;
    table->trees = trees;
    *tree_out = &trees[table->n_trees++];
    **tree_out = (struct tree){.name = text_dup(name), .when_at = -1};
    return (*tree_out)->name ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status read_index(struct store *store, struct tree_table *table,
                              struct store_stmt *stmt, int *n_conditions,
                              struct buf *conditions)
{
    enum { NAME, IS_STORED, SCHEMA, IS_PARTIAL };
    const struct text condition = tree_condition(store_text(stmt, SCHEMA));
    struct tree *tree;

    if (!store_int(stmt, IS_STORED) || !is_plain(store_text(stmt, NAME)) ||
        (store_int(stmt, IS_PARTIAL) != 0) != (condition.size > 0))
        return STATUS_NOT_FOUND;
    TRY(add_tree(table, store_text(stmt, NAME), &tree));
    put_condition(table, tree, condition, n_conditions, conditions);
    return make_select(store, table, tree, condition);
}

static enum status read_indexes(struct store *store, struct tree_table *table,
                                struct buf *conditions)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    int n_conditions = 0;
    enum status found;

    TRY(store_prepare(store, SQL_TREE_INDEXES, &stmt));
    store_bind_text(stmt, 1, text_of(table->name));
    store_bind_int(stmt, 2, table->has_number);
    while ((found = store_step(stmt)) == STATUS_OK)
        TRY(read_index(store, table, stmt, &n_conditions, conditions));
    return found == STATUS_END ? STATUS_OK : found;
}

static enum status read_table(struct store *store, struct tree_table *table)
{
    SCOPED(buf_free) struct buf conditions = buf_make(SQL_BYTES);
    SCOPED(buf_free) struct buf sql = buf_make(SQL_BYTES);

    TRY(read_kind(store, table));
    if (!table->has_number)
        TRY(read_own(store, table));
    TRY(read_indexes(store, table, &conditions));
    tree_put_rows(&conditions, table, &sql);
    TRY(take_text(&sql, &table->select));
    return need_way(
        store, table->select,
        table->has_number ? "INTEGER PRIMARY KEY (rowid>? AND rowid<?)" : NULL);
}

enum status tree_table_read(struct store *store, const char *name,
                            struct tree_table *table)
{
    enum status status;

    *table = (struct tree_table){0};
    if (snprintf(table->name, sizeof(table->name), "%s", name) >=
        (int)sizeof(table->name))
        return STATUS_NOT_FOUND;
    status = read_table(store, table);
    if (status != STATUS_OK)
        tree_table_clear(table);
    return status;
}
