/*
 * The collections of an inventory, with the rules that make their members.
 */
#include "provider/object/collection/members.h"
#include "provider/object/declare/inventory_private.h"

static enum policy_rule_kind rule_kind(int64_t kind)
{
    switch ((enum member_rule)kind) {
    case MEMBER_QUERY:
        return POLICY_RULE_QUERY;
    case MEMBER_DIRECT:
        return POLICY_RULE_DIRECT;
    case MEMBER_INCLUDE:
        return POLICY_RULE_INCLUDE;
    case MEMBER_EXCLUDE:
        return POLICY_RULE_EXCLUDE;
    }
    return POLICY_RULE_DIRECT;
}

/* A device that shares its name with another is not named: value NULL. */
static enum status read_rules(struct reading *reading, int64_t row,
                              struct policy_collection *into)
{
    static const char sql[] =
        "SELECT r.kind, r.name, CASE r.kind WHEN 1 THEN"
        " ifnull(r.device, (SELECT d.Name FROM device d WHERE d.row ="
        " r.resource AND NOT EXISTS (SELECT 1 FROM device o WHERE o.Name ="
        " d.Name COLLATE NOCASE AND o.row <> d.row)))"
        " WHEN 2 THEN r.wql ELSE (SELECT " COLLECTION_CALLED
        " FROM collection c WHERE c.row = r.other) END"
        " FROM collection_rule r WHERE r.collection = ?1"
        " ORDER BY r.kind, r.name, r.row";
    SCOPED(rows_clear) struct rows rows = {0};
    struct policy_rule *rules;
    enum status found;
    size_t n = 0;

    TRY(rows_begin(reading,
                   "SELECT count(*) FROM collection_rule WHERE collection = ?1",
                   sql, row, sizeof(*rules), &rows));
    rules = rows.items;
    while ((found = rows_next(&rows, &n)) == STATUS_OK) {
        rules[n - 1].place = into->place;
        rules[n - 1].kind = rule_kind(store_int(rows.stmt, 0));
        TRY(rows_text(reading, &rows, 1, &rules[n - 1].name));
        TRY(rows_text(reading, &rows, 2, &rules[n - 1].value));
    }
    into->rules = rules;
    into->n_rules = n;
    return rows_end(found);
}

static enum status read_collection(struct reading *reading, struct rows *rows,
                                   struct inventory_collection *into)
{
    struct policy_collection *collection = &into->collection;
    enum { TYPE_USERS = 1 };

    TRY(rows_text(reading, rows, 1, &collection->name));
    into->has_own_name = store_int(rows->stmt, 2) != 0;
    TRY(rows_text(reading, rows, 3, &collection->comment));
    collection->is_user = store_int(rows->stmt, 4) == TYPE_USERS;
    TRY(rows_text(reading, rows, 5, &collection->limiting));
    TRY(rows_origin(reading, rows, 6, &collection->place, &collection->origin));
    return read_rules(reading, store_int(rows->stmt, 0), collection);
}

enum status inventory_read_collections(struct reading *reading)
{
    static const char sql[] =
        "SELECT k.row, k.Name, (SELECT count(*) FROM collection o WHERE"
        " o.Name = k.Name OR o.CollectionID = k.Name) = 1,"
        " ifnull(k.Comment, ''), k.CollectionType, (SELECT " COLLECTION_CALLED
        " FROM collection c WHERE c.CollectionID = k.LimitToCollectionID),"
        " k.place, k.CollectionID FROM collection k WHERE NOT k.IsBuiltIn AND "
        "?1 = 0"
        " ORDER BY k.Name, k.row";
    SCOPED(rows_clear) struct rows rows = {0};
    struct inventory_collection *collections;
    enum status found;
    size_t n = 0;

    TRY(rows_begin(reading,
                   "SELECT count(*) FROM collection"
                   " WHERE NOT IsBuiltIn AND ?1 = 0",
                   sql, 0, sizeof(*collections), &rows));
    collections = rows.items;
    while ((found = rows_next(&rows, &n)) == STATUS_OK)
        TRY(read_collection(reading, &rows, &collections[n - 1]));
    reading->inventory->collections = collections;
    reading->inventory->n_collections = n;
    return rows_end(found);
}
