/*
 * Watching a class: what changed for one caller since they last looked.
 *
 * A watch knows the objects that it has told of, each with its version, and
 * nothing else. A look reads what the caller may see now, by the same statement
 * as a list, and tells the difference: so an object that becomes hidden is
 * removed, one that becomes visible is added, and what happens to hidden
 * objects leaves no trace. Rights are asked for every object in every look.
 *
 * What a look told counts only once the caller says so (watch_keep), because
 * the answer may not arrive.
 *
 * Memory: 12 bytes for an object, and its key if that is no number; so there
 * are at most WATCH_OBJECTS_MAX, or that by WATCH_KEY_WEIGHT with such keys. A
 * look reads all of them: it is for a thread of its own, within the caller's
 * allowance.
 */
#pragma once

#include "provider/object/object.h"

enum {
    WATCH_OBJECTS_MAX = 2 * 1000 * 1000,
    WATCH_KEY_WEIGHT = 4,
    WATCH_EVENTS_MAX = 1000,
};

struct watch;

/* filter: as of object_list, copied. STATUS_INVALID with the failure: the class
 * cannot be watched, or the filter is wrong. */
MUST_CHECK
enum status watch_new(struct object_call *call, struct text filter,
                      struct watch **watch_out);
void watch_free(struct watch *watch);
DEFINE_DROP(watch)

/* Is it a watch of this class and filter? */
bool watch_is_of(const struct watch *watch, const struct object_class *class,
                 struct text filter);

const char *watch_class_name(const struct watch *watch);
const char *watch_filter(const struct watch *watch);

/* The tables whose changes may concern it, as bits (store_changed). */
uint64_t watch_tables(const struct watch *watch);

/* Objects that it holds; each whose key is no number is WATCH_KEY_WEIGHT. */
size_t watch_size(const struct watch *watch);

/* Takes what the caller sees now as told. STATUS_LIMIT with the failure: that
 * is too much. */
MUST_CHECK
enum status watch_begin(struct watch *watch, struct object_call *call,
                        const struct object_filter *sight);

struct watch_look {
    const json_t *properties; /* array of names, or NULL: those of a list */
    size_t limit;             /* of events, up to WATCH_EVENTS_MAX */
    size_t n_told;            /* out */
    bool has_more;            /* out: the limit was reached */
};

/*
 * Writes [{"event": "added", "key": .., "object": {..}}, ..]; events are added,
 * changed and removed, the last without an object. What an earlier look told
 * and nobody kept is told again.
 */
MUST_CHECK
enum status watch_look(struct watch *watch, struct object_call *call,
                       const struct object_filter *sight,
                       struct watch_look *look, struct json_writer *result);

/* The last look arrived. */
MUST_CHECK
enum status watch_keep(struct watch *watch);

/* ---- Going on after it was forgotten (query/watch_recall.c) ---- */

/* Did the last look tell of objects that came or went? */
bool watch_tells_others(const struct watch *watch);
bool watch_has_told(const struct watch *watch); /* anything */

/* What it has told, and what the last look told as come or gone, which is what
 * does not, or does, stand in the first: rows, and keys that are no numbers. */
struct watch_bytes {
    struct buf rows;
    struct buf keys;
    struct buf other_rows;
    struct buf other_keys;
};
/* No buffer grows beyond max bytes. */
struct watch_bytes watch_bytes_make(size_t max);
void watch_bytes_clear(struct watch_bytes *bytes);

/* STATUS_LIMIT: it is too much. */
MUST_CHECK
enum status watch_write(const struct watch *watch, struct watch_bytes *out);

struct watch_told {
    struct text rows;
    struct text keys;
    struct text other_rows; /* told as well, as come or gone */
    struct text other_keys;
    int64_t position; /* in the log of changes, up to which it was told */
};

/*
 * A new watch becomes one that has told this, as it was at the position: the
 * next look tells the difference, and nothing that it has told already.
 * STATUS_NOT_FOUND: the changes since then are not known any more.
 */
MUST_CHECK
enum status watch_recall(struct watch *watch, struct object_call *call,
                         const struct object_filter *sight,
                         const struct watch_told *told);
