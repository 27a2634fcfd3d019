#include "provider/rollout/directory.h"

#include <stdio.h>
#include <string.h>

#include "provider/base/datetime.h"
#include "provider/base/log.h"
#include "provider/rollout/rollout.h"
#include "provider/store/audit.h"

enum {
    ERRORS_MAX_BYTES = 256 * 1024,
    WHY_MAX_BYTES = 4000,
    DETAIL_MAX_BYTES = 8192,
};

const char *directory_state_name(enum directory_state state)
{
    switch (state) {
    case DIRECTORY_NONE:
        return "";
    case DIRECTORY_APPLIED:
        return "applied";
    case DIRECTORY_DIFFERS:
        return "differs";
    case DIRECTORY_REFUSED:
        return "refused";
    }
    return "";
}

void directory_open(struct directory *directory)
{
    *directory = (struct directory){.errors = buf_make(ERRORS_MAX_BYTES)};
    pthread_mutex_init(&directory->lock, NULL);
}

void directory_close(struct directory *directory)
{
    buf_free(&directory->errors);
    pthread_mutex_destroy(&directory->lock);
}

/* ---- Applying ---- */

static enum status record(struct call_ground *ground,
                          const struct policy_version *version, bool changed,
                          struct text why)
{
    SCOPED(buf_free) struct buf detail = buf_make(DETAIL_MAX_BYTES);
    struct json_writer w = json_writer_make(&detail);
    struct audit_record record = {
        .event = "policy.apply",
        .outcome = why.size ? AUDIT_FAILED : AUDIT_DONE,
        .reason = why.size ? TEXT("invalid") : (struct text){0},
    };
    int64_t id;

    writer_object_begin(&w);
    if (!why.size) {
        writer_put_int(&w, "version", version->number);
        writer_put_string(&w, "sha256", version->digest);
        writer_put_bool(&w, "changed", changed);
    } else {
        if (why.size > WHY_MAX_BYTES)
            why.size = WHY_MAX_BYTES;
        writer_put_text(&w, "why", why);
    }
    writer_object_end(&w);
    TRY(buf_status(&detail));
    record.detail = buf_text(&detail);
    return audit_append(ground->store, &record, &id);
}

/* STATUS_INVALID: undo this part of the change. */
/* Nobody reads a plan at startup and reload. */
static void log_adopted(struct text adopted)
{
    SCOPED(memory_drop) char *said = adopted.size ? text_dup(adopted) : NULL;

    if (said)
        log_warn("policy.adopted objects=%s", said);
}

static enum status put_in_place(struct rollout *rollout,
                                struct call_ground *ground,
                                struct directory_outcome *outcome)
{
    struct policy_version version = {.author = "directory",
                                     .origin = "directory"};

    TRY(rollout_run(rollout));
    log_adopted(declare_adopted(rollout->declare));
    TRY(rollout_keep(rollout, &version));
    TRY(record(ground, &version, rollout->changed, (struct text){0}));
    outcome->is_new = true;
    outcome->changed = rollout->changed;
    outcome->running = version;
    if (rollout->changed)
        return call_ground_take(ground, TAKE(rollout->after));
    return STATUS_OK;
}

static enum status roll_out(struct source *source, struct call_ground *ground,
                            struct directory_outcome *outcome)
{
    SCOPED(rollout_clear)
    struct rollout rollout = {
        .store = ground->store,
        .before = ground->generation->site,
        .source = source,
        .now_s = ground->now_s,
    };
    enum status status;

    TRY(store_part_begin(ground->store));
    status = put_in_place(&rollout, ground, outcome);
    if (status == STATUS_OK)
        return store_part_keep(ground->store);
    if (store_part_undo(ground->store) != STATUS_OK)
        return STATUS_UNAVAILABLE;
    return status;
}

/* Applied only if it differs from what was last applied from there. */
static enum status apply_changed(struct source *source,
                                 struct call_ground *ground,
                                 struct directory_outcome *outcome)
{
    struct policy_version last;

    TRY(policy_version_newest(ground->store, NULL, &outcome->running));
    TRY(policy_version_newest(ground->store, "directory", &last));
    if (last.number > 0 && strcmp(last.digest, source->digest) == 0)
        return STATUS_OK;
    return roll_out(source, ground, outcome);
}

static enum status record_refusal(const struct source *source,
                                  struct call_ground *ground)
{
    SCOPED(buf_free) struct buf lines = buf_make(ERRORS_MAX_BYTES);

    source_write_lines(source, &lines);
    return record(ground, NULL, false,
                  lines.size ? buf_text(&lines) : TEXT("it cannot be read"));
}

void directory_apply(struct source *source, enum status was_read,
                     struct call_ground *ground,
                     struct directory_outcome *outcome)
{
    *outcome = (struct directory_outcome){.status = was_read};
    if (outcome->status == STATUS_OK)
        outcome->status = apply_changed(source, ground, outcome);
    if (outcome->status == STATUS_INVALID &&
        record_refusal(source, ground) != STATUS_OK)
        outcome->status = STATUS_UNAVAILABLE;
    if (outcome->status != STATUS_OK && outcome->status != STATUS_INVALID)
        ground->is_broken = true; /* the whole change is rolled back */
}

static void log_outcome(const char *path, const struct source *source,
                        const struct directory_outcome *outcome)
{
    const struct policy_version *running = &outcome->running;

    if (outcome->status != STATUS_OK)
        log_error("policy.rejected directory=%s why=%s", path,
                  status_name(outcome->status));
    else if (outcome->is_new)
        log_info("policy.applied directory=%s version=%lld changed=%d", path,
                 (long long)running->number, outcome->changed);
    else if (strcmp(running->digest, source->digest) == 0)
        log_info("policy.unchanged directory=%s version=%lld", path,
                 (long long)running->number);
    else
        log_warn("policy.differs directory=%s version=%lld author=%s", path,
                 (long long)running->number, running->author);
}

void directory_note(struct directory *directory, const char *path,
                    const struct source *source,
                    const struct directory_outcome *outcome, int64_t now_s)
{
    const bool is_refused = outcome->status != STATUS_OK;
    const char *digest = is_refused ? "" : source->digest;

    log_outcome(path, source, outcome);
    pthread_mutex_lock(&directory->lock);
    if (strcmp(directory->digest, digest) != 0 || directory->n_reloads == 0)
        directory->since_s = now_s;
    snprintf(directory->path, sizeof(directory->path), "%s", path);
    snprintf(directory->digest, sizeof(directory->digest), "%s", digest);
    directory->state = is_refused ? DIRECTORY_REFUSED : DIRECTORY_APPLIED;
    directory->n_reloads++;
    directory->n_refused += is_refused;
    buf_clear(&directory->errors);
    if (is_refused)
        source_write_lines(source, &directory->errors);
    pthread_mutex_unlock(&directory->lock);
}

/* ---- Status ---- */

static enum directory_state state_beside(const struct directory *directory,
                                         const char *running)
{
    if (directory->state != DIRECTORY_APPLIED)
        return directory->state;
    return strcmp(directory->digest, running) == 0 ? DIRECTORY_APPLIED
                                                   : DIRECTORY_DIFFERS;
}

enum directory_state directory_state(struct directory *directory,
                                     const char *running)
{
    enum directory_state state;

    pthread_mutex_lock(&directory->lock);
    state = state_beside(directory, running);
    pthread_mutex_unlock(&directory->lock);
    return state;
}

static void put_lines(struct text lines, struct json_writer *w)
{
    writer_array_begin(w);
    while (lines.size > 0) {
        const char *end = memchr(lines.data, '\n', lines.size);
        const size_t size = end ? (size_t)(end - lines.data) : lines.size;

        writer_text(w, (struct text){lines.data, size});
        lines.data += size + (end ? 1 : 0);
        lines.size -= size + (end ? 1 : 0);
    }
    writer_array_end(w);
}

static void put_state(const struct directory *directory, const char *running,
                      struct json_writer *w)
{
    char since[DATETIME_BYTES];

    datetime_write(directory->since_s, since);
    writer_key(w, "directory");
    writer_object_begin(w);
    writer_put_string(w, "path", directory->path);
    writer_put_string(w, "state",
                      directory_state_name(state_beside(directory, running)));
    writer_put_string(w, "since", since);
    writer_key(w, "errors");
    put_lines(buf_text(&directory->errors), w);
    writer_object_end(w);
}

void directory_put(struct directory *directory, const char *running,
                   struct json_writer *w)
{
    pthread_mutex_lock(&directory->lock);
    if (directory->state != DIRECTORY_NONE)
        put_state(directory, running, w);
    writer_put_int(w, "reloads", directory->n_reloads);
    writer_put_int(w, "reloads_failed", directory->n_refused);
    pthread_mutex_unlock(&directory->lock);
}
