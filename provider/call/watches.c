#include "provider/call/watches.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "provider/base/log.h"
#include "provider/base/mutant.h"
#include "provider/call/writer.h"
#include "provider/store/seal.h"

enum { NUMBER_DIGITS = 18 };

void watches_open(struct watches *watches)
{
    pthread_mutex_init(&watches->lock, NULL);
    watches->slots = NULL;
    watches->n = 0;
    watches->writer = NULL;
}

static void slot_free(struct watch_slot *slot)
{
    if (!slot)
        return;
    watch_free(slot->watch);
    free(slot->user);
    free(slot);
}

void watches_close(struct watches *watches)
{
    while (watches->slots) {
        struct watch_slot *next = watches->slots->next;

        slot_free(watches->slots);
        watches->slots = next;
    }
    pthread_mutex_destroy(&watches->lock);
}

/* ---- Under the lock ---- */

static void unlink_slot(struct watches *watches, struct watch_slot *slot)
{
    struct watch_slot **at = &watches->slots;

    while (*at != slot)
        at = &(*at)->next;
    *at = slot->next;
    watches->n--;
}

static void forget(struct watches *watches, struct watch_slot *slot)
{
    unlink_slot(watches, slot);
    slot_free(slot);
}

static void forget_old(struct watches *watches, int64_t now_ms)
{
    struct watch_slot *slot = watches->slots;

    while (slot) {
        struct watch_slot *next = slot->next;

        if (!slot->is_taken && now_ms - slot->used_ms > WATCHES_IDLE_MS)
            forget(watches, slot);
        slot = next;
    }
}

/* What a user holds, and which of it was not used for longest. */
struct holding {
    size_t n;
    size_t n_objects;
    size_t n_all_objects;
    struct watch_slot *oldest;
};

static struct holding holding_of(const struct watches *watches,
                                 const char *user)
{
    struct holding holding = {0};

    for (struct watch_slot *slot = watches->slots; slot; slot = slot->next) {
        /* One that another call has is counted once it is back. */
        const size_t n = slot->is_taken ? 0 : watch_size(slot->watch);

        holding.n_all_objects += n;
        if (strcmp(slot->user, user) != 0)
            continue;
        holding.n++;
        holding.n_objects += n;
        if (!slot->is_taken &&
            (!holding.oldest || slot->used_ms < holding.oldest->used_ms))
            holding.oldest = slot;
    }
    return holding;
}

static bool make_room(struct watches *watches, const char *user)
{
    const struct holding holding = holding_of(watches, user);

    if (holding.n >= WATCHES_USER_MAX || watches->n >= WATCHES_MAX) {
        if (!holding.oldest)
            return false;
        forget(watches, holding.oldest);
    }
    return true;
}

/* ---- Adding ---- */

static enum status make_slot(const char *user, struct watch *watch,
                             struct watch_slot **slot_out)
{
    unsigned char random[WATCH_NAME_CHARS / 2];
    struct watch_slot *slot = calloc(1, sizeof(*slot));

    if (slot)
        slot->user = text_dup(text_of(user));
    if (!slot || !slot->user ||
        getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random)) {
        slot_free(slot);
        return STATUS_NO_MEMORY;
    }
    for (size_t i = 0; i < sizeof(random); i++)
        snprintf(slot->name + 2 * i, 3, "%02x", random[i]);
    slot->watch = watch;
    slot->is_taken = true;
    *slot_out = slot;
    return STATUS_OK;
}

enum status watches_add(struct watches *watches, const char *user,
                        struct watch *watch, int64_t now_ms,
                        struct watch_slot **slot_out)
{
    OWNED(watch) owned = watch;
    struct watch_slot *slot;
    bool has_room;

    TRY(make_slot(user, watch, &slot));
    (void)TAKE(owned);
    slot->used_ms = now_ms;
    pthread_mutex_lock(&watches->lock);
    forget_old(watches, now_ms);
    has_room = make_room(watches, user);
    if (has_room) {
        slot->next = watches->slots;
        watches->slots = slot;
        watches->n++;
    }
    pthread_mutex_unlock(&watches->lock);
    if (!has_room) {
        slot_free(slot);
        return STATUS_LIMIT;
    }
    *slot_out = slot;
    return STATUS_OK;
}

/* ---- By token ---- */

void watch_token_write(const struct watch_slot *slot,
                       char out[WATCH_TOKEN_BYTES])
{
    snprintf(out, WATCH_TOKEN_BYTES, "%s.%" PRIu64 ".%" PRIu64, slot->name,
             slot->answer, slot->mark);
}

/* Takes ".NUMBER" from the front. */
static bool take_number(struct text *from, uint64_t *number_out)
{
    size_t n = 1;

    if (from->size < 2 || from->data[0] != '.')
        return false;
    for (*number_out = 0; n < from->size && from->data[n] != '.'; n++) {
        if (from->data[n] < '0' || from->data[n] > '9' || n > NUMBER_DIGITS)
            return false;
        *number_out = *number_out * 10 + (uint64_t)(from->data[n] - '0');
    }
    from->data += n;
    from->size -= n;
    return n > 1;
}

bool watch_token_read(struct text text, struct watch_token *token_out)
{
    struct text rest;

    if (text.size <= WATCH_NAME_CHARS)
        return false;
    token_out->name = (struct text){text.data, WATCH_NAME_CHARS};
    rest = (struct text){text.data + WATCH_NAME_CHARS,
                         text.size - WATCH_NAME_CHARS};
    return take_number(&rest, &token_out->answer) &&
           take_number(&rest, &token_out->mark) && rest.size == 0;
}

static enum status find(struct watches *watches, const char *user,
                        struct text name, struct watch_slot **slot_out)
{
    for (struct watch_slot *slot = watches->slots; slot; slot = slot->next) {
        if (!text_equal(text_of(slot->name), name) ||
            (strcmp(slot->user, user) != 0 && !MUTANT("watch-of-another")))
            continue;
        if (slot->is_taken)
            return STATUS_CONFLICT;
        slot->is_taken = true;
        *slot_out = slot;
        return STATUS_OK;
    }
    return STATUS_NOT_FOUND;
}

/* The caller has this answer, and may not have a later one. */
static enum status settle(struct watch_slot *slot, uint64_t answer)
{
    if (answer == slot->answer) {
        slot->is_had = true;
        slot->told_at = slot->position;
        return watch_keep(slot->watch);
    }
    if (answer + 1 != slot->answer || slot->is_had)
        return STATUS_NOT_FOUND;
    slot->answer = answer;
    slot->mark = 0; /* what is kept may have what only the lost one told */
    slot->is_stale = true;
    return STATUS_OK;
}

enum status watches_take(struct watches *watches, const char *user,
                         struct text token, struct watch_slot **slot_out)
{
    struct watch_slot *slot = NULL;
    struct watch_token read;
    enum status status;

    if (!watch_token_read(token, &read))
        return STATUS_NOT_FOUND;
    pthread_mutex_lock(&watches->lock);
    status = find(watches, user, read.name, &slot);
    pthread_mutex_unlock(&watches->lock);
    TRY(status);
    status = settle(slot, read.answer);
    if (status == STATUS_OK)
        *slot_out = slot;
    else
        watches_drop(watches, slot);
    return status;
}

enum status watches_return(struct watches *watches, struct watch_slot *slot,
                           int64_t now_ms)
{
    struct holding holding;
    bool is_too_much;

    pthread_mutex_lock(&watches->lock);
    slot->is_taken = false;
    slot->used_ms = now_ms;
    holding = holding_of(watches, slot->user);
    is_too_much = holding.n_objects > WATCHES_USER_OBJECTS_MAX ||
                  holding.n_all_objects > WATCHES_OBJECTS_MAX;
    if (is_too_much)
        forget(watches, slot);
    pthread_mutex_unlock(&watches->lock);
    return is_too_much ? STATUS_LIMIT : STATUS_OK;
}

void watches_drop(struct watches *watches, struct watch_slot *slot)
{
    pthread_mutex_lock(&watches->lock);
    forget(watches, slot);
    pthread_mutex_unlock(&watches->lock);
}

enum status watches_rename(struct watches *watches, struct watch_slot *slot,
                           const struct watch_token *token)
{
    bool is_there = false;

    pthread_mutex_lock(&watches->lock);
    for (const struct watch_slot *other = watches->slots; other;
         other = other->next)
        is_there |= text_equal(text_of(other->name), token->name);
    if (!is_there)
        memcpy(slot->name, token->name.data, WATCH_NAME_CHARS);
    pthread_mutex_unlock(&watches->lock);
    slot->answer = token->answer;
    return is_there ? STATUS_CONFLICT : STATUS_OK;
}

/* ---- Keeping ---- */

struct keeping {
    struct watches *watches;
    struct watch_slot *slot; /* NULL: all that have told more than is kept */
    uint64_t serial;
    enum status status;
};

static enum status put(struct store *store, struct watch_slot *slot,
                       uint64_t serial, int64_t now_s)
{
    struct watch_bytes bytes = watch_bytes_make(KEPT_WATCH_MAX_BYTES);
    enum status status = watch_write(slot->watch, &bytes);

    slot->is_unkept = status != STATUS_OK;
    if (status == STATUS_OK)
        status = kept_watch_put(
            store,
            &(const struct kept_watch){
                .name = text_of(slot->name),
                .user = text_of(slot->user),
                .class_name = text_of(watch_class_name(slot->watch)),
                .filter = text_of(watch_filter(slot->watch)),
                .serial = (int64_t)serial,
                .answer = (int64_t)slot->answer - watch_has_told(slot->watch),
                .position = slot->told_at,
                .after = slot->position,
                .used_s = now_s,
                .rows = buf_text(&bytes.rows),
                .keys = buf_text(&bytes.keys),
                .other_rows = buf_text(&bytes.other_rows),
                .other_keys = buf_text(&bytes.other_keys),
            });
    watch_bytes_clear(&bytes);
    return status;
}

static enum status put_all(struct store *store, struct watches *watches,
                           int64_t now_s)
{
    for (struct watch_slot *slot = watches->slots; slot; slot = slot->next)
        if (slot->mark != 0 && slot->told_at != slot->kept_at)
            TRY(put(store, slot, slot->serial, now_s));
    return STATUS_OK;
}

/* In the writer. What is not sealed has no log of changes. */
static void keep(void *context, struct call_ground *ground)
{
    struct keeping *keeping = context;
    struct store *store = ground->store;

    if (!seal_key_of(store) || store_part_begin(store) != STATUS_OK)
        return;
    keeping->status =
        keeping->slot
            ? put(store, keeping->slot, keeping->serial, ground->now_s)
            : put_all(store, keeping->watches, ground->now_s);
    if (keeping->status == STATUS_OK)
        keeping->status = store_part_keep(store);
    else if (store_part_undo(store) != STATUS_OK)
        ground->is_broken = true;
}

/* Is it kept, and committed? */
static bool keep_one(struct watches *watches, struct watch_slot *slot,
                     uint64_t serial)
{
    struct keeping keeping = {watches, slot, serial, STATUS_UNAVAILABLE};

    if (writer_run(watches->writer, keep, &keeping) != STATUS_OK ||
        keeping.status != STATUS_OK)
        return false;
    slot->kept_at = slot->told_at;
    return true;
}

/* The mark stays where what is kept says the same and is only nearer to the end
 * of the log: readers do not notice. */
void watches_keep(struct watches *watches, struct watch_slot *slot,
                  bool has_more)
{
    if (watch_tells_others(slot->watch))
        slot->mark = 0; /* no keeping has them */
    if (!watches->writer || has_more || slot->is_unkept)
        return;
    if (slot->mark == 0 && keep_one(watches, slot, slot->serial + 1))
        slot->mark = ++slot->serial;
    else if (slot->mark != 0 &&
             slot->told_at - slot->kept_at >= WATCH_KEEP_EVERY)
        slot->is_unkept = !keep_one(watches, slot, slot->serial);
}

void watches_end(struct watches *watches)
{
    struct keeping keeping = {.watches = watches};

    if (writer_run(watches->writer, keep, &keeping) != STATUS_OK)
        log_warn("watches.end why=%s", "they are not kept as they are");
    watches->writer = NULL;
}
