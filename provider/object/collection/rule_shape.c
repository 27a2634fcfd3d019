#include "provider/object/collection/rule_shape.h"

#include <stdlib.h>

#include "provider/base/text_hash.h"

void rule_shapes_clear(struct rule_shapes *shapes)
{
    for (size_t i = 0; i < ARRAY_SIZE(shapes->of) && shapes->n; i++) {
        if (!shapes->of[i].stmt)
            continue;
        store_stmt_drop(&shapes->of[i].stmt);
        free((char *)(uintptr_t)shapes->of[i].sql.data);
        shapes->of[i] = (struct rule_shape){.stmt = NULL};
        shapes->n--;
    }
}

bool rule_shapes_are_full(const struct rule_shapes *shapes)
{
    return shapes->n == SHAPES_MAX;
}

/* Where it is, or would be: never more than half of the places are taken. */
static struct rule_shape *place_of(struct rule_shapes *shapes, struct text sql)
{
    for (size_t at = (size_t)(text_hash(sql) >> 32);; at++) {
        struct rule_shape *shape = &shapes->of[at % ARRAY_SIZE(shapes->of)];

        if (!shape->stmt || text_equal(shape->sql, sql))
            return shape;
    }
}

enum status rule_shape_lend(struct rule_shapes *shapes, struct store *store,
                            struct text sql, struct store_stmt **stmt_out)
{
    struct rule_shape *shape = place_of(shapes, sql);
    enum status prepared;
    char *copy;

    *stmt_out = shape->stmt;
    if (shape->stmt)
        return STATUS_OK;
    copy = text_dup(sql);
    if (!copy)
        return STATUS_NO_MEMORY;
    prepared = store_prepare_own(store, sql, &shape->stmt);
    if (prepared != STATUS_OK) {
        free(copy);
        shape->stmt = NULL;
        return prepared;
    }
    shape->sql = (struct text){copy, sql.size};
    shapes->n++;
    *stmt_out = shape->stmt;
    return STATUS_OK;
}
