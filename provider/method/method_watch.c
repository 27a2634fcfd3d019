/*
 * object.watch: what changed, for this caller, since their last call.
 *
 * Nothing is pushed and nobody is waited for: a reader asks again with the
 * token of the last answer. Where nothing was committed that could concern the
 * watch, a call costs no more than finding it.
 */
#include <stdio.h>
#include <string.h>

#include "provider/call/method.h"
#include "provider/call/watches.h"
#include "provider/method/methods.h"
#include "provider/method/sight_of.h"

enum {
    EVENTS_DEFAULT = 100,
    /* Rights begin and end by the clock too. */
    LOOK_EVERY_MS = 15 * 1000,
};

struct watching {
    struct call *call;
    struct watch_slot *slot;
    bool is_new; /* nothing is told in this call */
    bool is_gap;
};

static enum status fail(struct call *call, const char *at, const char *why)
{
    snprintf(call->problem.at, sizeof(call->problem.at), "%s", at);
    call->problem.why = why;
    return STATUS_INVALID;
}

static enum status fail_other(struct call *call)
{
    return fail(call, "resume",
                "It continues a watch of another class or filter.");
}

static enum status fail_taken(struct call *call)
{
    call->message = "Another call reads this watch. Try again.";
    return STATUS_CONFLICT;
}

/* ---- The watch ---- */

static enum status make(struct watching *w)
{
    struct call *call = w->call;
    OWNED(watch) watch = NULL;

    TRY(watch_new(&call->act, params_text(call->params, "filter"), &watch));
    TRY(watches_add(call->ground->watches, call->peer->session->user,
                    TAKE(watch), call->ground->now_ms, &w->slot));
    w->slot->is_stale = true;
    return STATUS_OK;
}

/* Where the log of changes ends in the caller's view. */
static enum status position(const struct watching *w, int64_t *position_out)
{
    int64_t first;

    return change_log_ends(w->call->ground->store, &first, position_out);
}

static enum status add(struct watching *w)
{
    TRY(make(w));
    w->is_new = !params_boolean(w->call->params, "list") || w->is_gap;
    TRY(position(w, &w->slot->told_at));
    return STATUS_OK;
}

/* ---- One that was forgotten, from what was kept of it ---- */

static bool is_of(const struct call *call, const struct kept_watch *kept)
{
    return text_equal(kept->class_name, text_of(call->gate.class->name)) &&
           text_equal(kept->filter, params_text(call->params, "filter"));
}

/* Does it hold what the token's reader knows? told_out: and only that. */
static bool read_told(const struct kept_watch *kept,
                      const struct watch_token *token,
                      struct watch_told *told_out)
{
    const int64_t answer = (int64_t)token->answer;
    const int64_t mark = (int64_t)token->mark;

    *told_out = (struct watch_told){
        .rows = kept->rows, .keys = kept->keys, .position = kept->position};
    if (mark != 0 && mark == kept->serial - 1 && answer == kept->answer)
        return true; /* the answer behind it was lost */
    told_out->other_rows = kept->other_rows;
    told_out->other_keys = kept->other_keys;
    if (answer > kept->answer)
        told_out->position = kept->after;
    return mark == kept->serial && answer >= kept->answer;
}

static enum status make_again(struct watching *w, const struct watch_told *told,
                              const struct watch_token *token, int64_t serial)
{
    struct call *call = w->call;
    struct reader reader = reader_of(call);
    const struct object_filter sight = filter_of(call, &reader);

    TRY(make(w));
    if (watches_rename(call->ground->watches, w->slot, token) != STATUS_OK)
        return fail_taken(call);
    w->slot->serial = (uint64_t)serial;
    w->slot->told_at = w->slot->kept_at = told->position;
    return watch_recall(w->slot->watch, &call->act, &sight, told);
}

/* STATUS_NOT_FOUND: the reader must begin again. */
static enum status recall(struct watching *w)
{
    struct call *call = w->call;
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    struct watch_token token;
    struct kept_watch kept;
    struct watch_told told;
    enum status status;

    if (!watch_token_read(params_text(call->params, "resume"), &token))
        return STATUS_NOT_FOUND;
    TRY(kept_watch_find(call->ground->store, token.name,
                        text_of(call->peer->session->user), &stmt, &kept));
    if (!read_told(&kept, &token, &told))
        return STATUS_NOT_FOUND;
    if (!is_of(call, &kept))
        return fail_other(call);
    status = make_again(w, &told, &token, kept.serial);
    if (status != STATUS_OK && w->slot) {
        watches_drop(call->ground->watches, w->slot);
        w->slot = NULL;
    }
    return status;
}

static enum status find(struct watching *w)
{
    struct call *call = w->call;
    enum status found;

    if (params_integer(call->params, "limit", EVENTS_DEFAULT) < 1)
        return fail(call, "limit", "It must be at least 1.");
    if (!params_value(call->params, "resume"))
        return add(w);
    found = watches_take(call->ground->watches, call->peer->session->user,
                         params_text(call->params, "resume"), &w->slot);
    if (found == STATUS_CONFLICT)
        return fail_taken(call);
    if (found == STATUS_NOT_FOUND) {
        found = recall(w);
        if (found != STATUS_NOT_FOUND)
            return found;
        w->is_gap = true;
        return add(w);
    }
    TRY(found);
    if (!watch_is_of(w->slot->watch, call->gate.class,
                     params_text(call->params, "filter")))
        return fail_other(call);
    return STATUS_OK;
}

/* ---- Looking ---- */

/* Could the caller see anything else than at the last look? */
static bool must_look(const struct watching *w)
{
    const struct call_ground *ground = w->call->ground;
    const struct watch_slot *slot = w->slot;

    return slot->is_stale || slot->generation != ground->generation->number ||
           slot->level != w->call->gate.level ||
           ground->now_ms - slot->looked_ms >= LOOK_EVERY_MS ||
           !ground->present ||
           present_has_changed(ground->present, watch_tables(slot->watch),
                               slot->n_commits);
}

static enum status note_look(struct watching *w, bool has_more)
{
    const struct call_ground *ground = w->call->ground;
    struct watch_slot *slot = w->slot;

    slot->position = slot->told_at;
    if (!has_more)
        TRY(position(w, &slot->position));
    if (!watch_has_told(slot->watch))
        slot->told_at = slot->position;
    slot->is_stale = has_more;
    slot->generation = ground->generation->number;
    slot->level = w->call->gate.level;
    slot->n_commits = ground->n_commits;
    slot->looked_ms = ground->now_ms;
    watches_keep(ground->watches, slot, has_more);
    return STATUS_OK;
}

static enum status look(struct watching *w, struct watch_look *look,
                        struct json_writer *result)
{
    struct call *call = w->call;
    struct reader reader = reader_of(call);
    const struct object_filter sight = filter_of(call, &reader);

    if (w->is_new) {
        writer_array_begin(result);
        writer_array_end(result);
        TRY(watch_begin(w->slot->watch, &call->act, &sight));
    } else if (must_look(w)) {
        TRY(watch_look(w->slot->watch, &call->act, &sight, look, result));
        if (look->n_told > 0)
            w->slot->is_had = false;
        w->slot->answer += look->n_told > 0;
    } else {
        writer_array_begin(result);
        writer_array_end(result);
        return STATUS_OK;
    }
    return note_look(w, look->has_more);
}

static enum status answer(struct watching *w, struct json_writer *result)
{
    const struct call *call = w->call;
    struct watch_look wanted = {
        .properties = params_value(call->params, "properties"),
        .limit = (size_t)params_integer(call->params, "limit", EVENTS_DEFAULT),
    };
    char token[WATCH_TOKEN_BYTES];

    writer_object_begin(result);
    writer_key(result, "events");
    TRY(look(w, &wanted, result));
    watch_token_write(w->slot, token);
    writer_put_string(result, "resume", token);
    if (wanted.has_more)
        writer_put_bool(result, "more", true);
    if (w->is_gap)
        writer_put_bool(result, "gap", true);
    writer_object_end(result);
    return STATUS_OK;
}

enum rpc_error run_object_watch(struct call *call, struct json_writer *result)
{
    struct watching w = {.call = call};
    struct watches *watches = call->ground->watches;
    enum status status = watches ? find(&w) : STATUS_UNAVAILABLE;
    enum status returned;

    if (status == STATUS_OK)
        status = answer(&w, result);
    if (!w.slot)
        return method_error(status);
    if (status != STATUS_OK && w.is_new) {
        watches_drop(watches, w.slot);
        return method_error(status);
    }
    w.slot->is_stale |= status != STATUS_OK;
    returned = watches_return(watches, w.slot, call->ground->now_ms);
    if (returned == STATUS_LIMIT)
        call->message = "The watches hold too many objects together. Watch "
                        "fewer, by filters.";
    return method_error(status == STATUS_OK ? returned : status);
}
