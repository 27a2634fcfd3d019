/* A request is answered: its line was, or what it began with. */
#include "provider/web/web_private.h"

#include <string.h>

#include "provider/web/pack.h"
#include "provider/wire/envelope.h"
#include "provider/wire/reply.h"

enum {
    PAGE_MAX_BYTES = 1024 * 1024,
    /* Where an error begins: behind the id, of which each byte may be an
     * escape of six. */
    ERROR_WITHIN_BYTES = 6 * RPC_ID_MAX_BYTES + 64,
};

enum web_want web_end_request(struct web *web)
{
    web->stage = web->keeps_alive ? STAGE_HEAD : STAGE_OVER;
    web->since_ms = 0;
    buf_wipe(&web->line);
    buf_wipe(&web->ticket);
    odata_target_clear(&web->target);
    authzen_clear(&web->asked);
    web->id[0] = '\0';
    buf_free(&web->base);
    return web->keeps_alive ? WEB_GOES_ON : WEB_ENDS;
}

/* A body that follows an answer is passed over; a long one ends it all, and so
 * does one that may not come at all. */
enum web_want web_end_early(struct web *web)
{
    if (!web->keeps_alive || web->body_size == 0)
        return web_end_request(web);
    web->stage = STAGE_DRAIN;
    return WEB_GOES_ON;
}

bool web_may_drain(const struct web *web)
{
    return !web->is_awaited && web->body_size <= WEB_DRAIN_MAX_BYTES;
}

/* Not those of the wire: what is packed tells something of what is in it by its
 * size, and there is no end to what that might be. */
static bool may_pack(const struct web *web, const struct web_answer *answer)
{
    return web->page && web->page->of != CONFIG_PATH_RPC &&
           answer->body.size >= PACK_MIN_BYTES;
}

void web_write_answer(struct web *web, const struct peer *peer,
                      struct web_answer answer, struct buf *out)
{
    SCOPED(buf_wipe) struct buf packed = buf_make(2 * PACK_MAX_BYTES);

    if (peer->is_over)
        web->keeps_alive = false;
    answer.closes = !web->keeps_alive;
    answer.is_bare = web->is_bare;
    answer.id = web->id;
    answer.has_ticket = web->proof.kind == PROOF_TICKET;
    if (answer.has_ticket)
        answer.ticket = buf_text(&web->ticket);
    if (!answer.varies && may_pack(web, &answer)) {
        answer.varies = true;
        answer.is_packed = web->takes_gzip && pack_gzip(answer.body, &packed);
        if (answer.is_packed)
            answer.body = buf_text(&packed);
    }
    web_answer_write(&answer, peer, out);
}

/* ---- The answer to its line ---- */

/* Is it an error? Only such an answer is read again. */
bool web_read_error(struct text reply, struct rpc_reply *read)
{
    static const char mark[] = "\"error\":{\"code\":";
    const size_t n =
        reply.size < ERROR_WITHIN_BYTES ? reply.size : ERROR_WITHIN_BYTES;

    return memmem(reply.data, n, mark, sizeof(mark) - 1) &&
           rpc_reply_read(reply, read) == STATUS_OK && !read->result;
}

/* Was the session of no use any more, to this or to a part of a batch? */
static bool has_lapsed(struct text reply)
{
    const bool is_batch = reply.size > 0 && reply.data[0] == '[';
    const size_t n = is_batch || reply.size < ERROR_WITHIN_BYTES
                         ? reply.size
                         : ERROR_WITHIN_BYTES;
    char mark[sizeof("\"error\":{\"code\":-32700,")];
    const int size = snprintf(mark, sizeof(mark), "\"error\":{\"code\":%d,",
                              rpc_error_code(RPC_NOT_AUTHENTICATED));

    return n > 0 && memmem(reply.data, n, mark, (size_t)size);
}

static void answer_reply(struct web *web, const struct peer *peer,
                         struct buf *out)
{
    struct web_answer answer = {.status = 200,
                                .type = "application/json",
                                .body = buf_text(&web->reply)};

    if (answer.body.size == 0) /* a notification */
        answer.status = 204;
    web_write_answer(web, peer, answer, out);
}

static void write_error(struct web *web, const struct peer *peer,
                        const struct rpc_reply *read, struct text error,
                        struct buf *out)
{
    if (web_is_odata(web) || web_is_access(web)) {
        web_answer_odata_error(web, peer, read, out);
        return;
    }
    web_write_answer(
        web, peer,
        (struct web_answer){.status = web_status_of(read->error == RPC_DONE
                                                        ? RPC_UNAVAILABLE
                                                        : read->error),
                            .type = "application/json",
                            .body = error,
                            .retry_after_ms = json_integer_value(
                                json_object_get(read->data, "retry_after_ms"))},
        out);
}

void web_write_error(struct web *web, const struct peer *peer,
                     struct text error, struct buf *out)
{
    SCOPED(rpc_reply_drop) struct rpc_reply read = {0};

    if (rpc_reply_read(error, &read) != STATUS_OK)
        read = (struct rpc_reply){.error = RPC_UNAVAILABLE};
    write_error(web, peer, &read, error, out);
}

static void answer_page(struct web *web, const struct peer *peer,
                        struct buf *out)
{
    SCOPED(buf_free) struct buf text = buf_make(PAGE_MAX_BYTES);

    if (!web->page->write(buf_text(&web->reply), &text) ||
        buf_status(&text) != STATUS_OK) {
        web->keeps_alive = false;
        web_write_answer(web, peer, (struct web_answer){.status = 503}, out);
        return;
    }
    web_write_answer(web, peer,
                     (struct web_answer){.status = 200,
                                         .type = web->page->type,
                                         .body = buf_text(&text)},
                     out);
}

static void take_call(struct web *web, const struct peer *peer, struct buf *out)
{
    SCOPED(rpc_reply_drop) struct rpc_reply read = {0};

    /* It would lapse for each request after this one too, and its certificate
     * is proved by a new connection only. */
    if (has_lapsed(buf_text(&web->reply)))
        web->keeps_alive = false;
    if (web_asks_again(web))
        return;
    if (web_is_odata(web))
        web_answer_odata(web, peer, out);
    else if (web_read_error(buf_text(&web->reply), &read))
        write_error(web, peer, &read, buf_text(&web->reply), out);
    else if (web_is_access(web))
        web_answer_access(web, peer, out);
    else if (web->page->write)
        answer_page(web, peer, out);
    else
        answer_reply(web, peer, out);
    if (web->has_body)
        web_use(web, web->body_size);
    if (web->proof.kind == PROOF_TICKET) /* that was its request */
        web->session = (struct proof){0};
    (void)web_end_request(web);
}

/* ---- The answer to its sign-in ---- */

/* A connection that had a session has no place among the strangers. */
static void note_refused(struct web *web)
{
    web->keeps_alive =
        web->keeps_alive && web_may_drain(web) && !web->has_signed_in;
}

/* The sign-in goes on, which HTTP has no place for. */
static void refuse_rest(struct web *web, struct peer *peer, struct buf *out)
{
    peer_drop_exchange(peer);
    if (++peer->n_refused >= PEER_REFUSED_MAX)
        peer->is_over = true;
    note_refused(web);
    buf_clear(&web->reply);
    web_answer_error(peer, RPC_NOT_AUTHENTICATED,
                     "The ticket must sign in at once, without a second "
                     "message.",
                     &web->reply);
    web_write_error(web, peer, buf_text(&web->reply), out);
    (void)web_end_early(web);
}

static void take_sign_in(struct web *web, struct peer *peer, struct buf *out)
{
    SCOPED(rpc_reply_drop) struct rpc_reply read = {0};
    const json_t *data;

    peer->is_web_sign_in = false;
    buf_wipe(&web->line);
    if (rpc_reply_read(buf_text(&web->reply), &read) != STATUS_OK ||
        !read.result) {
        note_refused(web);
        write_error(web, peer, &read, buf_text(&web->reply), out);
        (void)web_end_early(web);
        return;
    }
    if (!peer->session || !json_is_true(json_object_get(read.result, "done"))) {
        refuse_rest(web, peer, out);
        return;
    }
    data = json_object_get(read.result, "data");
    if (json_string_length(data) > 0)
        buf_append_string(&web->ticket, json_string_value(data));
    web->session = web->proof;
    web->has_signed_in = true;
    web->stage = STAGE_BODY;
}

void web_take_answer(struct web *web, struct peer *peer, int64_t now_ms,
                     struct buf *out)
{
    if (web->stage == STAGE_SIGN_IN)
        take_sign_in(web, peer, out);
    else
        take_call(web, peer, out);
    buf_wipe(&web->reply);
    web_note_begin(web, now_ms);
}
