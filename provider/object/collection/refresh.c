#include "provider/object/collection/refresh.h"

#include <string.h>

#include "provider/base/log.h"
#include "provider/object/collection/evaluation.h"
#include "provider/object/collection/refresh_sql.h"
#include "provider/object/schedule/schedule_json.h"

enum { SCHEDULED = 2, JSON_MAX_BYTES = 16 * 1024, AT_ONCE_MAX = 50 };

/* ---- In an act ---- */

static size_t at(const char *name)
{
    return object_property_at(&class_collection, name);
}

static bool has_tokens(const struct object_value *value)
{
    return value->is_given && !value->is_null && value->text.size > 2;
}

static void clear(struct object_value *value)
{
    value->is_given = true;
    value->is_null = true;
    value->text = (struct text){0};
}

enum status refresh_keep(struct object_call *call, const char *name,
                         struct object_value *value)
{
    SCOPED(buf_free) struct buf json = buf_make(JSON_MAX_BYTES);
    struct schedule schedule;
    const char *why;
    enum status read;

    if (!has_tokens(value)) {
        clear(value);
        return STATUS_OK;
    }
    read = schedule_read(value->text, &schedule, &why);
    if (read == STATUS_INVALID)
        return fail_invalid(call, name, "%s", why);
    TRY(read);
    schedule_write(&schedule, &json);
    TRY(buf_status(&json));
    return object_value_set_text(value, buf_text(&json));
}

enum status refresh_check(struct object_call *call,
                          const struct object_values *old,
                          struct object_values *values)
{
    struct object_value *schedule = &values->of[at("RefreshSchedule")];
    const struct object_value *was =
        old ? &old->of[at("RefreshSchedule")] : NULL;

    if (!has_tokens(schedule)) {
        clear(schedule);
        return STATUS_OK;
    }
    if (values->of[at("RefreshType")].integer & SCHEDULED)
        return refresh_keep(call, "RefreshSchedule", schedule);
    if (!was || !has_tokens(was) || !text_equal(was->text, schedule->text))
        return fail_invalid(call, "RefreshSchedule",
                            "A schedule needs RefreshType 2 or 6.");
    clear(schedule); /* it was turned off */
    return STATUS_OK;
}

/* ---- The next time ---- */

static enum status read_schedule(struct store *store, int64_t collection,
                                 struct schedule *schedule)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    const char *why;
    enum status read;

    schedule->n = 0;
    TRY(store_row_with(store, SQL_REFRESH_READ,
                       STORE_ARGS(STORE_INT(collection)), &stmt));
    if (store_is_null(stmt, 0))
        return STATUS_OK;
    read = schedule_read(store_text(stmt, 0), schedule, &why);
    if (read != STATUS_INVALID)
        return read;
    log_error("collection.schedule row=%lld why=\"%s\"", (long long)collection,
              why);
    schedule->n = 0;
    return STATUS_OK;
}

enum status refresh_plan(struct store *store, int64_t collection, int64_t now_s)
{
    struct schedule schedule;

    TRY(read_schedule(store, collection, &schedule));
    if (schedule.n == 0)
        return store_run_with(store, SQL_REFRESH_DROP,
                              STORE_ARGS(STORE_INT(collection)));
    return store_run_with(store, SQL_REFRESH_PUT,
                          STORE_ARGS(STORE_INT(collection),
                                     STORE_INT(schedule_next(&schedule, now_s)),
                                     STORE_INT(now_s)));
}

/* ---- What is due ---- */

static enum status plan_again(struct store *store, int64_t now_s,
                              bool *more_out)
{
    SCOPED(row_list_clear) struct row_list rows = {0};

    TRY(row_list_select(
        store, SQL_REFRESH_SET_BACK,
        STORE_ARGS(STORE_INT(now_s), STORE_INT((int64_t)AT_ONCE_MAX)), &rows));
    for (size_t i = 0; i < rows.n; i++)
        TRY(refresh_plan(store, rows.of[i], now_s));
    *more_out |= rows.n == AT_ONCE_MAX;
    return STATUS_OK;
}

static enum status request_come(struct store *store, int64_t now_s,
                                bool *more_out)
{
    SCOPED(row_list_clear) struct row_list rows = {0};

    TRY(row_list_select(
        store, SQL_REFRESH_COME,
        STORE_ARGS(STORE_INT(now_s), STORE_INT((int64_t)AT_ONCE_MAX)), &rows));
    for (size_t i = 0; i < rows.n; i++) {
        TRY(evaluation_request(store, rows.of[i], true, now_s));
        TRY(refresh_plan(store, rows.of[i], now_s));
    }
    *more_out |= rows.n == AT_ONCE_MAX;
    return STATUS_OK;
}

static enum status request_daily(struct store *store, int64_t now_s,
                                 bool *more_out)
{
    SCOPED(row_list_clear) struct row_list rows = {0};

    TRY(row_list_select(store, SQL_REFRESH_DAILY,
                        STORE_ARGS(STORE_INT(now_s),
                                   STORE_INT((int64_t)EVALUATION_DAY_S),
                                   STORE_INT((int64_t)AT_ONCE_MAX)),
                        &rows));
    for (size_t i = 0; i < rows.n; i++)
        TRY(evaluation_request(store, rows.of[i], true, now_s));
    *more_out |= rows.n == AT_ONCE_MAX;
    return STATUS_OK;
}

enum status refresh_due(struct store *store, int64_t now_s, bool *more_out)
{
    *more_out = false;
    TRY(evaluation_clock(store, now_s));
    TRY(plan_again(store, now_s, more_out));
    TRY(request_come(store, now_s, more_out));
    return request_daily(store, now_s, more_out);
}
