/*
 * Watches the store, in the writer: beginning a change checks the files and
 * foreign writes. Notes its state for monitoring. Also removes a slice of
 * expired audit records, and evaluates collections that are due, and deletes
 * members: slice after slice, as long as there are any.
 */
#pragma once

#include <stdatomic.h>

#include "provider/call/writer.h"
#include "provider/config/settings.h"
#include "provider/daemon/keeping.h"
#include "provider/object/collection/evaluation_slice.h"

struct watch {
    struct job job; /* first */
    atomic_bool is_posted;
    struct keeping keeping;    /* of the audit; the writer's */
    struct settings *settings; /* held while it is posted */
    bool is_lost;              /* nothing was committed */
    struct metrics *metrics;   /* borrowed: the writer's */
    struct writer *writer;     /* borrowed */
    struct evaluation evaluation;
    int64_t scheduled_s;  /* when schedules were looked at last */
    int64_t clock_due_ms; /* when the clock is looked at next */
    bool has_more;        /* collections are due */
    bool has_deletions;   /* members are to be deleted */
    bool has_failed;      /* the last slice: one step at a time */
    enum status failure;
};

/* Zeroed before the first time. Takes the settings over. Posts nothing while
 * the last one is still queued: the writer is busy then, and checks in every
 * change. */
void watch_post(struct watch *watch, struct writer *writer,
                struct settings *settings);

/* After the writer has ended. */
void watch_clear(struct watch *watch);
