#include "provider/object/collection/member_label.h"

#include <stdlib.h>
#include <string.h>

#include "provider/object/collection/member_label_sql.h"
#include "provider/object/query/label_block.h"
#include "provider/object/query/limits.h"

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

    if (labeller->places[place].limit != PLACE_UNKNOWN)
        return STATUS_OK;
    TRY(limit_read(labeller->store, collection, &row));
    labeller->places[place].limit = PLACE_NONE;
    if (row) {
        TRY(place_of(labeller, row, &limit));
        labeller->places[place].limit = (int64_t)limit;
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

static enum status hold_labels(struct labeller *labeller, struct text list)
{
    struct label_walk walk = {list, 0};
    enum status found;

    while ((found = label_walk_next(&walk)) == STATUS_OK)
        TRY(hold_upwards(labeller, walk.row));
    return found == STATUS_END ? STATUS_OK : found;
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
        label_list_append(after, i ? held->of[i - 1] : 0, held->of[i]);
    return buf_status(after);
}

/* Changes of one device, in their order. */
struct device_changes {
    const struct member_change *of;
    size_t n;
};

static bool are_alike(const struct device_changes *a,
                      const struct device_changes *b)
{
    if (a->n != b->n)
        return false;
    for (size_t i = 0; i < a->n; i++)
        if (a->of[i].collection != b->of[i].collection ||
            a->of[i].comes != b->of[i].comes)
            return false;
    return true;
}

static enum status label_device(struct labeller *labeller, struct text before,
                                const struct device_changes *changes,
                                struct buf *after)
{
    labeller->round++;
    labeller->held.n = 0;
    TRY(hold_labels(labeller, before));
    for (size_t i = 0; i < changes->n; i++) {
        size_t place;

        TRY(place_of(labeller, changes->of[i].collection, &place));
        TRY(hold(labeller, place, changes->of[i].comes));
    }
    return put_labels(labeller, after);
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

/* The devices of a block of labels. */
struct relabelled {
    int64_t number; /* of the block of labels */
    uint64_t which; /* devices, as bits */
    struct device_changes of[LABELS_ROWS];
    struct label_block block;  /* as stored */
    struct buf bytes;          /* lists that are new */
    size_t first[LABELS_ROWS]; /* of each in bytes */
    size_t size[LABELS_ROWS];
};

static bool is_which(const struct relabelled *some, size_t i)
{
    return some->which >> i & 1;
}

/* Neighbours that came alike and changed alike are alike afterwards. */
static enum status label_devices(struct labeller *labeller,
                                 struct relabelled *some)
{
    size_t last = LABELS_ROWS;

    for (size_t i = 0; i < LABELS_ROWS; i++) {
        if (!is_which(some, i))
            continue;
        if (last < LABELS_ROWS &&
            text_equal(some->block.of[last], some->block.of[i]) &&
            are_alike(&some->of[last], &some->of[i])) {
            some->first[i] = some->first[last];
            some->size[i] = some->size[last];
            continue;
        }
        some->first[i] = buf_text(&some->bytes).size;
        TRY(label_device(labeller, some->block.of[i], &some->of[i],
                         &some->bytes));
        some->size[i] = buf_text(&some->bytes).size - some->first[i];
        last = i;
    }
    return STATUS_OK;
}

/* Returns whether any has other labels now. */
static bool put_into_block(struct relabelled *some)
{
    const struct text bytes = buf_text(&some->bytes);
    bool is_other = false;

    for (size_t i = 0; i < LABELS_ROWS; i++) {
        struct text now = {NULL, some->size[i]};

        if (now.size)
            now.data = bytes.data + some->first[i];
        if (!is_which(some, i) || text_equal(now, some->block.of[i]))
            continue;
        some->block.of[i] = now;
        is_other = true;
    }
    return is_other;
}

static enum status store_block(struct store *store, int64_t number,
                               struct text packed)
{
    if (packed.size == 0)
        return store_run_with(store, SQL_LABEL_DROP,
                              STORE_ARGS(STORE_INT(number)));
    return store_run_with(store, SQL_LABEL_STORE,
                          STORE_ARGS(STORE_INT(number), STORE_BLOB(packed)));
}

enum status labels_keep(struct store *store, int64_t number, struct text packed)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    struct text stored = {NULL, 0};
    const enum status found = store_row_with(
        store, SQL_LABEL_READ, STORE_ARGS(STORE_INT(number)), &stmt);

    if (found != STATUS_END) {
        TRY(found);
        stored = store_text(stmt, 0);
    }
    if (text_equal(stored, packed))
        return STATUS_OK;
    store_done(&stmt);
    return store_block(store, number, packed);
}

static enum status relabel(struct labeller *labeller, struct relabelled *some,
                           struct buf *packed)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    struct text stored = {NULL, 0};
    const enum status found =
        store_row_with(labeller->store, SQL_LABEL_READ,
                       STORE_ARGS(STORE_INT(some->number)), &stmt);

    if (found != STATUS_END) {
        TRY(found);
        stored = store_text(stmt, 0);
    }
    TRY(label_block_read(stored, &some->block));
    TRY(label_devices(labeller, some));
    if (!put_into_block(some))
        return STATUS_OK;
    TRY(label_block_write(&some->block, packed));
    store_done(&stmt);
    return store_block(labeller->store, some->number, buf_text(packed));
}

static enum status relabel_part(struct labeller *labeller, size_t part,
                                int64_t number, uint64_t also,
                                const struct member_change *sorted,
                                const uint32_t first[BLOCK_ROWS + 1])
{
    struct relabelled some = {.number = (number * BLOCK_ROWS >> LABELS_BITS) +
                                        (int64_t)part,
                              .which = also,
                              .bytes = buf_make(LABELS_BLOCK_MAX_BYTES)};
    SCOPED(buf_free) struct buf packed = buf_make(LABELS_BLOCK_MAX_BYTES);
    enum status done;

    for (size_t i = 0; i < LABELS_ROWS; i++) {
        const size_t at = part * LABELS_ROWS + i;

        some.of[i] = (struct device_changes){&sorted[first[at]],
                                             first[at + 1] - first[at]};
        if (some.of[i].n)
            some.which |= UINT64_C(1) << i;
    }
    done = relabel(labeller, &some, &packed);
    buf_free(&some.bytes);
    return done;
}

_Static_assert(LABELS_ROWS == 64, "a word of a block has a bit for each");

enum status labeller_apply(struct labeller *labeller, int64_t number,
                           const struct member_changes *changes,
                           const struct member_block *also)
{
    SCOPED(memory_drop) struct member_change *sorted = NULL;
    uint32_t first[BLOCK_ROWS + 1];

    TRY(sort_changes(changes, first, &sorted));
    for (size_t part = 0; part < BLOCK_WORDS; part++) {
        const uint64_t more = also ? also->words[part] : 0;
        const size_t at = part * LABELS_ROWS;

        if (more || first[at] != first[at + LABELS_ROWS])
            TRY(relabel_part(labeller, part, number, more, sorted, first));
    }
    return STATUS_OK;
}
