#include "policy/kept/kept.h"

#include <stdlib.h>
#include <string.h>

#include "policy/scalar.h"
#include "provider/base/own.h"

enum { LINES_AT_FIRST = 8 };

/* ---- Writing ---- */

static void put_indent(struct kept_file *file)
{
    for (size_t i = file->is_item ? 2 : 0; i < file->indent; i++)
        buf_append_char(file->out, ' ');
    if (file->is_item)
        buf_append_string(file->out, "- ");
    file->is_item = false;
}

void kept_put_key(struct kept_file *file, const char *key)
{
    put_indent(file);
    buf_append_format(file->out, "%s: ", key);
}

void kept_put_block(struct kept_file *file, const char *key)
{
    put_indent(file);
    buf_append_format(file->out, "%s:\n", key);
}

void kept_put_text(struct kept_file *file, const char *key, const char *text)
{
    kept_put_key(file, key);
    policy_write_text(text_of(text), file->out);
    buf_append_char(file->out, '\n');
}

void kept_put_item(struct kept_file *file, const char *text)
{
    put_indent(file);
    policy_write_text(text_of(text), file->out);
    buf_append_char(file->out, '\n');
}

void kept_put_names(struct kept_file *file, const char *const *names, size_t n)
{
    buf_append_char(file->out, '[');
    for (size_t i = 0; i < n; i++) {
        buf_append_string(file->out, i ? ", " : "");
        policy_write_text(text_of(names[i]), file->out);
    }
    buf_append_string(file->out, "]\n");
}

struct kept_file kept_below(const struct kept_file *file, size_t indent)
{
    return (struct kept_file){.out = file->out,
                              .indent = file->indent + indent};
}

void kept_write(const struct schema_type *type, const void *record,
                struct kept_file *file)
{
    for (size_t i = 0; i < type->n_fields; i++)
        type->fields[i].kept.kind->write(&type->fields[i], record, file);
}

/* ---- Showing ---- */

void kept_line(struct kept_lines *lines, const char *format, ...)
{
    va_list arguments;
    const char *line;

    va_start(arguments, format);
    line = arena_vformat(lines->arena, format, arguments);
    va_end(arguments);
    if (line && lines->n_lines == lines->n_room) {
        const size_t n = lines->n_room ? 2 * lines->n_room : LINES_AT_FIRST;
        const char **more = arena_alloc(lines->arena, n, sizeof(*more));

        if (!more)
            return; /* the arena remembers that it was short */
        if (lines->n_lines)
            memcpy(more, lines->lines, lines->n_lines * sizeof(*more));
        lines->lines = more;
        lines->n_room = n;
    }
    if (line)
        lines->lines[lines->n_lines++] = line;
}

const char *kept_bound(struct arena *arena, const char *word, int64_t at_s)
{
    SCOPED(buf_free) struct buf day = buf_make(64);
    const char *made;

    if (at_s == INT64_MIN || at_s == INT64_MAX)
        return "";
    policy_write_date(at_s, &day);
    made = arena_format(arena, " %s %.*s", word, (int)day.size,
                        buf_text(&day).data);
    return made ? made : "";
}

void kept_show(const struct schema_type *type, const void *record,
               struct kept_lines *lines)
{
    for (size_t i = 0; i < type->n_fields; i++)
        if (type->fields[i].kept.kind->show)
            type->fields[i].kept.kind->show(&type->fields[i], record, lines);
}

/* ---- Kinds of any record ---- */

static void write_nothing(const struct schema_field *field, const void *record,
                          struct kept_file *file)
{
    (void)field;
    (void)record;
    (void)file;
}
const struct kept_kind kept_elsewhere = {write_nothing, NULL};

static void write_text(const struct schema_field *field, const void *record,
                       struct kept_file *file)
{
    const char *const *text = kept_at(field, record);

    if (*text && **text)
        kept_put_text(file, field->key, *text);
}

static void show_text(const struct schema_field *field, const void *record,
                      struct kept_lines *lines)
{
    const char *const *text = kept_at(field, record);

    if (field->kept.label && *text && **text)
        kept_line(lines, "%s: %s", field->kept.label, *text);
}
const struct kept_kind kept_text = {write_text, show_text};

static void write_level(const struct schema_field *field, const void *record,
                        struct kept_file *file)
{
    const enum auth_level *level = kept_at(field, record);

    if (*level != AUTH_LEVEL_NONE)
        kept_put_text(file, field->key, auth_level_name(*level));
}

static void show_level(const struct schema_field *field, const void *record,
                       struct kept_lines *lines)
{
    const enum auth_level *level = kept_at(field, record);

    if (field->kept.label && *level != AUTH_LEVEL_NONE)
        kept_line(lines, "%s %s", field->kept.label, auth_level_name(*level));
}
const struct kept_kind kept_level = {write_level, show_level};

static void write_date(const struct schema_field *field, const void *record,
                       struct kept_file *file)
{
    const int64_t *date = kept_at(field, record);

    if (*date == INT64_MIN || *date == INT64_MAX)
        return;
    kept_put_key(file, field->key);
    policy_write_date(*date, file->out);
    buf_append_char(file->out, '\n');
}

static void show_date(const struct schema_field *field, const void *record,
                      struct kept_lines *lines)
{
    const int64_t *date = kept_at(field, record);

    if (field->kept.label && *date != INT64_MIN && *date != INT64_MAX)
        kept_line(lines, "%s%s", field->kept.label,
                  kept_bound(lines->arena, "on", *date));
}
const struct kept_kind kept_date = {write_date, show_date};

/* ---- Lists ---- */

struct names {
    const char *const *items;
    size_t n_items;
};

static void write_names(const struct schema_field *field, const void *record,
                        struct kept_file *file)
{
    const struct names *names = kept_at(field, record);

    if (names->n_items == 0 && !field->is_required)
        return;
    kept_put_key(file, field->key);
    kept_put_names(file, names->items, names->n_items);
}

static void show_names(const struct schema_field *field, const void *record,
                       struct kept_lines *lines)
{
    const struct names *names = kept_at(field, record);

    for (size_t i = 0; field->kept.label && i < names->n_items; i++)
        kept_line(lines, "%s: %s", field->kept.label, names->items[i]);
}
const struct kept_kind kept_names = {write_names, show_names};

struct records {
    const char *items;
    size_t n_items;
};

/* Numbers of records in the order of their names; the caller frees them. */
struct order {
    const char *name; /* NULL: they stay as they are */
    size_t index;
};

static int order_compare(const void *left, const void *right)
{
    const struct order *a = left;
    const struct order *b = right;
    const int by_name = a->name && b->name ? strcmp(a->name, b->name) : 0;

    if (by_name != 0)
        return by_name;
    return a->index < b->index ? -1 : a->index > b->index;
}

static struct order *order_by_name(const struct records *records,
                                   const struct schema_type *type)
{
    struct order *order = calloc(records->n_items + 1, sizeof(*order));

    for (size_t i = 0; order && i < records->n_items; i++) {
        order[i].index = i;
        if (type->kept_name)
            memcpy(&order[i].name,
                   records->items + i * type->kept_size + type->kept_name - 1,
                   sizeof(order[i].name));
    }
    if (order)
        qsort(order, records->n_items, sizeof(*order), order_compare);
    return order;
}

static void write_records(const struct schema_field *field, const void *record,
                          struct kept_file *file)
{
    const struct schema_type *type = field->type->item;
    const struct records *records = kept_at(field, record);
    SCOPED(memory_drop) struct order *order = order_by_name(records, type);

    if (!order) {
        file->status = STATUS_NO_MEMORY;
        return;
    }
    if (records->n_items)
        kept_put_block(file, field->key);
    for (size_t i = 0; i < records->n_items; i++) {
        struct kept_file item = kept_below(file, 4);

        item.is_item = true;
        kept_write(type, records->items + order[i].index * type->kept_size,
                   &item);
        if (item.status != STATUS_OK)
            file->status = item.status;
    }
}
const struct kept_kind kept_records = {write_records, NULL};

static void write_map(const struct schema_field *field, const void *record,
                      struct kept_file *file)
{
    struct kept_file below = kept_below(file, 2);
    const size_t before = file->out->size;
    size_t begun;

    kept_put_block(file, field->key);
    begun = file->out->size;
    kept_write(field->type, record, &below);
    if (below.status != STATUS_OK)
        file->status = below.status;
    if (file->out->size == begun)
        buf_truncate(file->out, before);
}
const struct kept_kind kept_map = {write_map, NULL};
