/*
 * May the caller have these collections declared?
 */
#include "provider/object/declare/declare_collection.h"
#include "provider/object/guard/gain_sql.h"

/*
 * The nearest collection above, itself included, that the guard knows: one that
 * this step creates is reached by users who reach what limits it.
 */
static enum status known_above(struct declaring *run, int64_t row,
                               uint32_t *index_out)
{
    for (size_t depth = 0; depth <= run->n; depth++) {
        enum status found;

        *index_out = guard_index(run->declare, MAP_COLLECTION, row);
        if (*index_out != RBAC_NONE)
            return STATUS_OK;
        found = store_int_with(run->declare->store, SQL_GAIN_LIMIT,
                               STORE_ARGS(STORE_INT(row)), &row);
        if (found != STATUS_OK)
            return found == STATUS_END ? STATUS_OK : found;
    }
    return STATUS_OK; /* a circle: refused when it is evaluated */
}

static enum status ask_above(struct declaring *run, int64_t row,
                             struct object_need need, const char *place,
                             const char *name)
{
    uint32_t index;

    TRY(known_above(run, row, &index));
    return guard_ask(run->declare, need, &index, 1, place, name);
}

/* R7.6.2 for a device that is named before it exists, or found by a query. */
static enum status ask_rules(struct declaring *run,
                             const struct policy_collection *collection,
                             const int64_t *others)
{
    const struct object_need read_resource = {RBAC_TYPE_COLLECTION,
                                              RBAC_OP_READ_RESOURCE};

    for (size_t i = 0; i < collection->n_rules; i++)
        TRY(ask_above(run, others[i + 1] ? others[i + 1] : others[0],
                      others[i + 1] ? class_collection.read : read_resource,
                      PLACE_OF(&collection->rules[i]), collection->name));
    return STATUS_OK;
}

static bool has_row(const struct row_list *rows, int64_t row)
{
    for (size_t i = 0; i < rows->n; i++)
        if (rows->of[i] == row)
            return true;
    return false;
}

/* Devices of another collection, of the limit alone if it is 0, come or go:
 * changing rules needs the right to give them to all gainers. */
static enum status ask_gain(struct declaring *run,
                            const struct policy_collection *collection,
                            const struct declared_collection *item,
                            int64_t other, bool comes, bool goes)
{
    uint32_t sources[2];
    const struct gain_act act = {.collection = item->row,
                                 .comes = comes,
                                 .goes = goes,
                                 .sources = sources,
                                 .n_sources = other ? 2 : 1};

    TRY(known_above(run, item->others[0], &sources[0]));
    TRY(known_above(run, other ? other : item->others[0], &sources[1]));
    return guard_gain(run->declare, PLACE_OF(collection), &act,
                      collection->name);
}

/* The rules of one list that are not in the other; removing a rule needs the
 * right to make it: others may have left it (R7.6.2). */
static enum status ask_others(struct declaring *run,
                              const struct policy_collection *collection,
                              const struct declared_collection *item,
                              const struct row_list *of,
                              const struct row_list *without, bool comes)
{
    for (size_t i = 0; i < of->n; i++) {
        if (has_row(without, of->of[i]))
            continue;
        TRY(ask_above(run, of->of[i], class_collection.read,
                      PLACE_OF(collection), collection->name));
        TRY(ask_gain(run, collection, item, of->of[i], comes, !comes));
    }
    return STATUS_OK;
}

static enum status ask_difference(struct declaring *run,
                                  const struct policy_collection *collection,
                                  const struct declared_collection *item)
{
    SCOPED(declared_rules_clear) struct declared_rules now = {0};
    const struct declared_rules *had = &item->had;

    TRY(declared_rules_read(run->declare, item->row, &now));
    TRY(ask_others(run, collection, item, &now.includes, &had->includes, true));
    TRY(ask_others(run, collection, item, &had->includes, &now.includes,
                   false));
    TRY(ask_others(run, collection, item, &now.excludes, &had->excludes,
                   false));
    TRY(ask_others(run, collection, item, &had->excludes, &now.excludes, true));
    if (text_equal(buf_text(&now.devices), buf_text(&had->devices)) &&
        (!item->refreshes_otherwise || MUTANT("g4-files-refresh-unasked")))
        return STATUS_OK;
    TRY(ask_above(
        run, item->limit ? item->limit : item->others[0],
        (struct object_need){RBAC_TYPE_COLLECTION, RBAC_OP_READ_RESOURCE},
        PLACE_OF(collection), collection->name));
    return ask_gain(run, collection, item, 0, true, true);
}

static enum status ask_limit(struct declaring *run,
                             const struct policy_collection *collection,
                             const struct declared_collection *item,
                             uint32_t own)
{
    struct gain_move move = {.row = item->row,
                             .index = own,
                             .from_row = item->limit,
                             .to_row = item->others[0]};

    if (item->limit == item->others[0])
        return STATUS_OK;
    TRY(known_above(run, move.from_row, &move.from_index));
    TRY(known_above(run, move.to_row, &move.to_index));
    return guard_relimit(run->declare, PLACE_OF(collection), &move,
                         collection->name);
}

enum status guard_collection(struct declaring *run,
                             const struct policy_collection *collection,
                             const struct declared_collection *item)
{
    const uint32_t own = guard_index(run->declare, MAP_COLLECTION, item->row);
    const int64_t *others = item->others;

    if (own == RBAC_NONE) {
        TRY(guard_make(run->declare, &class_collection, PLACE_OF(collection),
                       collection->name));
        TRY(ask_above(run, others[0], class_collection.read,
                      PLACE_OF(collection), collection->name));
        return ask_rules(run, collection, others);
    }
    TRY(guard_ask(run->declare, class_collection.read, &own, 1,
                  PLACE_OF(collection), collection->name));
    TRY(guard_ask(run->declare, class_collection.modify, &own, 1,
                  PLACE_OF(collection), collection->name));
    TRY(ask_limit(run, collection, item, own));
    TRY(ask_difference(run, collection, item));
    return ask_rules(run, collection, others);
}
