/*
 * What the last evaluations of a collection did, counted with its members: how
 * many came or went, when, and how long it took.
 *
 * A full evaluation goes through all members of a collection; an incremental
 * one through devices that came, went or changed. What is due is in its full
 * evaluation until it is ready: all that comes or goes is counted to it, also
 * after a stop.
 */
#pragma once

#include "provider/object/query/row_list.h"

enum evaluation_kind { EVALUATION_FULL = 0, EVALUATION_INCREMENTAL };

/* One evaluation, of one collection or many. */
struct evaluation_count {
    enum evaluation_kind kind;
    int64_t begun_us;
    struct row_set counted; /* collections that changed in it */
};
void evaluation_count_begin(struct evaluation_count *count,
                            enum evaluation_kind kind);
void evaluation_count_clear(struct evaluation_count *count);

/* Milliseconds since then, begun ones too. */
int64_t evaluation_count_ms(int64_t begun_us);

/* Members of a collection that came or went. */
struct members_changed {
    int64_t collection;
    int64_t more; /* that came, less those that went */
    int64_t n;    /* both together */
};
MUST_CHECK
enum status evaluation_count_add(struct evaluation_count *count,
                                 struct store *store,
                                 const struct members_changed *changed,
                                 int64_t now_s);

/* What changes of a collection that is through, by others that are not yet, is
 * counted with what changed before. */
MUST_CHECK
enum status evaluation_count_go_on(struct evaluation_count *count,
                                   int64_t collection);

/* A full evaluation of a collection is through, unless it is due: even if
 * nothing changed. */
MUST_CHECK
enum status evaluation_count_end(const struct evaluation_count *count,
                                 struct store *store, int64_t collection);
