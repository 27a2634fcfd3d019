/*
 * A sealed store in a directory of its own, with more audit records than always
 * stay; those that need not are a hundred days old, by a wall clock that is
 * this file's.
 */
#pragma once

#include <time.h>

#include "provider/store/retention.h"
#include "provider/store/seal.h"

enum { RECORDS = 1500, OLD = RECORDS - RETENTION_RECORDS_MIN };

#define DAYS(n) ((n)*RETENTION_DAY_MS)

/* Days that the wall clock is ahead. */
extern time_t s_days;

struct site {
    char top[64];
    char path[96], key[96], anchor[96], kept[96];
    struct seal_place place;
    struct store *store;
    struct retention retention;
};

/* For cmocka; the directory is emptied. */
int old_audit_set_up(void **state);
int old_audit_tear_down(void **state);

/* The old ones, and a hundred days later those that stay: as set_up does. */
void fill(struct site *site);
void append_records(struct site *site, int n);
void close_store(struct site *site);
enum status reopen(struct site *site);

/* One slice, in a change of its own; up_to: the last record that may go. */
void slice_up_to(struct site *site, int64_t keep_ms, int64_t later_ms,
                 int64_t up_to);
void slice(struct site *site, int64_t keep_ms, int64_t later_ms);

/* Rounds until nothing more goes; how many records went. */
int64_t remove_all(struct site *site, int64_t keep_ms, int64_t later_ms);
