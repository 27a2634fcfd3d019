#include "provider/object/collection/member_label.h"

#include <stdlib.h>
#include <string.h>

#include "provider/object/collection/member_label_sql.h"
#include "provider/object/object_private.h"

enum { PLACE_UNKNOWN = -2, PLACE_NONE = -1 };

/* A collection. Marks count for the device whose round they bear. */
struct label_place {
    int64_t limit; /* place of its limit; PLACE_NONE, PLACE_UNKNOWN */
    int64_t was;   /* the same for labels that stand */
    uint64_t seen;
    uint64_t limits; /* it limits another that holds the device */
    bool is_held;
};

/* ---- Changes ---- */

void member_changes_clear(struct member_changes *changes)
{
    free(changes->of);
    *changes = (struct member_changes){0};
}

enum status member_changes_add(struct member_changes *changes,
                               const struct member_change *change)
{
    if (changes->n == changes->capacity) {
        const size_t capacity = changes->capacity ? 2 * changes->capacity : 64;
        struct member_change *grown =
            realloc(changes->of, capacity * sizeof(*grown));

        if (!grown)
            return STATUS_NO_MEMORY;
        changes->of = grown;
        changes->capacity = capacity;
    }
    changes->of[changes->n++] = *change;
    return STATUS_OK;
}

/* ---- Collections ---- */

void labeller_clear(struct labeller *labeller)
{
    row_set_clear(&labeller->known);
    row_list_clear(&labeller->held);
    free(labeller->places);
    *labeller = (struct labeller){0};
}

static enum status make_room(struct labeller *labeller)
{
    size_t capacity = labeller->capacity ? 2 * labeller->capacity : 64;
    struct label_place *grown;

    if (labeller->known.rows.n <= labeller->capacity)
        return STATUS_OK;
    grown = realloc(labeller->places, capacity * sizeof(*grown));
    if (!grown)
        return STATUS_NO_MEMORY;
    labeller->places = grown;
    labeller->capacity = capacity;
    return STATUS_OK;
}

static enum status place_of(struct labeller *labeller, int64_t collection,
                            size_t *place_out)
{
    *place_out = row_set_find(&labeller->known, collection);
    if (*place_out != SIZE_MAX)
        return STATUS_OK;
    TRY(row_set_add(&labeller->known, collection));
    TRY(make_room(labeller));
    *place_out = labeller->known.rows.n - 1;
    labeller->places[*place_out] = (struct label_place){
        .limit = PLACE_UNKNOWN,
        .was = PLACE_UNKNOWN,
    };
    return STATUS_OK;
}

/* Places move when there are more: they are named by number. */
static enum status find_limit(struct labeller *labeller, size_t place)
{
    const int64_t collection = labeller->known.rows.of[place];
    size_t limit;
    int64_t row;
    enum status found;

    if (labeller->places[place].limit != PLACE_UNKNOWN)
        return STATUS_OK;
    found = store_int_with(labeller->store, SQL_LABEL_LIMIT,
                           STORE_ARGS(STORE_INT(collection)), &row);
    labeller->places[place].limit = PLACE_NONE;
    if (found == STATUS_OK) {
        TRY(place_of(labeller, row, &limit));
        labeller->places[place].limit = (int64_t)limit;
    } else if (found != STATUS_END) {
        return found;
    }
    if (labeller->places[place].was == PLACE_UNKNOWN)
        labeller->places[place].was = labeller->places[place].limit;
    return STATUS_OK;
}

enum status labeller_moved(struct labeller *labeller, int64_t collection,
                           int64_t was)
{
    size_t place;
    size_t limit = 0;

    TRY(place_of(labeller, collection, &place));
    if (was)
        TRY(place_of(labeller, was, &limit));
    labeller->places[place].was = was ? (int64_t)limit : PLACE_NONE;
    return STATUS_OK;
}

/* ---- One device ---- */

static enum status hold(struct labeller *labeller, size_t place, bool is_held)
{
    struct label_place *at = &labeller->places[place];

    if (at->seen != labeller->round)
        TRY(row_list_add(&labeller->held, (int64_t)place));
    at->seen = labeller->round;
    at->is_held = is_held;
    return STATUS_OK;
}

/* A label and everything above it, until what is known to hold the device. */
static enum status hold_upwards(struct labeller *labeller, int64_t label)
{
    size_t place;

    TRY(place_of(labeller, label, &place));
    while (labeller->places[place].seen != labeller->round) {
        TRY(hold(labeller, place, true));
        TRY(find_limit(labeller, place));
        if (labeller->places[place].was == PLACE_NONE)
            break;
        place = (size_t)labeller->places[place].was;
    }
    return STATUS_OK;
}

static enum status read_labels(struct labeller *labeller, int64_t resource,
                               struct buf *before)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    struct text packed;

    TRY(store_row_with(labeller->store, SQL_LABEL_READ,
                       STORE_ARGS(STORE_INT(resource)), &stmt));
    packed = store_text(stmt, 0);
    buf_append_text(before, packed);
    for (size_t i = 0; i < label_count(LABELS_COLLECTIONS, packed); i++)
        TRY(hold_upwards(labeller, label_at(packed, i)));
    return buf_status(before);
}

static enum status mark_limits(struct labeller *labeller)
{
    for (size_t i = 0; i < labeller->held.n; i++) {
        const size_t place = (size_t)labeller->held.of[i];
        int64_t limit;

        TRY(find_limit(labeller, place));
        limit = labeller->places[place].limit;
        if (labeller->places[place].is_held && limit != PLACE_NONE)
            labeller->places[limit].limits = labeller->round;
    }
    return STATUS_OK;
}

static int by_row(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a;
    const int64_t y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

/* Deepest: it limits none of the others that hold the device. */
static enum status put_labels(struct labeller *labeller, struct buf *after)
{
    struct row_list *held = &labeller->held;
    size_t n = 0;

    TRY(mark_limits(labeller));
    for (size_t i = 0; i < held->n; i++) {
        const size_t place = (size_t)held->of[i];
        const struct label_place *at = &labeller->places[place];

        if (at->is_held && at->limits != labeller->round)
            held->of[n++] = labeller->known.rows.of[place];
    }
    if (n)
        qsort(held->of, n, sizeof(*held->of), by_row);
    for (size_t i = 0; i < n; i++)
        label_append(after, held->of[i]);
    return buf_status(after);
}

static enum status store_labels(struct labeller *labeller, int64_t resource,
                                struct text labels)
{
    return store_run_with(labeller->store, SQL_LABEL_STORE,
                          STORE_ARGS(STORE_INT(resource), STORE_BLOB(labels)));
}

enum { LABELS_MAX_BYTES = 4 * (KEY_SERIAL_MAX + 1) };

static enum status label_device(struct labeller *labeller, int64_t resource,
                                const struct member_change *changes, size_t n)
{
    SCOPED(buf_free) struct buf before = buf_make(LABELS_MAX_BYTES);
    SCOPED(buf_free) struct buf after = buf_make(LABELS_MAX_BYTES);

    labeller->round++;
    labeller->held.n = 0;
    TRY(read_labels(labeller, resource, &before));
    for (size_t i = 0; i < n; i++) {
        size_t place;

        TRY(place_of(labeller, changes[i].collection, &place));
        TRY(hold(labeller, place, changes[i].comes));
    }
    TRY(put_labels(labeller, &after));
    return text_equal(buf_text(&before), buf_text(&after))
               ? STATUS_OK
               : store_labels(labeller, resource, buf_text(&after));
}

/* ---- A block ---- */

/* By device, each device's in their order. */
static enum status sort_changes(const struct member_changes *changes,
                                uint32_t first[BLOCK_ROWS + 1],
                                struct member_change **sorted_out)
{
    struct member_change *sorted = calloc(changes->n + 1, sizeof(*sorted));

    if (!sorted)
        return STATUS_NO_MEMORY;
    memset(first, 0, (BLOCK_ROWS + 1) * sizeof(*first));
    for (size_t i = 0; i < changes->n; i++)
        first[changes->of[i].offset + 1]++;
    for (size_t i = 0; i < BLOCK_ROWS; i++)
        first[i + 1] += first[i];
    for (size_t i = 0; i < changes->n; i++)
        sorted[first[changes->of[i].offset]++] = changes->of[i];
    for (size_t i = BLOCK_ROWS; i > 0; i--)
        first[i] = first[i - 1]; /* each was moved to its end */
    first[0] = 0;
    *sorted_out = sorted;
    return STATUS_OK;
}

enum status labeller_apply(struct labeller *labeller, int64_t number,
                           const struct member_changes *changes,
                           const struct member_block *also)
{
    SCOPED(memory_drop) struct member_change *sorted = NULL;
    uint32_t first[BLOCK_ROWS + 1];

    TRY(sort_changes(changes, first, &sorted));
    for (size_t at = 0; at < BLOCK_ROWS; at++) {
        const size_t n = first[at + 1] - first[at];

        if (n || (also && block_has(also, at)))
            TRY(label_device(labeller, number * BLOCK_ROWS + (int64_t)at,
                             &sorted[first[at]], n));
    }
    return STATUS_OK;
}
