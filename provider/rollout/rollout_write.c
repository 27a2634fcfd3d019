#include "provider/rollout/rollout_write.h"

#include "provider/call/call.h"
#include "provider/rollout/ways.h"
#include "rbac/catalog.h"

enum {
    CHANGES_MAX_BYTES = 2 * 1024 * 1024,
    RIGHTS_MAX_BYTES = 4 * 1024 * 1024,
};

/* ---- What changes ---- */

/* As many as fit; returns their number. */
static size_t put_changes(const struct policy_plan *plan, struct json_writer *w)
{
    const struct json_writer before = *w;
    const size_t size = w->out->size;
    struct policy_plan part = *plan;

    for (;;) {
        policy_plan_write_json(&part, w);
        if (part.n_changes == 0 || (buf_status(w->out) == STATUS_OK &&
                                    w->out->size - size <= CHANGES_MAX_BYTES))
            return part.n_changes;
        buf_truncate(w->out, size);
        *w = before;
        part.n_changes /= 2;
    }
}

/* ---- Whose rights ---- */

static enum status put_right(struct backing *backing,
                             const struct rights_row *row,
                             struct json_writer *w)
{
    struct backing_count count;

    writer_object_begin(w);
    rights_put_row(row, w);
    if (backing && backing_tells(backing, row->type)) {
        TRY(backing_of(backing, row, &count));
        writer_put_int(w, "objects", count.n_objects);
        writer_put_int(w, "devices", count.n_devices);
    }
    writer_object_end(w);
    return STATUS_OK;
}

static enum status put_rights(const struct rights_difference *rights,
                              struct backing *backing, struct json_writer *w,
                              size_t *n_out)
{
    const size_t size = w->out->size;
    size_t n;

    writer_array_begin(w);
    for (n = 0; n < rights->n_rows && w->out->size - size < RIGHTS_MAX_BYTES;
         n++)
        TRY(put_right(backing, &rights->rows[n], w));
    writer_array_end(w);
    *n_out = n;
    return STATUS_OK;
}

enum status rollout_put_difference(const struct policy_plan *plan,
                                   const struct rights_difference *rights,
                                   struct backing *backing,
                                   struct json_writer *w)
{
    size_t n_changes, n_rights;

    writer_key(w, "changes");
    n_changes = put_changes(plan, w);
    writer_key(w, "rights");
    TRY(put_rights(rights, backing, w, &n_rights));
    writer_put_int(w, "n_changes", (int64_t)plan->n_changes);
    writer_put_int(w, "n_rights", (int64_t)rights->n_rows);
    writer_put_bool(w, "cut",
                    n_changes < plan->n_changes || n_rights < rights->n_rows);
    return STATUS_OK;
}

/* ---- The plan ---- */

static void put_missing(const struct declare_missing *missing,
                        struct json_writer *w)
{
    writer_object_begin(w);
    writer_put_string(w, "operation", need_operation_name(missing->need));
    writer_put_string(w, "class", need_class_name(missing->need));
    writer_put_string(w, "name", missing->name);
    writer_put_string(w, "at", missing->place);
    writer_put_string(w, "why", rbac_reason_text(missing->decision.reason));
    writer_object_end(w);
}

static void put_all_missing(const struct rollout *rollout,
                            struct json_writer *w)
{
    size_t n;
    const struct declare_missing *missing =
        declare_missing(rollout->declare, &n);

    writer_key(w, "missing");
    writer_array_begin(w);
    for (size_t i = 0; i < n; i++)
        put_missing(&missing[i], w);
    writer_array_end(w);
}

static void put_adopted(const struct rollout *rollout, struct json_writer *w)
{
    writer_key(w, "adopted");
    writer_array_begin(w);
    if (declare_adopted(rollout->declare).size)
        writer_raw(w, declare_adopted(rollout->declare));
    writer_array_end(w);
}

static void put_tests(const struct trial_count *count, struct json_writer *w)
{
    writer_key(w, "tests");
    writer_object_begin(w);
    writer_put_int(w, "passed", (int64_t)count->n_passed);
    writer_put_int(w, "failed", (int64_t)count->n_failed);
    writer_object_end(w);
}

static struct backing_reader reader_of(const struct rollout *rollout)
{
    const struct call *call = rollout->call;

    if (!call)
        return (struct backing_reader){.now_s = rollout->now_s};
    return (struct backing_reader){call->rights->subject, call->gate.level,
                                   rollout->now_s};
}

enum status rollout_put_plan(const struct rollout *rollout,
                             struct json_writer *w)
{
    OWNED(backing) backing = NULL;
    size_t n_missing;

    /* A caller without the rights is not told how many devices a query of
     * theirs would find: that would be a way to read any device (T60). */
    declare_missing(rollout->declare, &n_missing);
    if (n_missing == 0)
        TRY(backing_new(rollout->store, rollout->before->engine,
                        rollout_site(rollout)->engine, &rollout->rights,
                        reader_of(rollout), &backing));
    writer_put_int(w, "version", rollout->current.number);
    writer_put_string(w, "digest", rollout->source->digest);
    writer_put_string(w, "plan_digest", rollout->digest);
    TRY(rollout_put_difference(&rollout->plan, &rollout->rights, backing, w));
    writer_key(w, "messages");
    source_write_messages(rollout->source, w);
    put_adopted(rollout, w);
    writer_key(w, "differs");
    TRY(declare_put_differing(rollout->store, w));
    ways_put(rollout, w);
    put_tests(&rollout->tests, w);
    put_all_missing(rollout, w);
    return STATUS_OK;
}
