/*
 * Between the files of a connection, in the order in which a line passes them:
 *
 *     conn_open    accepted: a place, a channel
 *     conn_input   bytes of the wire -> plain bytes
 *     conn_line    plain bytes -> lines, a slice at a time
 *     conn_web     plain bytes -> requests of HTTP -> lines, and back
 *     conn_turn    a line -> its turn, here or away, and its answer
 *     conn_ahead   the next long line, parsed while its turn is away
 *     conn_output  answers -> bytes of the wire
 *     conn_end     closed, now or when all is sent
 *
 * Beside them conn_trust and conn_check say whether it may go on at all. Any of
 * these may close the connection: after each call look at is_closing. The
 * memory stays until the handle, the turn and the queue have all let go.
 */
#pragma once

#include "provider/net/conn.h"

/* ---- conn_open.c ---- */

/* With the first bytes: a peer that says nothing costs no more than a socket.
 */
MUST_CHECK
enum status conn_begin_tls(struct conn *conn);

/* ---- conn_input.c ---- */

/* What follows whenever something was done: send, end or read on. */
void conn_settle(struct conn *conn);

void conn_set_rank(struct conn *conn, enum stranger_rank rank);

/* Continues reading unless what was read must wait. */
void conn_set_reading(struct conn *conn);

/* ---- conn_line.c ---- */

void conn_take_plain(struct conn *conn, struct text bytes);

/* Serves lines that were kept while the connection was busy. */
void conn_go_on(struct conn *conn);

/* ---- conn_web.c ---- */

/* The connection speaks HTTP, if its listener does. */
MUST_CHECK
enum status conn_begin_web(struct conn *conn);

/* The next step of its request. STATUS_END: it needs more bytes. */
MUST_CHECK
enum status conn_step_web(struct conn *conn);

/* Where the answer to a line goes: out, or into an answer of HTTP. */
struct buf *conn_answers(struct conn *conn);

/* It is complete. */
void conn_end_answer(struct conn *conn);

/* Bytes that were read and wait for their turn. */
size_t conn_n_kept(const struct conn *conn);

/* ---- conn_turn.c ---- */

/* Answers the line, or sends what is left of its turn where it goes on. */
void conn_begin_turn(struct conn *conn, struct text line);

/* Passes the rest of the turn on to what it waits for. */
void conn_pass_on(struct conn *conn);

/* Continues the turn, which waits no longer. */
void conn_resume_turn(struct conn *conn);

/* ---- conn_ahead.c ---- */

/* May more be read while the connection is busy? */
bool conn_reads_ahead(struct conn *conn);

/* Has the next line been kept, and is it long? Then it is parsed. */
void conn_look_ahead(struct conn *conn);

/* It has been parsed. */
void conn_take_ahead(struct conn *conn);

/* Begins it, if nothing else is before it. */
void conn_begin_ahead(struct conn *conn);

/* Not to be run: forgets it, unless it is away. */
void conn_drop_ahead(struct conn *conn);

/* ---- conn_output.c ---- */

/* Sends the answers written so far, and what TLS has to say. */
void conn_flush(struct conn *conn);

/* Its answers are counted as those of the session's user. */
void conn_note_user(struct conn *conn);
void conn_on_written(uv_write_t *write, int error);

/* ---- conn_end.c ---- */

/* Is nothing more to be answered? While a turn is away the peer is not looked
 * at: it is the writer's. */
bool conn_is_over(const struct conn *conn);

/* The peer ended TLS: closes, once that holds. */
void conn_leave(struct conn *conn);

/* Has the peer left, and does no line that it sent before wait for a slice?
 * Nothing else is waited for: neither a turn nor a reader. */
bool conn_has_left(const struct conn *conn);

/* Frees it, if neither its handle nor a turn nor the queue holds it. */
void conn_let_go(struct conn *conn);

/* ---- conn_trust.c ---- */

/* Reloaded settings apply from the next request on. */
void conn_follow_settings(struct conn *conn);

/* It was verified by these. */
void conn_note_trust(struct conn *conn, const struct settings *by);
