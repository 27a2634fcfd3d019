#include "provider/object/query/watch_seen.h"

#include <stdlib.h>
#include <string.h>

#include "provider/base/text.h"

void seen_list_clear(struct seen_list *list)
{
    for (size_t i = 0; list->keys && i < list->n; i++)
        free(list->keys[i]);
    free(list->rows);
    free(list->versions);
    free(list->keys);
    *list = (struct seen_list){.has_keys = list->has_keys};
}

struct seen seen_list_at(const struct seen_list *list, size_t i)
{
    return (struct seen){list->rows[i], list->versions[i],
                         list->keys ? list->keys[i] : NULL};
}

enum status seen_list_resize(struct seen_list *list, size_t room)
{
    int64_t *rows = realloc(list->rows, room * sizeof(*rows));
    uint32_t *versions = NULL;
    char **keys = NULL;

    list->rows = rows ? rows : list->rows;
    if (rows)
        versions = realloc(list->versions, room * sizeof(*versions));
    list->versions = versions ? versions : list->versions;
    if (versions && list->has_keys)
        keys = realloc(list->keys, room * sizeof(*keys));
    list->keys = keys ? keys : list->keys;
    if (!versions || (list->has_keys && !keys))
        return STATUS_NO_MEMORY;
    list->room = room;
    return STATUS_OK;
}

enum status seen_list_add(struct seen_list *list, struct seen seen)
{
    if (list->n == list->room &&
        seen_list_resize(list, list->room ? list->room + list->room / 2 : 16) !=
            STATUS_OK) {
        free(seen.key);
        return STATUS_NO_MEMORY;
    }
    list->rows[list->n] = seen.row;
    list->versions[list->n] = seen.version;
    if (list->has_keys)
        list->keys[list->n] = seen.key;
    list->n++;
    return STATUS_OK;
}

/* ---- As bytes ---- */

void seen_write_end(struct seen_writer *writer)
{
    if (writer->open.last == 0)
        return;
    row_run_append(writer->rows, writer->last, writer->open);
    writer->last = writer->open.last;
    writer->open.last = 0;
}

void seen_write(struct seen_writer *writer, struct seen seen)
{
    if (writer->open.last == 0 || seen.row != writer->open.last + 1) {
        seen_write_end(writer);
        writer->open.first = seen.row;
    }
    writer->open.last = seen.row;
    if (seen.key)
        buf_append(writer->keys, seen.key, strlen(seen.key) + 1);
}

/* Where the reading of bytes is. */
struct reading {
    struct row_walk walk;
    struct text keys;
    int64_t row; /* 0: there is none left */
};

static enum status next(struct reading *reading)
{
    enum status status = STATUS_OK;

    if (reading->row > 0 && reading->row < reading->walk.run.last) {
        reading->row++;
        return STATUS_OK;
    }
    status = row_walk_next(&reading->walk);
    reading->row = status == STATUS_OK ? reading->walk.run.first : 0;
    return status == STATUS_END ? STATUS_OK : status;
}

/* Takes the key of the row, if there are keys; given. */
static enum status take_key(struct reading *reading, char **key_out)
{
    const char *end = reading->keys.size
                          ? memchr(reading->keys.data, '\0', reading->keys.size)
                          : NULL;
    size_t size;

    *key_out = NULL;
    if (!end)
        return STATUS_INVALID;
    size = (size_t)(end - reading->keys.data);
    *key_out = text_dup((struct text){reading->keys.data, size});
    reading->keys.data += size + 1;
    reading->keys.size -= size + 1;
    return *key_out ? STATUS_OK : STATUS_NO_MEMORY;
}

/* The row that the reading has reached; list NULL: it is not wanted. */
static enum status take(struct reading *reading, struct seen_list *list,
                        bool has_keys)
{
    struct seen seen = {.row = reading->row};

    if (has_keys)
        TRY(take_key(reading, &seen.key));
    TRY(next(reading));
    if (list)
        return seen_list_add(list, seen);
    free(seen.key);
    return STATUS_OK;
}

enum status seen_list_read(struct seen_list *list, struct seen_bytes bytes,
                           struct seen_bytes more, size_t max)
{
    struct reading first = {{.rest = bytes.rows}, bytes.keys, 0};
    struct reading second = {{.rest = more.rows}, more.keys, 0};

    TRY(next(&first));
    TRY(next(&second));
    while (first.row || second.row) {
        const bool is_first =
            first.row && (!second.row || first.row <= second.row);
        const bool is_both = is_first && first.row == second.row;
        struct seen_list *into = is_both ? NULL : list;

        if (list->n == max)
            return STATUS_INVALID;
        if (is_both)
            TRY(take(&second, NULL, list->has_keys));
        TRY(take(is_first ? &first : &second, into, list->has_keys));
    }
    return STATUS_OK;
}
