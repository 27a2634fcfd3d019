#include "provider/smsctl/terminal/output.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "provider/base/buf.h"
#include "provider/client/answer.h"
#include "provider/client/show.h"
#include "provider/smsctl/terminal/yaml.h"

enum {
    COLUMNS_MAX = 256,
    PATH_MAX_BYTES = 1024,
    LINE_MAX_BYTES = 8 * 1024 * 1024,
    PICKED_MAX_BYTES = 256 * 1024 * 1024,
};

bool output_is_data(const struct output *output)
{
    return output->format == OUTPUT_JSON || output->format == OUTPUT_YAML ||
           output->format == OUTPUT_JSONPATH;
}

/* A list is the member "items", as in the answers of the wire. */
static enum status print_picked(const struct output *output, json_t *value)
{
    SCOPED(buf_free) struct buf picked = buf_make(PICKED_MAX_BYTES);
    SCOPED(answer_drop)
    json_t *whole = json_is_array(value) ? json_pack("{s:O}", "items", value)
                                         : json_incref(value);

    jsonpath_write(output->path, whole, &picked);
    TRY(buf_status(&picked));
    fprintf(output->file, "%.*s\n", (int)picked.size,
            picked.size ? buf_text(&picked).data : "");
    return STATUS_OK;
}

enum status output_data(const struct output *output, json_t *value)
{
    if (output->format == OUTPUT_JSONPATH)
        return print_picked(output, value);
    if (output->format == OUTPUT_YAML)
        return yaml_print(value, output->file);
    TRY(show_json_file(output->file, value, JSON_INDENT(2)));
    putc('\n', output->file);
    return STATUS_OK;
}

/* ---- Rows ---- */

static bool has_name(const char *const names[], size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(names[i], name) == 0)
            return true;
    }
    return false;
}

static size_t find_columns(json_t *rows, const char *names[COLUMNS_MAX])
{
    size_t n = 0;

    for (size_t i = 0; i < json_array_size(rows); i++) {
        json_t *row = json_array_get(rows, i);
        void *at = json_object_iter(row);

        for (; at && n < COLUMNS_MAX; at = json_object_iter_next(row, at)) {
            if (!has_name(names, n, json_object_iter_key(at)))
                names[n++] = json_object_iter_key(at);
        }
    }
    return n;
}

static enum status print_rows(const struct output *output, json_t *rows,
                              const char *const columns[], size_t n_columns)
{
    OWNED(grid) grid = NULL;

    TRY(grid_new(output->format, &output->style, n_columns, &grid));
    for (size_t i = 0; i < n_columns; i++)
        TRY(grid_name(grid, i, text_of(columns[i])));
    for (size_t i = 0; i < json_array_size(rows); i++) {
        json_t *row = json_array_get(rows, i);

        TRY(grid_row(grid));
        for (size_t j = 0; j < n_columns; j++)
            TRY(grid_put(grid, j, json_object_get(row, columns[j])));
    }
    TRY(grid_print(grid, output->has_headings, output->file));
    if (grid_hidden(grid))
        fprintf(output->file, "(%zu more: -o wide)\n", grid_hidden(grid));
    return STATUS_OK;
}

static enum status tell_missing(struct output_missing *missing,
                                struct text name, const char *const found[],
                                size_t n_found)
{
    const char *nearest = text_nearest(name, found, n_found);

    if (!missing)
        return STATUS_NOT_FOUND;
    snprintf(missing->name, sizeof(missing->name), "%.*s", (int)name.size,
             name.data);
    snprintf(missing->nearest, sizeof(missing->nearest), "%s",
             nearest ? nearest : "");
    return STATUS_NOT_FOUND;
}

/* "A,B": the names as rows spell them, whatever the case they were given in.
 * STATUS_NOT_FOUND: no row has one. */
static enum status choose_columns(const struct output *output,
                                  const char *found[], size_t n_found,
                                  const char *names[], size_t *n_out)
{
    const char *chosen = output->columns;

    *n_out = 0;
    while (*chosen && *n_out < COLUMNS_MAX) {
        const struct text name = {chosen, strcspn(chosen, ",")};
        size_t i = 0;

        while (i < n_found && !text_equal_nocase(name, text_of(found[i])))
            i++;
        if (i == n_found)
            return tell_missing(output->missing, name, found, n_found);
        names[(*n_out)++] = found[i];
        chosen += name.size + (chosen[name.size] == ',');
    }
    return STATUS_OK;
}

static enum status print_chosen(const struct output *output, json_t *rows)
{
    const char *found[COLUMNS_MAX], *names[COLUMNS_MAX];
    size_t n = 0;

    if (json_array_size(rows) == 0)
        return STATUS_OK;
    TRY(choose_columns(output, found, find_columns(rows, found), names, &n));
    return print_rows(output, rows, names, n);
}

/* A list of scalars: one column without a name. */
static enum status print_values(const struct output *output, json_t *values)
{
    OWNED(grid) grid = NULL;

    TRY(grid_new(output->format, &output->style, 1, &grid));
    for (size_t i = 0; i < json_array_size(values); i++) {
        TRY(grid_row(grid));
        TRY(grid_put(grid, 0, json_array_get(values, i)));
    }
    return grid_print(grid, false, output->file);
}

enum status output_rows(const struct output *output, json_t *rows,
                        const char *const columns[], size_t n_columns)
{
    const char *found[COLUMNS_MAX];

    if (output_is_data(output))
        return output_data(output, rows);
    if (json_array_size(rows) && !json_is_object(json_array_get(rows, 0)))
        return print_values(output, rows);
    if (output->columns)
        return print_chosen(output, rows);
    if (n_columns == 0 || output->format == OUTPUT_NAME)
        return print_rows(output, rows, found, find_columns(rows, found));
    return print_rows(output, rows, columns, n_columns);
}

/* ---- One object ---- */

static bool is_list_of_objects(json_t *value)
{
    return json_is_array(value) && json_is_object(json_array_get(value, 0));
}

/* Adds a name and a value as the last row of the grid. */
static enum status put_pair(struct grid *grid, const char *name, json_t *value)
{
    SCOPED(answer_drop) json_t *named = json_string(name);

    if (!named)
        return STATUS_NO_MEMORY;
    TRY(grid_row(grid));
    TRY(grid_put(grid, 0, named));
    return grid_put(grid, 1, value);
}

static enum status put_members(const struct output *output, struct grid *grid,
                               const char *path, json_t *value);

/* In TSV, lists of objects are members too; in a table they follow
 * separately. */
static enum status put_items(const struct output *output, struct grid *grid,
                             const char *path, json_t *items)
{
    char inner[PATH_MAX_BYTES];

    if (output->format == OUTPUT_TABLE)
        return STATUS_OK;
    for (size_t i = 0; i < json_array_size(items); i++) {
        if (snprintf(inner, sizeof(inner), "%s[%zu]", path, i) >=
            (int)sizeof(inner))
            return STATUS_LIMIT;
        TRY(put_members(output, grid, inner, json_array_get(items, i)));
    }
    return STATUS_OK;
}

static enum status put_members(const struct output *output, struct grid *grid,
                               const char *path, json_t *value)
{
    char inner[PATH_MAX_BYTES];
    const char *key;
    json_t *member;

    if (is_list_of_objects(value))
        return put_items(output, grid, path, value);
    if (!json_is_object(value))
        return put_pair(grid, path, value);
    json_object_foreach (value, key, member) {
        if (snprintf(inner, sizeof(inner), "%s%s%s", path, *path ? "." : "",
                     key) >= (int)sizeof(inner))
            return STATUS_LIMIT;
        TRY(put_members(output, grid, inner, member));
    }
    return STATUS_OK;
}

/* Prints the lists that the pairs left out, each under its name. */
static enum status print_lists(const struct output *output, json_t *object)
{
    const char *key;
    json_t *member;

    json_object_foreach (object, key, member) {
        SCOPED(buf_free) struct buf shown = buf_make(PATH_MAX_BYTES);

        if (!is_list_of_objects(member))
            continue;
        show_text(&shown, text_of(key));
        fprintf(output->file, "\n%.*s:\n", (int)buf_text(&shown).size,
                buf_text(&shown).data);
        TRY(output_rows(output, member, NULL, 0));
    }
    return STATUS_OK;
}

/* One object as a list of one. */
static enum status print_as_row(const struct output *output, json_t *object)
{
    SCOPED(answer_drop) json_t *rows = json_pack("[O]", object);

    return rows ? output_rows(output, rows, NULL, 0) : STATUS_NO_MEMORY;
}

enum status output_object(const struct output *output, json_t *object)
{
    const struct grid_style look = {.is_local = output->style.is_local};
    OWNED(grid) grid = NULL;

    if (output_is_data(output))
        return output_data(output, object);
    if (output->columns || output->format == OUTPUT_NAME)
        return print_as_row(output, object);
    TRY(grid_new(output->format, &look, 2, &grid));
    TRY(put_members(output, grid, "", object));
    TRY(grid_print(grid, false, output->file));
    if (output->format == OUTPUT_TABLE)
        TRY(print_lists(output, object));
    return STATUS_OK;
}

enum status output_result(const struct output *output, json_t *result)
{
    json_t *items = json_object_get(result, "items");

    if (output_is_data(output))
        return output_data(output, result);
    if (json_is_array(items))
        return output_rows(output, items, NULL, 0);
    if (json_is_array(result))
        return output_rows(output, result, NULL, 0);
    if (json_is_object(result))
        return output_object(output, result);
    if (!json_is_null(result))
        return output_data(output, result);
    return STATUS_OK;
}

/* ---- Terminals ---- */

void output_take_terminal(struct output *output)
{
    const char *term = secure_getenv("TERM");
    const char *no_colour = secure_getenv("NO_COLOR");
    struct winsize size = {0};

    output->is_terminal = isatty(fileno(output->file));
    output->style = (struct grid_style){.is_local = !output->is_utc};
    if (!output->is_terminal)
        return;
    if (!output->is_wide && ioctl(fileno(output->file), TIOCGWINSZ, &size) == 0)
        output->style.width = size.ws_col;
    output->style.has_colour =
        term && strcmp(term, "dumb") != 0 && !(no_colour && *no_colour);
}

/* ---- Text ---- */

static void print_line(FILE *file, struct text line)
{
    SCOPED(buf_free) struct buf shown = buf_make(LINE_MAX_BYTES);

    if (line.size > 0 && line.data[line.size - 1] == '\r')
        line.size--;
    show_text(&shown, line);
    fprintf(file, "%.*s\n", (int)buf_text(&shown).size, buf_text(&shown).data);
}

void output_text(const struct output *output, struct text text)
{
    if (!output->is_terminal) {
        fwrite(text.data, 1, text.size, output->file);
        return;
    }
    while (text.size > 0) {
        const char *end = memchr(text.data, '\n', text.size);
        const size_t size = end ? (size_t)(end - text.data) : text.size;

        print_line(output->file, (struct text){text.data, size});
        text.data += end ? size + 1 : size;
        text.size -= end ? size + 1 : size;
    }
}
