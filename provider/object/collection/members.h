/*
 * Members of collections, and what depends on them.
 *
 * Every collection has a set of devices (query/member_set.h), every device the
 * deepest of its collections as labels: both change together.
 *
 * A collection's members are what its rules name and its excluded collections
 * do not contain, as far as it is in the limiting collection; a root contains
 * every device (C9, C10). It depends on the collections it is limited by,
 * includes and excludes, without cycles (C21): all are evaluated in that order.
 */
#pragma once

#include "provider/object/collection/member_sweep.h"
#include "provider/object/collection/rule_statement.h"
#include "provider/object/object.h"
#include "provider/object/query/row_list.h"
#include "provider/wql/wql.h"

/* Evaluates a collection where a rule about one device was added or removed,
 * and what depends on it. */
MUST_CHECK
enum status members_evaluate_one(struct store *store, int64_t collection,
                                 int64_t resource, int64_t now_s);

/* The same for rules about some devices: each block is evaluated once. Sorts
 * them. */
MUST_CHECK
enum status members_evaluate_devices(struct store *store, int64_t collection,
                                     struct row_list *devices, int64_t now_s);

/* What changed of a device: these properties of a class, and whatever is
 * computed from others. */
struct member_trigger {
    const struct object_class *class;
    const char *const *properties; /* [n_properties] */
    size_t n_properties;
    const struct object_values *before; /* of the row; NULL: it is new */
};

/* Rules that find a device now and did not, or the reverse, and whose they
 * are. */
struct member_flips {
    struct row_set rules;
    struct row_list collections; /* [rules.rows.n] */
};
void member_flips_clear(struct member_flips *flips);

/* Adds those of a that are not in b. */
MUST_CHECK
enum status member_flips_less(const struct member_flips *a,
                              const struct member_flips *b,
                              struct member_flips *less);

/* Adds those of a that are of some rules. */
MUST_CHECK
enum status member_flips_of(const struct member_flips *a,
                            const struct row_set *rules,
                            struct member_flips *some);

/* As above for one device whose name or properties are new. trigger: NULL for
 * anything. Adds the rules that find it now and did not, or the reverse. */
MUST_CHECK
enum status members_reconsider(struct store *store, int64_t resource,
                               const struct member_trigger *trigger,
                               int64_t now_s, struct member_flips *changed);

/* What an act changed of a device or of a row that belongs to it: a class and
 * the names of properties. old NULL: the row is new; values NULL: it is gone.
 * changed_out[PROPERTIES_MAX] */
struct object_values;
struct member_trigger members_trigger(const struct object_class *class,
                                      const struct object_values *old,
                                      const struct object_values *values,
                                      const char **changed_out);

/* Is the name of a device another, which direct rules may name? */
bool members_is_renamed(const struct member_trigger *trigger);

/* members_reconsider in a call. Bringing the device into a collection this way
 * needs the right to name it there (STATUS_DENIED). */
MUST_CHECK
enum status members_follow(struct object_call *call, int64_t resource,
                           const struct member_trigger *trigger);

/*
 * A new device, user or group joins what finds it. Whoever makes it brings it
 * there, at once and when scheduled collections refresh, from the collection of
 * all of its kind, and must be able to: or deleting a device and making it
 * anew would do what renaming it may not (T61). trigger: all of its properties.
 */
MUST_CHECK
enum status members_arrive(struct object_call *call, int64_t resource,
                           const struct member_trigger *trigger);

/* Devices of one block. */
struct member_devices {
    int64_t number;
    struct member_block mask;
};

/* From the first of them to the last. */
struct rule_range member_range(const struct member_devices *devices);

/*
 * After an import: created[n] are new, in ascending order, and join All
 * Systems. Together, so that rules are run once and each block is evaluated
 * once.
 */
MUST_CHECK
enum status members_imported(struct store *store,
                             const struct row_list *created, int64_t now_s);

/*
 * Of devices that wait for rules since an import all are asked now: what is
 * done to them may let them in where they could not be yet, and what keeps them
 * out must be known. devices: ascending.
 */
MUST_CHECK
enum status members_stop_waiting(struct store *store,
                                 const struct row_list *devices, int64_t now_s);

/* ---- Query rules (member_query.c) ---- */

/*
 * Runs one rule again, or all of a collection; members follow by evaluation.
 * max_ms: STATUS_LIMIT for a rule that takes longer, which then finds what it
 * found before; 0: as long as any statement.
 */
MUST_CHECK
enum status members_query_rule(struct store *store, int64_t rule, int64_t now_s,
                               int64_t max_ms);
MUST_CHECK
enum status members_query(struct store *store, int64_t collection,
                          int64_t now_s, int64_t max_ms);

/* A rule finds nothing, until it is run again. */
MUST_CHECK
enum status members_forget_rule(struct store *store, int64_t rule);

/* ---- Some devices (member_ask.c) ---- */

struct member_pace {
    int64_t now_s;
    int64_t max_ms;
};

/* As below, of a rule whose text is known; does it find others then? */
MUST_CHECK
enum status members_ask_rule(struct store *store, struct rule_text rule,
                             const struct member_devices *devices,
                             struct member_pace pace, bool *is_changed_out);

/* Runs one rule for some devices of a block. STATUS_LIMIT: it takes longer than
 * max_ms, and finds what it found before. */
MUST_CHECK
enum status members_query_part(struct store *store, int64_t rule,
                               const struct member_devices *devices,
                               int64_t now_s, int64_t max_ms);

/*
 * The rules of collections that refresh on schedule alone which would find a
 * device that they did not find, or the reverse; and of all that refresh by
 * themselves, those which ask what time it is: sooner or later these do. Only
 * those within a set of rules.
 */
MUST_CHECK
enum status members_foresee(struct store *store, int64_t resource,
                            const struct member_trigger *trigger,
                            const struct row_set *within, int64_t now_s,
                            struct member_flips *flips);

/*
 * What waits for a refresh, whatever changed last: the rules of scheduled
 * collections that would find the device and did not; or the reverse, where
 * their collections hold it.
 */
MUST_CHECK
enum status members_waiting(struct store *store, int64_t resource,
                            const struct row_set *holders,
                            const struct row_set *within, int64_t now_s,
                            struct member_flips *flips);

/* As if a rule had found the device, or no longer, within a part of a write
 * that is undone. */
MUST_CHECK
enum status members_flip(struct store *store, int64_t rule, int64_t resource);

/*
 * Runs the rules of incrementally refreshed collections for some devices, those
 * that trigger concerns; adds those that find one now and did not, or the
 * reverse.
 */
MUST_CHECK
enum status members_query_some(struct store *store,
                               const struct member_devices *devices,
                               const struct member_trigger *trigger,
                               int64_t now_s, struct member_flips *changed);

/* ---- What comes and goes as a whole ---- */

/* Removes collections that are about to be deleted from all their members, with
 * their rules. Nothing else may depend on them. */
MUST_CHECK
enum status members_clear(struct store *store, const struct row_list *which,
                          int64_t now_s);

/* A new device joins All Systems, then whatever names it; a deleted one leaves
 * everything. */
MUST_CHECK
enum status members_join(struct store *store, int64_t resource, int64_t now_s);
MUST_CHECK
enum status members_leave(struct store *store, int64_t resource, int64_t now_s);

/*
 * Does a collection depend on another, directly or indirectly: being limited by
 * it, including or excluding it? By rows.
 */
MUST_CHECK
enum status collection_depends_on(struct store *store, int64_t collection,
                                  int64_t other, bool *is_out);

/* Does another exclude it, or what depends on it? What comes into it makes
 * members of that one go. */
MUST_CHECK
enum status collection_is_excluded(struct store *store, int64_t collection,
                                   bool *is_out);

/*
 * Users of a collection: each statement returns class name and key of its users
 * for the collection's row (?1) and key (?2).
 */
enum { N_COLLECTION_USES = 2 };
extern const char *const collection_uses[N_COLLECTION_USES];
