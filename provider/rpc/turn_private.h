/* Between the files of a turn. */
#pragma once

#include "provider/rpc/turn.h"

/* ---- turn_answer.c ---- */

/* A line that is no request at all, or an element of a batch that is none. */
void turn_answer_problem(const struct turn *turn, const json_t *id,
                         enum rpc_error error,
                         const struct rpc_problem *problem,
                         struct json_writer *w);

/* Where the reply of a call begins; a batch gets its bracket or comma. */
struct json_writer turn_open_answer(const struct turn *turn, struct buf *out);

/* Keeps the answer, or takes the separator back where nothing was said. */
void turn_close_answer(struct turn *turn, struct buf *out, size_t before);
void turn_close_line(const struct turn *turn, struct buf *out);

size_t turn_n_left(const struct turn *turn);

/* The number of the next request (request_id.h). */
uint64_t turn_number(const struct turn *turn);

/* An answer that does not fit, or would not (STATUS_LIMIT); or for which there
 * was no memory. */
void turn_refuse_answer(struct turn *turn, struct buf *out, enum status why);

/* What is left is unavailable. */
void turn_fail_rest(struct turn *turn, struct buf *out);

/* What stands behind the end of a session is not run, and is told so. */
void turn_refuse_rest(struct turn *turn, struct buf *out);

/* ---- turn_cost.c ---- */

/* Before a call: what it may cost. After it: what it did. */
void turn_set_allowance(const struct turn *turn, struct call_ground *ground);
void turn_charge(struct turn *turn, struct call_ground *ground, int64_t us);
