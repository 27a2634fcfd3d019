/*
 * Between the files that run a call: its steps, which calls go on record, and
 * the one function for each place it can run in.
 */
#pragma once

#include "provider/call/call.h"

/* ---- call_step.c: the steps of every call ---- */

/* The method's row, and whether the parameters fit it. Before sign-in every
 * method but a few answers alike, known or not. */
enum rpc_error call_find(struct call *call);

/* Gate and handler, within what the call may cost; the denial is set. Where it
 * did not end well nothing is written. */
enum rpc_error call_act(struct call *call, struct json_writer *w);

/* Batches of an import follow each other (object.import): its number, or 0 if
 * it failed or was not taken whole, replaces the last one's. */
void call_note_batch(struct call *call);

/* Answers with the error, and notes that it did. */
void call_fail(struct call *call, enum rpc_error error, struct json_writer *w);

/* Frees what the call owns. */
void call_drop(struct call *call);

/* The caller's own session, or none at all. */
bool call_is_about_oneself(const struct call *call);

/* Reads more than a loop has time for. */
bool call_is_long(const struct call *call);

/* ---- call_keep.c: which calls go on record ---- */

/* By its row, or because the break-glass administrator makes it. */
bool call_is_recorded(const struct call *call);

/* Does one that ended so leave a record? */
bool call_leaves_record(const struct call *call, enum rpc_error error);

/* The record of what was done, within the change that did it. */
MUST_CHECK
enum status call_record_done(struct call *call);

/* The record of how it ended, in a part of its own: half a record is none. */
MUST_CHECK
enum status call_keep_record(struct call *call, enum rpc_error error);

/* ---- call_late.c: answered in the pool, recorded in the writer ---- */

/* The result is the answer, once it is recorded if necessary. */
enum call_end call_answer_late(struct call *call, enum rpc_error error,
                               struct json_mark mark, struct json_writer *w,
                               struct call_late **late_out);

/* Counts a call that has been answered. */
void call_count(const struct call *call);

/* ---- Where it runs ---- */

/* call_read.c: in a loop, or in the pool where nothing is recorded. */
enum call_end call_read(struct call *call, struct json_writer *w);

/* call_write.c: in the writer. */
enum call_end call_write(struct call *call, struct json_writer *w);

/* call_trial.c: in the pool, on a copy of the store. */
enum call_end call_try(struct call *call, struct json_writer *w,
                       struct call_late **late_out);
