#include "provider/call/watches.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "provider/base/mutant.h"

void watches_open(struct watches *watches)
{
    pthread_mutex_init(&watches->lock, NULL);
    watches->slots = NULL;
    watches->n = 0;
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
    snprintf(out, WATCH_TOKEN_BYTES, "%s.%" PRIu64, slot->name, slot->answer);
}

/* "NAME.ANSWER" */
static bool token_read(struct text token, struct text *name_out,
                       uint64_t *answer_out)
{
    uint64_t answer = 0;

    if (token.size <= WATCH_NAME_CHARS + 1 ||
        token.size > WATCH_NAME_CHARS + 19 ||
        token.data[WATCH_NAME_CHARS] != '.')
        return false;
    for (size_t i = WATCH_NAME_CHARS + 1; i < token.size; i++) {
        if (token.data[i] < '0' || token.data[i] > '9')
            return false;
        answer = answer * 10 + (uint64_t)(token.data[i] - '0');
    }
    *name_out = (struct text){token.data, WATCH_NAME_CHARS};
    *answer_out = answer;
    return true;
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
    if (answer == slot->answer)
        return watch_keep(slot->watch);
    if (answer + 1 != slot->answer)
        return STATUS_NOT_FOUND;
    slot->answer = answer;
    slot->is_stale = true;
    return STATUS_OK;
}

enum status watches_take(struct watches *watches, const char *user,
                         struct text token, struct watch_slot **slot_out)
{
    struct watch_slot *slot = NULL;
    struct text name;
    uint64_t answer;
    enum status status;

    if (!token_read(token, &name, &answer))
        return STATUS_NOT_FOUND;
    pthread_mutex_lock(&watches->lock);
    status = find(watches, user, name, &slot);
    pthread_mutex_unlock(&watches->lock);
    TRY(status);
    status = settle(slot, answer);
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
