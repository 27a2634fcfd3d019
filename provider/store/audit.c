#include "provider/store/audit.h"

#include <stdio.h>
#include <string.h>

#include "provider/base/clock.h"
#include "provider/base/datetime.h"
#include "provider/store/audit_sql.h"
#include "provider/store/store_private.h"

static const char *const outcomes[] = {
    [AUDIT_NONE] = "",         [AUDIT_DONE] = "done",
    [AUDIT_DENIED] = "denied", [AUDIT_REFUSED] = "refused",
    [AUDIT_FAILED] = "failed",
};

const char *audit_outcome_name(enum audit_outcome outcome)
{
    return outcomes[outcome];
}

enum audit_outcome audit_outcome_read(struct text name)
{
    for (size_t i = 1; i < ARRAY_SIZE(outcomes); i++)
        if (text_equal(name, text_of(outcomes[i])))
            return (enum audit_outcome)i;
    return AUDIT_NONE;
}

/* ---- Appending ---- */

static void fill_entry(struct audit_entry *entry, const struct store *store,
                       const struct audit_record *record)
{
    entry->numbers[COLUMN_WALL] = clock_wall_ms();
    entry->numbers[COLUMN_MONO] = clock_mono_ms();
    entry->texts[COLUMN_BOOT] = text_of(store->boot_id);
    entry->texts[COLUMN_EVENT] = text_of(record->event);
    entry->texts[COLUMN_USER] = record->user;
    entry->texts[COLUMN_METHOD] = record->method;
    entry->texts[COLUMN_LEVEL] = record->level;
    entry->texts[COLUMN_PEER] = record->peer;
    entry->numbers[COLUMN_SESSION] = (int64_t)record->session;
    entry->texts[COLUMN_CLASS] = record->class_name;
    entry->texts[COLUMN_KEY] = record->key;
    entry->texts[COLUMN_OPERATION] = record->operation;
    entry->texts[COLUMN_OUTCOME] = text_of(audit_outcome_name(record->outcome));
    entry->texts[COLUMN_REASON] = record->reason;
    entry->texts[COLUMN_GRANT] = record->grant;
    entry->texts[COLUMN_DETAIL] = record->detail;
    entry->numbers[COLUMN_MESSAGE] = record->message_id;
    entry->texts[COLUMN_REQUEST] = record->request;
    entry->texts[COLUMN_TRACE] = record->trace;
    entry->texts[COLUMN_SPAN] = record->span;
}

enum status audit_append(struct store *store, const struct audit_record *record,
                         int64_t *id_out)
{
    struct audit_entry entry = {0};

    if (!store->is_writing || record->outcome == AUDIT_NONE)
        return STATUS_INVALID;
    fill_entry(&entry, store, record);
    TRY(audit_chain_append(store, &entry));
    *id_out = entry.numbers[COLUMN_ID];
    return STATUS_OK;
}

/* ---- Listing ---- */

/* RFC 3339 with milliseconds. */
static void write_time(struct json_writer *result, int64_t wall_ms)
{
    char seconds[DATETIME_BYTES];
    char text[DATETIME_BYTES + 8];

    datetime_write(wall_ms / 1000, seconds);
    snprintf(text, sizeof(text), "%.19s.%03dZ", seconds,
             (int)((wall_ms % 1000 + 1000) % 1000));
    writer_put_string(result, "time", text);
}

static void write_item(struct store_stmt *stmt, struct json_writer *result)
{
    static const struct {
        int column;
        const char *name;
    } texts[] = {
        {COLUMN_EVENT, "event"},     {COLUMN_USER, "user"},
        {COLUMN_METHOD, "method"},   {COLUMN_LEVEL, "level"},
        {COLUMN_PEER, "peer"},       {COLUMN_CLASS, "class"},
        {COLUMN_KEY, "key"},         {COLUMN_OPERATION, "operation"},
        {COLUMN_REASON, "reason"},   {COLUMN_GRANT, "grant"},
        {COLUMN_REQUEST, "request"}, {COLUMN_TRACE, "trace"},
        {COLUMN_SPAN, "span"},
    };

    writer_object_begin(result);
    writer_put_int(result, "id", store_int(stmt, COLUMN_ID));
    write_time(result, store_int(stmt, COLUMN_WALL));
    writer_put_int(result, "monotonic_ms", store_int(stmt, COLUMN_MONO));
    writer_put_text(result, "boot", store_text(stmt, COLUMN_BOOT));
    writer_put_text(result, "outcome", store_text(stmt, COLUMN_OUTCOME));
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        const struct text value = store_text(stmt, texts[i].column);

        if (value.size)
            writer_put_text(result, texts[i].name, value);
    }
    if (store_int(stmt, COLUMN_SESSION))
        writer_put_int(result, "session", store_int(stmt, COLUMN_SESSION));
    if (store_int(stmt, COLUMN_MESSAGE))
        writer_put_int(result, "message_id", store_int(stmt, COLUMN_MESSAGE));
    if (store_text(stmt, COLUMN_DETAIL).size) {
        writer_key(result, "detail");
        writer_text(result, store_text(stmt, COLUMN_DETAIL));
    }
    writer_object_end(result);
}

/* id: the first parameter of the statement. */
static enum status select_records(struct store *store, const char *sql,
                                  const struct audit_query *query, int64_t id,
                                  struct store_stmt **stmt_out)
{
    const int64_t until_ms = query->until_s ? query->until_s * 1000 : INT64_MAX;

    return store_prepare_with(
        store, sql,
        STORE_ARGS(STORE_INT(id), STORE_INT(query->since_s * 1000),
                   STORE_INT(until_ms), STORE_TEXT(query->user),
                   STORE_TEXT(query->outcome), STORE_TEXT(query->event),
                   STORE_TEXT(query->class_name), STORE_TEXT(query->key),
                   STORE_TEXT(query->operation), STORE_TEXT(query->level),
                   STORE_TEXT(query->method), STORE_TEXT(query->peer),
                   STORE_TEXT(query->reason), STORE_INT(query->session),
                   STORE_TEXT(query->request), STORE_TEXT(query->trace)),
        stmt_out);
}

/* By an index if one has what is asked for. */
static const char *list_statement(const struct audit_query *query)
{
    if (query->request.size > 0)
        return SQL_AUDIT_LIST_REQUEST;
    return query->trace.size > 0 ? SQL_AUDIT_LIST_TRACE : SQL_AUDIT_LIST;
}

enum status audit_write_start(struct store *store, int64_t since_s,
                              struct json_writer *result)
{
    int64_t first, wall_ms;
    const enum status found = audit_first(store, &first, &wall_ms);

    if (found != STATUS_OK)
        return found == STATUS_NOT_FOUND ? STATUS_OK : found;
    if (first <= 1 || since_s * 1000 >= wall_ms)
        return STATUS_OK;
    writer_key(result, "starts");
    writer_object_begin(result);
    writer_put_int(result, "record", first);
    write_time(result, wall_ms);
    writer_object_end(result);
    return STATUS_OK;
}

static bool is_in_time(int64_t s)
{
    return s >= 0 && s <= INT64_MAX / 1000;
}

enum status audit_list(struct store *store, const struct audit_query *query,
                       struct json_writer *result)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;
    int64_t last = 0;
    int64_t n = 0;

    if (query->limit < 1 || query->limit > AUDIT_LIST_MAX || query->after < 0 ||
        !is_in_time(query->since_s) || !is_in_time(query->until_s))
        return STATUS_INVALID;
    TRY(select_records(store, list_statement(query), query,
                       query->after ? query->after : INT64_MAX, &stmt));
    writer_object_begin(result);
    writer_key(result, "items");
    writer_array_begin(result);
    while ((found = store_step(stmt)) == STATUS_OK && n < query->limit) {
        write_item(stmt, result);
        last = store_int(stmt, COLUMN_ID);
        n++;
    }
    if (found != STATUS_OK && found != STATUS_END)
        return found;
    writer_array_end(result);
    if (found == STATUS_OK) /* one more is there */
        writer_put_int(result, "next", last);
    else
        TRY(audit_write_start(store, query->since_s, result));
    writer_object_end(result);
    return STATUS_OK;
}

/* ---- Following ---- */

/* Writes up to the limit; last_out: where the next look begins. */
static enum status write_newer(struct store *store,
                               const struct audit_query *query, int64_t head,
                               struct json_writer *result, int64_t *last_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    struct audit_query all = *query;
    enum status found = STATUS_END;
    int64_t n = 0;

    all.since_s = all.until_s = 0; /* a clock set back hides nothing */
    TRY(select_records(store, SQL_AUDIT_FOLLOW, &all, query->after, &stmt));
    *last_out = query->after;
    while (n < query->limit && (found = store_step(stmt)) == STATUS_OK) {
        write_item(stmt, result);
        *last_out = store_int(stmt, COLUMN_ID);
        n++;
    }
    if (n == query->limit)
        return STATUS_OK;
    *last_out = head;
    return found == STATUS_END ? STATUS_OK : found;
}

static enum status find_start(struct store *store,
                              const struct audit_query *query, int64_t head,
                              int64_t *newer_out)
{
    *newer_out = head;
    if (query->since_s == 0)
        return STATUS_OK;
    return store_int_with(store, SQL_AUDIT_BEFORE,
                          STORE_ARGS(STORE_INT(query->since_s * 1000)),
                          newer_out);
}

/* Were records after the id removed? */
static enum status has_gap(struct store *store, int64_t after, bool *has_out)
{
    int64_t first, wall_ms;
    const enum status found = audit_first(store, &first, &wall_ms);

    *has_out = found == STATUS_OK && after >= 0 && first > after + 1;
    return found == STATUS_NOT_FOUND ? STATUS_OK : found;
}

enum status audit_follow(struct store *store, const struct audit_query *query,
                         struct json_writer *result)
{
    char hash[AUDIT_HASH_BYTES];
    int64_t head, newer;
    bool is_gap = false;

    if (query->limit < 1 || query->limit > AUDIT_LIST_MAX ||
        query->after < -1 || !is_in_time(query->since_s))
        return STATUS_INVALID;
    TRY(audit_head(store, &head, hash));
    writer_object_begin(result);
    writer_key(result, "items");
    writer_array_begin(result);
    if (query->after < 0)
        TRY(find_start(store, query, head, &newer));
    else
        TRY(write_newer(store, query, head, result, &newer));
    writer_array_end(result);
    TRY(has_gap(store, query->after, &is_gap));
    writer_put_int(result, "newer", newer);
    writer_put_int(result, "head", head);
    if (newer != head)
        TRY(audit_hash_at(store, newer, hash));
    writer_put_string(result, "hash", hash);
    if (is_gap)
        writer_put_bool(result, "gap", true);
    writer_object_end(result);
    return STATUS_OK;
}

enum status audit_has_had(struct store *store, int64_t id, struct text hash,
                          bool *has_out)
{
    char own[AUDIT_HASH_BYTES];
    int64_t head, first, wall_ms;
    const enum status found = audit_first(store, &first, &wall_ms);

    if (found != STATUS_OK && found != STATUS_NOT_FOUND)
        return found;
    TRY(audit_head(store, &head, own));
    TRY(audit_hash_at(store, id, own));
    *has_out = id <= head && (found == STATUS_NOT_FOUND || id < first ||
                              text_equal(text_of(own), hash));
    return STATUS_OK;
}

enum status audit_follow_other(struct store *store,
                               const struct audit_query *query,
                               struct json_writer *result)
{
    char hash[AUDIT_HASH_BYTES];
    int64_t head;

    TRY(audit_head(store, &head, hash));
    writer_object_begin(result);
    writer_key(result, "items");
    writer_array_begin(result);
    writer_array_end(result);
    writer_put_int(result, "newer", query->after);
    writer_put_int(result, "head", head);
    writer_put_bool(result, "other", true);
    writer_object_end(result);
    return STATUS_OK;
}

/* ---- What was asked ---- */

enum status audit_visit_requests(
    struct store *store, int64_t since_s,
    enum status (*visit)(void *context, const struct audit_request *request),
    void *context)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare_with(
        store, SQL_AUDIT_REQUESTS,
        STORE_ARGS(STORE_INT(since_s > 0 ? since_s * 1000 : 0)), &stmt));
    while ((found = store_step(stmt)) == STATUS_OK) {
        const struct audit_request request = {
            .user = store_text(stmt, 0),
            .class_name = store_text(stmt, 1),
            .key = store_text(stmt, 2),
            .operation = store_text(stmt, 3),
            .level = store_text(stmt, 4),
            .times = store_int(stmt, 5),
            .last_s = store_int(stmt, 6) / 1000,
            .method = store_text(stmt, 7),
            .guard = store_text(stmt, 8),
        };

        TRY(visit(context, &request));
    }
    return found == STATUS_END ? STATUS_OK : found;
}
