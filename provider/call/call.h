/*
 * Answers one request: from the method's row through the gate to the act, its
 * record and the reply.
 *
 *     request asks -> gate decides -> handler does -> audit remembers -> reply
 *
 * A loop reads and never waits; the writer alone changes the store. So a call
 * that changes something passes twice, and so does a sign-in; between the two
 * it is a job (job.h), and the rest of its line waits with it. Each pass begins
 * at the gate, for what was allowed in the loop may be denied by now.
 *
 *                     object.update               auth.start
 *     loop            conn_line: a line
 *                     turn_begin: its request
 *                     call_run: where?            call_read: gate, then
 *                     CALL_FOR_WRITER, at once    run_auth_start: the exchange,
 *                                                 resume_auth after a worker;
 *                                                 its outcome: CALL_FOR_WRITER
 *     loop -> writer  dispatch_turn: posts it, after the groups of the user
 *     writer          turn_go_on: the request
 *                     call_write: a part of the change, kept or undone
 *                       gate                        gate
 *                       run_object_update           finish_auth: the session
 *                       record_call                 record_call
 *                       new generation
 *     writer          writer.c: commits, for all jobs of the change at once
 *     writer -> loop  dispatch.c send_on: back to its loop
 *     loop            conn_take_turn: the answer goes out
 *
 * Every refusal leaves a record, so it takes the second pass too (T58, T65,
 * T91). What reads more than a loop has time for goes to the pool instead
 * (CALL_FOR_POOL), and if that is to be recorded, its record alone goes on to
 * the writer, and the answer not before it (CALL_TO_RECORD, call_late.c). A
 * change that takes the writer too long is tried on a copy, in the pool, and
 * comes back when it succeeded there (call_trial.c).
 */
#pragma once

#include <jansson.h>

#include "provider/base/json_writer.h"
#include "provider/call/gate_need.h"
#include "provider/call/ground.h"
#include "provider/call/peer.h"
#include "provider/object/object.h"
#include "provider/wire/reply.h"
#include "provider/wire/request.h"

/* Signing in as root of this host, and the name of its record (T89). */
#define CALL_BREAK_GLASS "signin.break_glass"

/* A sign-in that ended in this call; event NULL: none did. */
struct call_sign_in {
    const char *event; /* "signin", "signin.step_up", CALL_BREAK_GLASS */
    char user[512];    /* as the site names them, or as claimed */
    enum auth_method method;
    enum auth_level level;
    const char *mechanism;
    bool is_weak;        /* identified only by a name in a certificate */
    char acting_as[512]; /* the user the client wanted to act as; "": none */
    const char *why;     /* "" when it was accepted */
};

struct method;

struct call {
    struct call_ground *ground;
    struct peer *peer;
    const struct rpc_request *request;
    const struct method *method;
    const json_t *params;
    struct gate gate;
    struct session_rights *rights; /* set by the gate */
    struct object_target target;
    struct object_call act;
    struct denial denial; /* by the gate, or the act's own */
    bool wants_time; /* an outside worker is asked: run again when it answers */
    bool wants_writer; /* a handler asks to run in the writer */
    bool wants_groups; /* and to come again, knowing those of peer->asked */
    bool is_cut;       /* its allowance was used up before it finished */
    struct call_sign_in sign_in;
    int64_t record_id;      /* of the record of a refusal */
    int64_t retry_after_ms; /* of RPC_LIMIT, if known */
    const char *message;    /* instead of the error's usual sentence */
    struct denial
        answered; /* what was decided about somebody else, if a
                     method answers that; recorded, a no as a denial */
    /* Why the answer is what it is, where strangers can have it given as often
     * as they like: it is recorded like a refused sign-in (refusals.h). */
    const char *often;
    enum rpc_error ended; /* the result */
    struct rpc_problem problem;
    struct site *next_site; /* owned: after estate_changed, if it is there */
    struct buf messages;    /* owned: a JSON array for the data of an error */
    struct buf note;        /* owned: a JSON object for the record */
    const char *note_name;  /* in the record's detail; NULL: "policy" */
    int64_t import_batch;   /* of an import whose rows were all taken; or 0 */
    /* Of an import that was carried out: rows that were denied, and the first
     * denial. */
    size_t n_rows_denied;
    struct denial rows_denied;
};

enum call_end {
    CALL_ANSWERED,
    CALL_FOR_WRITER, /* nothing was written */
    CALL_FOR_POOL,   /* nor here */
    CALL_FOR_LOOP,   /* nor here: a sign-in may wait, which only a loop can */
    CALL_WAITS,      /* nor here: for the peer's exchange, then again */
    CALL_FOR_GROUPS, /* nor here: for those of peer->asked, then again */
    CALL_TO_RECORD,  /* ran in the pool; its record is to be written */
};

/* A call that ran in the pool, on its way to the writer. */
struct call_late;
void call_late_free(struct call_late *late);
DEFINE_DROP(call_late)

/*
 * Answers a request into w; a notification is done without an answer. What a
 * thread cannot do comes back for another; from the writer that is a read, a
 * change to be tried (CALL_FOR_POOL) or a sign-in that begins (CALL_FOR_LOOP).
 * With CALL_TO_RECORD late is given.
 */
enum call_end call_run(struct call_ground *ground, struct peer *peer,
                       const struct rpc_request *request, struct json_writer *w,
                       struct call_late **late_out);

/*
 * A call's own steps, by its request: from the table through the gate to the
 * handler, without a record. For trying an act on a copy of the store, which is
 * then undone.
 */
enum rpc_error call_pass(struct call *call, struct json_writer *w);

/* In the writer: records the call. Its answer is then in w, where call_run
 * began it, or an error if it cannot be recorded. */
void call_record(struct call_late *late, struct call_ground *ground,
                 struct json_writer *w);

/*
 * A private copy of a view, in a change, for trying something without keeping
 * anybody waiting (store_copy.h).
 */
MUST_CHECK
enum status call_copy(struct store *store, struct store **copy_out);
