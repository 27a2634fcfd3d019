/*
 * What a watch has told, as bytes; and a watch made again from them.
 *
 * The bytes say which objects were told of, but not their versions. Which of
 * them have changed since is in the log of changes; all others have the version
 * that they have now.
 */
#include "provider/base/mutant.h"
#include "provider/object/query/watch_private.h"
#include "provider/store/change_log.h"

/* ---- Writing ---- */

struct watch_bytes watch_bytes_make(size_t max)
{
    return (struct watch_bytes){buf_make(max), buf_make(max), buf_make(max),
                                buf_make(max)};
}

void watch_bytes_clear(struct watch_bytes *bytes)
{
    buf_free(&bytes->rows);
    buf_free(&bytes->keys);
    buf_free(&bytes->other_rows);
    buf_free(&bytes->other_keys);
}

bool watch_tells_others(const struct watch *watch)
{
    for (size_t i = 0; i < watch->n_told; i++)
        if (watch->told[i].event != EVENT_CHANGED)
            return true;
    return false;
}

bool watch_has_told(const struct watch *watch)
{
    return watch->n_told > 0;
}

enum status watch_write(const struct watch *watch, struct watch_bytes *out)
{
    struct seen_writer before = {.rows = &out->rows, .keys = &out->keys};
    struct seen_writer others = {.rows = &out->other_rows,
                                 .keys = &out->other_keys};

    for (size_t i = 0; i < watch->seen.n; i++)
        seen_write(&before, seen_list_at(&watch->seen, i));
    seen_write_end(&before);
    for (size_t i = 0; i < watch->n_told; i++)
        if (watch->told[i].event != EVENT_CHANGED)
            seen_write(&others, watch->told[i].seen);
    seen_write_end(&others);
    TRY(buf_status(&out->rows));
    TRY(buf_status(&out->keys));
    TRY(buf_status(&out->other_rows));
    return buf_status(&out->other_keys);
}

/* ---- Making it again ---- */

struct recalling {
    struct visitor visitor; /* first */
    struct row_runs changed;
    size_t at; /* in those */
};

static bool has_changed(struct recalling *recalling, int64_t row)
{
    const struct row_runs *changed = &recalling->changed;

    while (recalling->at < changed->n && changed->of[recalling->at].last < row)
        recalling->at++;
    return recalling->at < changed->n &&
           changed->of[recalling->at].first <= row;
}

/* One that the caller sees; takes the key over. */
static enum status note_version(struct visitor *visitor, struct seen seen)
{
    struct recalling *recalling = (struct recalling *)visitor;
    struct seen_list *told = &visitor->watch->seen;

    while (visitor->at < told->n && told->rows[visitor->at] < seen.row)
        visitor->at++;
    if (visitor->at < told->n && told->rows[visitor->at] == seen.row &&
        !has_changed(recalling, seen.row))
        told->versions[visitor->at] = seen.version;
    free(seen.key);
    return STATUS_OK;
}

enum status watch_recall(struct watch *watch, struct object_call *call,
                         const struct object_filter *sight,
                         const struct watch_told *told)
{
    struct recalling recalling = {
        .visitor = {.visit = note_version, .watch = watch, .call = call}};
    enum status status;

    TRY(seen_list_read(&watch->seen,
                       (struct seen_bytes){told->rows, told->keys},
                       (struct seen_bytes){told->other_rows, told->other_keys},
                       WATCH_OBJECTS_MAX));
    TRY(change_log_since(call->store, watch->class->table, told->position,
                         &recalling.changed));
    if (MUTANT("g5-changes-unread"))
        recalling.changed.n = 0;
    status = watch_walk(&recalling.visitor, sight);
    row_runs_clear(&recalling.changed);
    return status;
}
