/*
 * Rows of the store to indexes of the engine, and labels as rows keep them.
 */
#include <stdlib.h>

#include "provider/object/object_private.h"

uint32_t object_map_index(const struct object_map *map, enum map_kind kind,
                          int64_t row)
{
    const int64_t at = row - map->of[kind].first_row;

    if (row < map->of[kind].first_row || at >= map->of[kind].n_rows)
        return RBAC_NONE;
    return map->of[kind].index_of[at];
}

enum status object_map_fill(struct object_map *map, enum map_kind kind,
                            const int64_t *rows, size_t n_rows)
{
    const int64_t first = n_rows ? rows[0] : 0;
    const int64_t n = n_rows ? rows[n_rows - 1] - first + 1 : 0;
    uint32_t *index_of = calloc((size_t)n + 1, sizeof(*index_of));
    int64_t *row_of = calloc(n_rows + 1, sizeof(*row_of));

    if (!index_of || !row_of) {
        free(index_of);
        free(row_of);
        return STATUS_NO_MEMORY;
    }
    for (int64_t i = 0; i < n; i++)
        index_of[i] = RBAC_NONE;
    for (size_t i = 0; i < n_rows; i++) {
        index_of[rows[i] - first] = (uint32_t)i;
        row_of[i] = rows[i];
    }
    map->of[kind].first_row = first;
    map->of[kind].n_rows = n;
    map->of[kind].index_of = index_of;
    map->of[kind].row_of = row_of;
    map->of[kind].n_indexes = n_rows;
    return STATUS_OK;
}

enum status object_map_copy(struct object_map *map,
                            const struct object_map *from, enum map_kind kind)
{
    return object_map_fill(map, kind, from->of[kind].row_of,
                           from->of[kind].n_indexes);
}

void object_map_clear(struct object_map *map)
{
    for (size_t i = 0; i < N_MAP_KINDS; i++) {
        free(map->of[i].index_of);
        free(map->of[i].row_of);
    }
    free(map->limits);
    *map = (struct object_map){0};
}

/* ---- Labels ---- */

enum label_kind label_kind_of(enum label_kind kind, int64_t type)
{
    if (kind != LABELS_OF_TYPE)
        return kind;
    return type == RBAC_TYPE_COLLECTION ? LABELS_COLLECTION : LABELS_SCOPES;
}

size_t label_count(enum label_kind kind, struct text packed)
{
    switch (kind) {
    case LABELS_NONE:
    case LABELS_OF_TYPE: /* resolved before */
        return 0;
    case LABELS_COLLECTION:
    case LABELS_SCOPE:
        return 1;
    case LABELS_SCOPES:
    case LABELS_COLLECTIONS:
        break;
    }
    return packed.size / LABEL_BYTES;
}

uint32_t label_at(struct text packed, size_t i)
{
    const unsigned char *at =
        (const unsigned char *)packed.data + i * LABEL_BYTES;

    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
           (uint32_t)at[3] << 24;
}

void label_append(struct buf *packed, int64_t row)
{
    const unsigned char bytes[LABEL_BYTES] = {
        (unsigned char)row,
        (unsigned char)(row >> 8),
        (unsigned char)(row >> 16),
        (unsigned char)(row >> 24),
    };

    buf_append(packed, bytes, sizeof(bytes));
}

size_t label_read(const struct object_map *map, enum label_kind kind,
                  struct text packed, int64_t row, uint32_t *labels_out)
{
    const bool is_scope = kind == LABELS_SCOPES || kind == LABELS_SCOPE;
    const bool is_one = kind == LABELS_COLLECTION || kind == LABELS_SCOPE;
    const enum map_kind of = is_scope ? MAP_SCOPE : MAP_COLLECTION;
    const size_t count = label_count(kind, packed);
    size_t n = 0;

    for (size_t i = 0; i < count; i++) {
        const int64_t label = is_one ? row : (int64_t)label_at(packed, i);
        const uint32_t index = object_map_index(map, of, label);

        if (index != RBAC_NONE)
            labels_out[n++] = index;
    }
    return n;
}
