/*
 * What watches of classes have told their readers, so that a reader can go on
 * after the provider has ended or forgotten the watch.
 *
 * Rows and keys are written by those who watch and mean nothing here. Those
 * longest unused make room: KEPT_WATCHES_USER_MAX are kept of a user, none
 * longer than KEPT_WATCH_DAYS.
 */
#pragma once

#include "provider/store/store.h"

enum {
    KEPT_WATCHES_USER_MAX = 128,
    KEPT_WATCHES_MAX = 4096,
    KEPT_WATCH_DAYS = 30,
    KEPT_WATCH_MAX_BYTES = 512 * 1024, /* of rows, and of keys */
};

struct kept_watch {
    struct text name; /* of all watches; not secret from the user */
    struct text user;
    struct text class_name;
    struct text filter;
    int64_t serial;   /* how often it was kept */
    int64_t answer;   /* the number of the last answer that rows were told in */
    int64_t position; /* in the log of changes, up to which it had told then */
    int64_t after;    /* and with the answer behind it */
    int64_t used_s;
    struct text rows; /* told before, with the keys that are no numbers */
    struct text keys;
    struct text other_rows; /* told as come or gone in the answer behind it */
    struct text other_keys;
};

/* In a change. */
MUST_CHECK
enum status kept_watch_put(struct store *store, const struct kept_watch *watch);

/* The texts are borrowed from the statement. STATUS_NOT_FOUND: the user has
 * none of that name. */
MUST_CHECK
enum status kept_watch_find(struct store *store, struct text name,
                            struct text user, struct store_stmt **stmt_out,
                            struct kept_watch *watch_out);

/* All, in a change: the store is not as it was when they were told. */
MUST_CHECK
enum status kept_watches_forget(struct store *store);
