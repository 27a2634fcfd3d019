#include "provider/object/query/watch_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/object/query/asked_sql.h"
#include "provider/object/query/filter_start.h"
#include "provider/object/query/watch_sql.h"

enum { WATCH_SQL_MAX_BYTES = 60 * 1024, FIRST_VALUE = 1 };

void watch_forget_told(struct watch *watch)
{
    for (size_t i = 0; i < watch->n_told; i++)
        if (watch->told[i].event != EVENT_REMOVED)
            free(watch->told[i].seen.key);
    free(watch->told);
    watch->told = NULL;
    watch->n_told = 0;
}

enum status watch_new(struct object_call *call, struct text filter,
                      struct watch **watch_out)
{
    OWNED(watch) watch = calloc(1, sizeof(*watch));

    if (!watch)
        return STATUS_NO_MEMORY;
    if (call->class->is_view || call->class->is_audit ||
        !object_class_sql(call->class))
        return fail_invalid(call, "class",
                            call->class->is_audit
                                ? "The audit is followed by audit.follow."
                                : "Objects of this class cannot be watched: "
                                  "they are made of others.");
    watch->class = call->class;
    watch->seen.has_keys = !call->class->has_integer_key;
    watch->filter = text_dup(filter);
    if (!watch->filter)
        return STATUS_NO_MEMORY;
    *watch_out = TAKE(watch);
    return STATUS_OK;
}

void watch_free(struct watch *watch)
{
    if (!watch)
        return;
    watch_forget_told(watch);
    seen_list_clear(&watch->seen);
    free(watch->filter);
    free(watch);
}

bool watch_is_of(const struct watch *watch, const struct object_class *class,
                 struct text filter)
{
    return watch->class == class && text_equal(text_of(watch->filter), filter);
}

const char *watch_class_name(const struct watch *watch)
{
    return watch->class->name;
}

const char *watch_filter(const struct watch *watch)
{
    return watch->filter;
}

/* Rights to a row that is secured by others, and conditions on what is
 * computed, depend on other tables. */
uint64_t watch_tables(const struct watch *watch)
{
    const struct object_class *class = watch->class;

    if (class->also[0].type || class->labels || class->device || *watch->filter)
        return UINT64_MAX;
    return store_table_bit(class->table);
}

/* What a key takes beside a number. */
static size_t weight_of(const struct watch *watch)
{
    return watch->seen.has_keys ? WATCH_KEY_WEIGHT : 1;
}

size_t watch_size(const struct watch *watch)
{
    return watch->seen.n * weight_of(watch);
}

/* ---- What the caller sees ---- */

static enum status prepare(const struct watch *watch, struct object_call *call,
                           struct visible *visible, struct filter *filter,
                           struct store_stmt **stmt_out)
{
    SCOPED(buf_free) struct buf sql = buf_make(WATCH_SQL_MAX_BYTES);
    struct start_ask ask = {.visible = visible, .is_count = true};
    enum start start;

    if (filter_read(watch->class, text_of(watch->filter), FIRST_VALUE,
                    filter) != STATUS_OK)
        return fail_invalid(call, "filter", "The filter is invalid: %s.",
                            filter->why[0] ? filter->why : "it is too long");
    TRY(filter_start(filter, FIRST_VALUE, watch->class, &ask, &start));
    if (MUTANT("g4-watches-seek-hidden"))
        start = filter->sought.size ? START_SOUGHT : START_ROWS;
    watch_put_rows(watch->class, filter, start, &sql);
    TRY(buf_status(&sql));
    TRY(asked_sql_prepare(call, &sql, "filter", stmt_out));
    filter_bind(filter, FIRST_VALUE, start, *stmt_out);
    return STATUS_OK;
}

/* The row that the statement stands on; its key is given. */
static enum status read_seen(const struct watch *watch, struct store_stmt *stmt,
                             struct seen *seen_out)
{
    *seen_out =
        (struct seen){store_int(stmt, 0), (uint32_t)store_int(stmt, 1), NULL};
    if (watch->class->has_integer_key)
        return STATUS_OK;
    seen_out->key = text_dup(store_text(stmt, 2));
    return seen_out->key ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status fail_size(struct object_call *call, size_t limit)
{
    snprintf(call->failure.why, sizeof(call->failure.why),
             "You see more than %zu objects of this class. Watch fewer, by a "
             "filter.",
             limit);
    return STATUS_LIMIT;
}

static enum status walk(struct visitor *visitor, struct store_stmt *stmt)
{
    const size_t limit = WATCH_OBJECTS_MAX / weight_of(visitor->watch);
    enum status found;
    struct seen seen;

    while (!visitor->is_full && (found = store_step(stmt)) == STATUS_OK) {
        if (visitor->n++ == limit)
            return fail_size(visitor->call, limit);
        TRY(read_seen(visitor->watch, stmt, &seen));
        TRY(visitor->visit(visitor, seen)); /* takes the key over */
    }
    return visitor->is_full || found == STATUS_END ? STATUS_OK : found;
}

enum status watch_walk(struct visitor *visitor,
                       const struct object_filter *filter)
{
    struct filter condition = {0};
    struct sight sight;
    enum status status;

    TRY(sight_begin(&sight, visitor->call->store, filter));
    {
        SCOPED(store_done) struct store_stmt *stmt = NULL;

        status = prepare(visitor->watch, visitor->call, &sight.visible,
                         &condition, &stmt);
        if (status == STATUS_OK)
            status = walk(visitor, stmt);
    }
    if (status == STATUS_OK)
        status = sight_status(&sight);
    sight_end(&sight, visitor->call->store);
    filter_clear(&condition);
    return status;
}

/* ---- Beginning ---- */

static enum status keep_first(struct visitor *visitor, struct seen seen)
{
    return seen_list_add(&visitor->watch->seen, seen);
}

enum status watch_begin(struct watch *watch, struct object_call *call,
                        const struct object_filter *sight)
{
    struct visitor visitor = {
        .visit = keep_first, .watch = watch, .call = call};

    watch_forget_told(watch);
    seen_list_clear(&watch->seen);
    return watch_walk(&visitor, sight);
}

/* ---- Looking ---- */

/* Takes the key over. False: there is no more room. */
static bool tell(struct visitor *visitor, enum event event, struct seen seen)
{
    struct watch *watch = visitor->watch;

    if (watch->n_told == visitor->limit) {
        visitor->is_full = true;
        if (event != EVENT_REMOVED)
            free(seen.key);
        return false;
    }
    watch->told[watch->n_told++] = (struct change){event, seen};
    return true;
}

/* Those that were seen before this row and are not any more. */
static bool tell_gone(struct visitor *visitor, int64_t until)
{
    const struct seen_list *before = &visitor->watch->seen;

    while (visitor->at < before->n && before->rows[visitor->at] < until) {
        if (!tell(visitor, EVENT_REMOVED, seen_list_at(before, visitor->at)))
            return false;
        visitor->at++;
    }
    return true;
}

static enum status compare(struct visitor *visitor, struct seen seen)
{
    const struct seen_list *before = &visitor->watch->seen;
    struct seen old;

    if (!tell_gone(visitor, seen.row)) {
        free(seen.key);
        return STATUS_OK;
    }
    if (visitor->at == before->n || before->rows[visitor->at] != seen.row) {
        (void)tell(visitor, EVENT_ADDED, seen);
        return STATUS_OK;
    }
    old = seen_list_at(before, visitor->at++);
    if (old.version != seen.version)
        (void)tell(visitor, EVENT_CHANGED, seen);
    else
        free(seen.key);
    return STATUS_OK;
}

/* ---- Telling ---- */

static const char *event_name(enum event event)
{
    switch (event) {
    case EVENT_ADDED:
        return "added";
    case EVENT_CHANGED:
        return "changed";
    case EVENT_REMOVED:
        break;
    }
    return "removed";
}

static enum status put_object(struct object_call *call, struct text key,
                              const json_t *properties,
                              struct json_writer *result)
{
    SCOPED(object_target_clear) struct object_target target = {0};
    enum status status;

    TRY(object_target_read(call->store, call->actor.map, call->class, key,
                           &target));
    if (!actor_may_read(call, call->class, &target))
        return STATUS_UNAVAILABLE; /* the look has just seen it */
    call->target = &target;
    writer_key(result, "object");
    status = object_get(call, properties, result);
    call->target = NULL;
    return status;
}

static enum status put_event(struct object_call *call,
                             const struct change *change,
                             const json_t *properties,
                             struct json_writer *result)
{
    char number[24];
    const char *key = change->seen.key;
    enum status status = STATUS_OK;

    snprintf(number, sizeof(number), "%" PRId64, change->seen.row);
    if (!key)
        key = number;
    writer_object_begin(result);
    writer_put_string(result, "event", event_name(change->event));
    writer_put_string(result, "key", key);
    if (change->event != EVENT_REMOVED)
        status = put_object(call, text_of(key), properties, result);
    writer_object_end(result);
    return status;
}

/* The names of what a list answers. NULL: out of memory. */
static json_t *names_of(struct object_call *call, const json_t *properties)
{
    const struct object_class *class = call->class;
    json_t *names;

    if (json_is_array(properties))
        return json_incref((json_t *)(uintptr_t)properties);
    names = json_array();
    for (size_t i = 0; i < class->n_properties; i++)
        if (!(class->properties[i].flags & OBJECT_LAZY))
            json_array_append_new(names,
                                  json_string(class->properties[i].name));
    return names;
}

static enum status put_events(const struct watch *watch,
                              struct object_call *call,
                              const json_t *properties,
                              struct json_writer *result)
{
    json_t *names = names_of(call, properties);
    enum status status = names ? STATUS_OK : STATUS_NO_MEMORY;

    writer_array_begin(result);
    for (size_t i = 0; status == STATUS_OK && i < watch->n_told; i++)
        status = put_event(call, &watch->told[i], names, result);
    writer_array_end(result);
    json_decref(names);
    return status;
}

enum status watch_look(struct watch *watch, struct object_call *call,
                       const struct object_filter *sight,
                       struct watch_look *look, struct json_writer *result)
{
    struct visitor visitor = {.visit = compare,
                              .watch = watch,
                              .call = call,
                              .limit = look->limit < WATCH_EVENTS_MAX
                                           ? look->limit
                                           : WATCH_EVENTS_MAX};
    enum status status;
    uint64_t set;

    watch_forget_told(watch);
    TRY(object_properties_read(call, look->properties, true, &set));
    watch->told = calloc(visitor.limit + 1, sizeof(*watch->told));
    if (!watch->told)
        return STATUS_NO_MEMORY;
    status = watch_walk(&visitor, sight);
    if (status == STATUS_OK && !visitor.is_full)
        (void)tell_gone(&visitor, INT64_MAX);
    if (status == STATUS_OK)
        status = put_events(watch, call, look->properties, result);
    if (status != STATUS_OK)
        watch_forget_told(watch);
    look->n_told = watch->n_told;
    look->has_more = visitor.is_full;
    return status;
}

/* ---- Keeping ---- */

/* The keys of both are taken over; both are in the order of rows. */
static enum status merge(struct watch *watch, struct seen_list *next)
{
    struct seen_list *seen = &watch->seen;
    size_t i = 0;
    size_t j = 0;

    while (i < seen->n || j < watch->n_told) {
        const struct change *told = &watch->told[j];
        const bool is_told = j < watch->n_told &&
                             (i == seen->n || told->seen.row <= seen->rows[i]);

        if (!is_told) {
            TRY(seen_list_add(next, seen_list_at(seen, i)));
            i++;
            continue;
        }
        if (told->event != EVENT_ADDED)
            free(seen_list_at(seen, i++).key);
        if (told->event != EVENT_REMOVED)
            TRY(seen_list_add(next, told->seen));
        j++;
    }
    return STATUS_OK;
}

enum status watch_keep(struct watch *watch)
{
    struct seen_list next = {.has_keys = watch->seen.has_keys};
    enum status status;

    if (watch->n_told == 0)
        return STATUS_OK;
    status = seen_list_resize(&next, watch->seen.n + watch->n_told);
    if (status != STATUS_OK) {
        seen_list_clear(&next);
        return status;
    }
    status = merge(watch, &next); /* there is room: it cannot fail */
    watch->seen.n = 0;            /* its keys were taken */
    seen_list_clear(&watch->seen);
    watch->seen = next;
    watch->n_told = 0; /* their keys were taken */
    watch_forget_told(watch);
    return status;
}
