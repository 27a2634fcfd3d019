/*
 * Collections that files could declare, with the rules that make their members.
 */
#include "provider/object/collection/members.h"
#include "provider/object/declare/declarable_private.h"
#include "provider/object/schedule/schedule_json.h"
#include "provider/object/schedule/schedule_text.h"

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

static enum status read_rules(struct reading *reading, int64_t row,
                              struct policy_collection *into)
{
    SCOPED(rows_clear) struct rows rows = {0};
    struct policy_rule *rules;
    enum status found;
    size_t n = 0;

    TRY(rows_begin(reading, SQL_DECLARABLE_COUNT_RULES, SQL_DECLARABLE_RULES,
                   row, sizeof(*rules), &rows));
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

static enum policy_refresh refresh_of(int64_t type)
{
    enum { SCHEDULED = 2, INCREMENTAL = 4 };

    if (type & INCREMENTAL)
        return type & SCHEDULED ? POLICY_REFRESH_BOTH
                                : POLICY_REFRESH_INCREMENTAL;
    return type & SCHEDULED ? POLICY_REFRESH_SCHEDULED : POLICY_REFRESH_MANUAL;
}

/* Without one that no file can say, it is once a day. */
static enum status read_schedule(struct reading *reading, struct text json,
                                 const char **schedule_out)
{
    SCOPED(buf_free) struct buf text = buf_make(SCHEDULE_TEXT_MAX_BYTES + 1);
    struct schedule schedule;
    const char *why;

    *schedule_out = "";
    if (schedule_read(json, &schedule, &why) != STATUS_OK ||
        schedule_text_write(&schedule, &text, &why) != STATUS_OK)
        return STATUS_OK;
    *schedule_out = arena_copy_text(reading->arena, buf_text(&text));
    return *schedule_out ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status read_collection(struct reading *reading, struct rows *rows,
                                   struct declarable_collection *into)
{
    struct policy_collection *collection = &into->collection;
    enum { TYPE_USERS = 1 };

    TRY(rows_text(reading, rows, 1, &collection->name));
    into->has_own_name = store_int(rows->stmt, 2) != 0;
    TRY(rows_text(reading, rows, 3, &collection->comment));
    collection->is_user = store_int(rows->stmt, 4) == TYPE_USERS;
    TRY(rows_text(reading, rows, 5, &collection->limiting));
    TRY(rows_origin(reading, rows, 6, &collection->place, &collection->origin));
    collection->refresh = refresh_of(store_int(rows->stmt, 8));
    TRY(read_schedule(reading, store_text(rows->stmt, 9),
                      &collection->schedule));
    return read_rules(reading, store_int(rows->stmt, 0), collection);
}

enum status declarable_read_collections(struct reading *reading)
{
    SCOPED(rows_clear) struct rows rows = {0};
    struct declarable_collection *collections;
    enum status found;
    size_t n = 0;

    TRY(rows_begin(reading, SQL_DECLARABLE_COUNT_COLLECTIONS,
                   SQL_DECLARABLE_COLLECTIONS, 0, sizeof(*collections), &rows));
    collections = rows.items;
    while ((found = rows_next(&rows, &n)) == STATUS_OK)
        TRY(read_collection(reading, &rows, &collections[n - 1]));
    reading->declarable->collections = collections;
    reading->declarable->n_collections = n;
    return rows_end(found);
}
