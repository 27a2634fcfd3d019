#include "provider/smsctl/terminal/grid.h"

#include <stdlib.h>

#include <libsmartcols.h>

#include "provider/base/buf.h"
#include "provider/client/show.h"
#include "provider/smsctl/terminal/cell.h"

enum {
    CELL_MAX_BYTES = 16 * 1024 * 1024,
    COLUMN_MAX_WIDTH = 40,
};

struct grid {
    enum output_format format;
    struct grid_style style;
    size_t n_columns;
    char **names; /* [n_columns], owned */
    char **cells; /* [n_rows * n_columns], owned; NULL: empty */
    size_t n_rows;
    size_t n_room; /* allocated rows */
};

enum status output_format_read(struct text name, enum output_format *format_out)
{
    static const char *const names[] = {"table",      "json", "tsv",
                                        "prometheus", "yaml", "name"};

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        if (text_equal(name, text_of(names[i]))) {
            *format_out = (enum output_format)i;
            return STATUS_OK;
        }
    }
    return STATUS_INVALID;
}

enum status grid_new(enum output_format format, const struct grid_style *style,
                     size_t n_columns, struct grid **grid_out)
{
    OWNED(grid) grid = calloc(1, sizeof(*grid));

    if (!grid)
        return STATUS_NO_MEMORY;
    grid->format = format;
    if (style)
        grid->style = *style;
    grid->n_columns = n_columns;
    grid->names = calloc(n_columns ? n_columns : 1, sizeof(char *));
    if (!grid->names)
        return STATUS_NO_MEMORY;
    *grid_out = TAKE(grid);
    return STATUS_OK;
}

void grid_free(struct grid *grid)
{
    if (!grid)
        return;
    for (size_t i = 0; grid->names && i < grid->n_columns; i++)
        free(grid->names[i]);
    for (size_t i = 0; i < grid->n_rows * grid->n_columns; i++)
        free(grid->cells[i]);
    free(grid->names);
    free(grid->cells);
    free(grid);
}

static void put_text(enum output_format format, struct buf *out,
                     struct text text)
{
    if (format == OUTPUT_TSV)
        show_field(out, text);
    else
        show_text(out, text);
}

static struct text string_text(const json_t *value)
{
    return (struct text){json_string_value(value), json_string_length(value)};
}

static void put_scalar(enum output_format format, struct buf *out,
                       const json_t *value)
{
    SCOPED(memory_drop) char *dumped = NULL;

    if (json_is_string(value)) {
        put_text(format, out, string_text(value));
    } else if (!json_is_null(value)) {
        dumped = json_dumps(value, JSON_ENCODE_ANY);
        buf_append_string(out, dumped ? dumped : "");
    }
}

static bool is_container(const json_t *value)
{
    return json_is_array(value) || json_is_object(value);
}

/* {"id": ..[, "name": ..]}: a reference to another object, with its name if
 * readable. */
static bool is_reference(const json_t *value)
{
    const bool is_named = json_is_string(json_object_get(value, "name"));

    return json_object_size(value) == (is_named ? 2 : 1) &&
           json_is_string(json_object_get(value, "id"));
}

/* Shortened to fit a cell. */
static bool is_simple(const json_t *value)
{
    return !is_container(value) || is_reference(value);
}

static bool is_list_of_simple(const json_t *value)
{
    if (!json_is_array(value))
        return false;
    for (size_t i = 0; i < json_array_size(value); i++) {
        if (!is_simple(json_array_get(value, i)))
            return false;
    }
    return true;
}

static bool is_object_of_simple(json_t *value)
{
    void *at = json_object_iter(value);

    if (!json_is_object(value))
        return false;
    for (; at; at = json_object_iter_next(value, at)) {
        if (!is_simple(json_object_iter_value(at)))
            return false;
    }
    return true;
}

static void put_reference(struct buf *out, const json_t *value)
{
    const json_t *name = json_object_get(value, "name");

    if (!name) {
        show_text(out, string_text(json_object_get(value, "id")));
        return;
    }
    show_text(out, string_text(name));
    buf_append_string(out, " (");
    show_text(out, string_text(json_object_get(value, "id")));
    buf_append_char(out, ')');
}

static void put_simple(struct buf *out, const json_t *value)
{
    if (is_reference(value))
        put_reference(out, value);
    else
        put_scalar(OUTPUT_TABLE, out, value);
}

static void put_list(struct buf *out, const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (i > 0)
            buf_append_string(out, ", ");
        put_simple(out, json_array_get(list, i));
    }
}

/* "kind: add-scope, scope: Web (P0100001)" */
static void put_object(struct buf *out, json_t *object)
{
    void *at = json_object_iter(object);
    const char *between = "";

    for (; at; at = json_object_iter_next(object, at)) {
        buf_append_string(out, between);
        show_text(out, text_of(json_object_iter_key(at)));
        buf_append_string(out, ": ");
        put_simple(out, json_object_iter_value(at));
        between = ", ";
    }
}

static void put_value(enum output_format format, struct buf *out, json_t *value)
{
    SCOPED(memory_drop) char *dumped = NULL;

    if (!is_container(value)) {
        put_scalar(format, out, value);
    } else if (format == OUTPUT_TABLE && is_reference(value)) {
        put_reference(out, value);
    } else if (format == OUTPUT_TABLE && is_list_of_simple(value)) {
        put_list(out, value);
    } else if (format == OUTPUT_TABLE && is_object_of_simple(value)) {
        put_object(out, value);
    } else {
        dumped = json_dumps(value, JSON_COMPACT | JSON_ENSURE_ASCII);
        put_text(format, out, text_of(dumped));
    }
}

static enum status keep(char **place, const struct buf *shown)
{
    TRY(buf_status(shown));
    free(*place);
    *place = text_dup(buf_text(shown));
    return *place ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status grid_name(struct grid *grid, size_t column, struct text name)
{
    SCOPED(buf_free) struct buf shown = buf_make(CELL_MAX_BYTES);

    put_text(grid->format, &shown, name);
    return keep(&grid->names[column], &shown);
}

enum status grid_row(struct grid *grid)
{
    const size_t room = grid->n_room ? grid->n_room * 2 : 32;
    char **cells;

    if (grid->n_rows == grid->n_room) {
        cells = reallocarray(grid->cells, room * (grid->n_columns + 1),
                             sizeof(char *));
        if (!cells)
            return STATUS_NO_MEMORY;
        grid->cells = cells;
        grid->n_room = room;
    }
    for (size_t i = 0; i < grid->n_columns; i++)
        grid->cells[grid->n_rows * grid->n_columns + i] = NULL;
    grid->n_rows++;
    return STATUS_OK;
}

enum status grid_put(struct grid *grid, size_t column, json_t *value)
{
    SCOPED(buf_free) struct buf shown = buf_make(CELL_MAX_BYTES);

    if (!value)
        return STATUS_OK;
    if (grid->format != OUTPUT_TABLE || !grid->style.is_local ||
        !cell_put_local(&shown, value))
        put_value(grid->format, &shown, value);
    return keep(&grid->cells[(grid->n_rows - 1) * grid->n_columns + column],
                &shown);
}

/* ---- Printing ---- */

static void print_fields(char *const *fields, size_t n, FILE *file)
{
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            putc('\t', file);
        fputs(fields[i] ? fields[i] : "", file);
    }
    putc('\n', file);
}

static enum status print_tsv(const struct grid *grid, bool has_headings,
                             FILE *file)
{
    if (has_headings && grid->n_columns)
        print_fields(grid->names, grid->n_columns, file);
    for (size_t i = 0; i < grid->n_rows; i++)
        print_fields(grid->cells + i * grid->n_columns, grid->n_columns, file);
    return STATUS_OK;
}

static enum status print_names(const struct grid *grid, FILE *file)
{
    for (size_t i = 0; grid->n_columns && i < grid->n_rows; i++)
        print_fields(grid->cells + i * grid->n_columns, 1, file);
    return STATUS_OK;
}

static void table_drop(struct libscols_table **table)
{
    scols_unref_table(*table);
}

/* Is any cell of the column set? */
static bool is_used(const struct grid *grid, size_t column)
{
    for (size_t row = 0; row < grid->n_rows; row++) {
        const char *cell = grid->cells[row * grid->n_columns + column];

        if (cell && *cell)
            return true;
    }
    return false;
}

static const char *name_of(const struct grid *grid, size_t column)
{
    return grid->names[column] ? grid->names[column] : "";
}

/* What a column takes; at a terminal, long cells are cut to fit. */
static size_t column_width(const struct grid *grid, size_t column)
{
    size_t width = cell_width(name_of(grid, column));

    for (size_t row = 0; row < grid->n_rows; row++) {
        const char *cell = grid->cells[row * grid->n_columns + column];
        const size_t wide = cell ? cell_width(cell) : 0;

        if (wide > width)
            width = wide;
    }
    return width < COLUMN_MAX_WIDTH ? width : COLUMN_MAX_WIDTH;
}

/* The columns from 0 that fit beside each other; always one. */
static size_t fitting(const struct grid *grid)
{
    size_t left = grid->style.width, n = 0;

    if (left == 0 || grid->format != OUTPUT_TABLE)
        return grid->n_columns;
    for (; n < grid->n_columns; n++) {
        const size_t width = is_used(grid, n) ? column_width(grid, n) + 1 : 0;

        if (width > left + 1 && n > 0)
            break;
        left -= width < left ? width : left;
    }
    return n;
}

size_t grid_hidden(const struct grid *grid)
{
    size_t n = 0;

    for (size_t i = fitting(grid); i < grid->n_columns; i++)
        n += is_used(grid, i);
    return n;
}

static void style_column(const struct grid *grid,
                         struct libscols_column *column)
{
    if (grid->style.width)
        scols_column_set_flags(column, SCOLS_FL_TRUNC);
    if (grid->style.has_colour)
        scols_cell_set_color(scols_column_get_header(column), "\x1b[1m");
}

/* In a table, empty columns are left out. */
static enum status name_columns(const struct grid *grid,
                                struct libscols_table *table)
{
    const size_t n_fitting = fitting(grid);

    for (size_t i = 0; i < grid->n_columns; i++) {
        struct libscols_column *column =
            scols_table_new_column(table, name_of(grid, i), 0.0, 0);

        if (!column)
            return STATUS_NO_MEMORY;
        style_column(grid, column);
        if (i >= n_fitting || !is_used(grid, i))
            scols_column_set_flags(column, SCOLS_FL_HIDDEN);
    }
    return STATUS_OK;
}

static enum status fill_table(const struct grid *grid,
                              struct libscols_table *table)
{
    TRY(name_columns(grid, table));
    for (size_t row = 0; row < grid->n_rows; row++) {
        struct libscols_line *line = scols_table_new_line(table, NULL);

        if (!line)
            return STATUS_NO_MEMORY;
        for (size_t i = 0; i < grid->n_columns; i++) {
            const char *cell = grid->cells[row * grid->n_columns + i];

            if (cell && scols_line_set_data(line, i, cell) != 0)
                return STATUS_NO_MEMORY;
        }
    }
    return STATUS_OK;
}

static enum status print_table(const struct grid *grid, bool has_headings,
                               FILE *file)
{
    SCOPED(table_drop) struct libscols_table *table = scols_new_table();

    if (!table)
        return STATUS_NO_MEMORY;
    scols_table_set_stream(table, file);
    scols_table_enable_noheadings(table, !has_headings);
    scols_table_enable_colors(table, grid->style.has_colour);
    if (grid->style.width) {
        scols_table_set_termforce(table, SCOLS_TERMFORCE_ALWAYS);
        scols_table_set_termwidth(table, grid->style.width);
    }
    TRY(fill_table(grid, table));
    return scols_print_table(table) == 0 ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status grid_print(const struct grid *grid, bool has_headings, FILE *file)
{
    if (grid->format == OUTPUT_TSV)
        return print_tsv(grid, has_headings, file);
    if (grid->format == OUTPUT_NAME)
        return print_names(grid, file);
    return grid->n_rows ? print_table(grid, has_headings, file) : STATUS_OK;
}
