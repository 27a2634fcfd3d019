#include "provider/web/web.h"

#include <stdlib.h>
#include <string.h>

#include "provider/call/session.h"
#include "provider/web/head.h"
#include "provider/web/page.h"
#include "provider/web/proof.h"
#include "provider/web/web_answer.h"
#include "provider/wire/reply.h"

enum stage {
    STAGE_HEAD = 0,
    STAGE_SIGN_IN, /* its auth.start runs */
    STAGE_BODY,
    STAGE_CALL, /* its line runs */
    STAGE_DRAIN,
    STAGE_OVER,
};

enum {
    FEED_MAX_BYTES = 64 * 1024, /* of one read */
    LINE_MAX_BYTES = 4 * AUTH_MESSAGE_MAX_BYTES,
    ERROR_MAX_BYTES = 4 * 1024,
    PAGE_MAX_BYTES = 1024 * 1024,
    ERROR_WITHIN_BYTES = 512, /* where an error begins, behind the id */
};

struct web {
    struct web_setting setting;
    enum stage stage;
    struct buf in;    /* received and not used yet */
    size_t n_scanned; /* of it, that end no head */
    int64_t since_ms; /* when its request began; 0: none has */
    size_t n_challenged;

    /* Of the present request. */
    const struct page *page;
    size_t body_size;
    bool is_awaited; /* the body: the client asked whether it may send it */
    bool keeps_alive;
    bool is_bare; /* asked by HEAD */
    struct proof proof;
    struct buf line;   /* its auth.start */
    struct buf ticket; /* the answer to its ticket */
    struct buf reply;  /* to its line */

    struct proof session; /* what the session of the peer began with */
    bool has_signed_in;
};

enum status web_new(const struct web_setting *setting, struct web **web_out)
{
    struct web *web = calloc(1, sizeof(*web));

    if (!web)
        return STATUS_NO_MEMORY;
    web->setting = *setting;
    web->in =
        buf_make(setting->body_max_bytes + WEB_HEAD_MAX_BYTES + FEED_MAX_BYTES);
    web->line = buf_make(LINE_MAX_BYTES);
    web->ticket = buf_make(2 * AUTH_MESSAGE_MAX_BYTES);
    *web_out = web;
    return STATUS_OK;
}

void web_free(struct web *web)
{
    if (!web)
        return;
    buf_wipe(&web->in);
    buf_wipe(&web->line);
    buf_wipe(&web->ticket);
    buf_wipe(&web->reply);
    free(web);
}

/* ---- What comes in ---- */

static void note_begin(struct web *web, int64_t now_ms)
{
    if (web->stage == STAGE_HEAD && web->since_ms == 0 && web->in.size > 0)
        web->since_ms = now_ms;
}

enum status web_feed(struct web *web, struct text bytes, int64_t now_ms)
{
    if (bytes.size > 0) /* an empty text has no address */
        buf_append_text(&web->in, bytes);
    note_begin(web, now_ms);
    return buf_status(&web->in);
}

/* Credentials and what came with them stay in no memory (T111). */
static void use(struct web *web, size_t size)
{
    web->n_scanned = 0;
    if (size == 0)
        return;
    explicit_bzero(web->in.data + web->in.start, size);
    buf_consume(&web->in, size);
    if (web->in.size == 0)
        buf_wipe(&web->in);
}

/* ---- Answers ---- */

static enum web_want end_request(struct web *web)
{
    web->stage = web->keeps_alive ? STAGE_HEAD : STAGE_OVER;
    web->since_ms = 0;
    buf_wipe(&web->line);
    buf_wipe(&web->ticket);
    return web->keeps_alive ? WEB_GOES_ON : WEB_ENDS;
}

/* A body that follows an answer is passed over; a long one ends it all, and so
 * does one that may not come at all. */
static enum web_want end_early(struct web *web)
{
    if (!web->keeps_alive || web->body_size == 0)
        return end_request(web);
    web->stage = STAGE_DRAIN;
    return WEB_GOES_ON;
}

static bool may_drain(const struct web *web)
{
    return !web->is_awaited && web->body_size <= WEB_DRAIN_MAX_BYTES;
}

static void write_answer(struct web *web, const struct peer *peer,
                         struct web_answer answer, struct buf *out)
{
    if (peer->is_over)
        web->keeps_alive = false;
    answer.closes = !web->keeps_alive;
    answer.is_bare = web->is_bare;
    answer.has_ticket = web->proof.kind == PROOF_TICKET;
    if (answer.has_ticket)
        answer.ticket = buf_text(&web->ticket);
    web_answer_write(&answer, peer, out);
}

static enum web_want refuse(struct web *web, const struct peer *peer,
                            unsigned status, const char *why, struct buf *out)
{
    SCOPED(buf_free) struct buf text = buf_make(ERROR_MAX_BYTES);

    web->keeps_alive = web->keeps_alive && may_drain(web);
    buf_append_format(&text, "%s\n", why);
    write_answer(web, peer,
                 (struct web_answer){.status = status,
                                     .type = "text/plain; charset=utf-8",
                                     .allow = status == 405 && web->page
                                                  ? web->page->allow
                                                  : NULL,
                                     .body = buf_text(&text)},
                 out);
    return end_early(web);
}

/* Nothing more is understood: what follows might be anything. */
static enum web_want refuse_garbage(struct web *web, struct peer *peer,
                                    unsigned status, const char *why,
                                    struct buf *out)
{
    web->keeps_alive = false;
    if (!peer->session)
        peer->fault_ms = FAULT_GARBAGE_MS;
    return refuse(web, peer, status, why, out);
}

static enum web_want challenge(struct web *web, const struct peer *peer,
                               struct buf *out)
{
    SCOPED(buf_free) struct buf text = buf_make(ERROR_MAX_BYTES);

    web->keeps_alive = web->keeps_alive && may_drain(web) &&
                       ++web->n_challenged < WEB_CHALLENGES_MAX;
    web_answer_error(peer, RPC_NOT_AUTHENTICATED,
                     web->proof.kind == PROOF_NONE
                         ? NULL
                         : "Nothing here can be signed in to with this.",
                     &text);
    web->proof.kind = PROOF_NONE;
    write_answer(web, peer,
                 (struct web_answer){.status = 401,
                                     .type = "application/json",
                                     .body = buf_text(&text)},
                 out);
    return end_early(web);
}

/* ---- A request begins ---- */

/* "application/json", with parameters or without. */
static bool is_json(struct text type)
{
    const struct text name = TEXT("application/json");
    const size_t n = name.size;

    return type.size >= n &&
           text_equal_nocase((struct text){type.data, n}, name) &&
           (type.size == n || type.data[n] == ';' || type.data[n] == ' ');
}

/* A browser says for whom it asks; here it asks for nobody else's page. */
static bool is_of_another_page(const struct head *head)
{
    static const char https[] = "https://";
    const size_t n = sizeof(https) - 1;
    struct text origin = head->origin;

    if (head->fetch_site.data &&
        !text_equal(head->fetch_site, TEXT("same-origin")) &&
        !text_equal(head->fetch_site, TEXT("none")))
        return true;
    if (!origin.data)
        return false;
    if (origin.size < n || memcmp(origin.data, https, n) != 0)
        return true;
    origin = (struct text){origin.data + n, origin.size - n};
    return !head_cut_port(&origin) || !text_equal_nocase(origin, head->host);
}

/* 0, or the status that refuses it whoever asks. */
static unsigned judge(const struct web *web, const struct head *head,
                      const char **why_out)
{
    const struct {
        bool is_so;
        unsigned status;
        const char *why;
    } faults[] = {
        {!web->setting.is_our_name(web->setting.context, head->host), 421,
         "The provider's certificate does not name this host."},
        {is_of_another_page(head), 403, "Pages of other sites may not ask."},
        {!web->page, 404, "There is nothing here."},
        {web->page && head->method != web->page->method, 405,
         "This is asked by another method."},
        {head->body_size > web->setting.body_max_bytes, 413,
         "The body is too long."},
        {web->page && web->page->line && head->body_size > 0, 400,
         "This takes no body."},
        {web->page && !web->page->line && !is_json(head->content_type), 415,
         "The body must be application/json."},
        {head->expect.data &&
             !text_equal_nocase(head->expect, TEXT("100-continue")),
         417, "Nothing else than 100-continue is expected here."},
    };

    for (size_t i = 0; i < ARRAY_SIZE(faults); i++)
        if (faults[i].is_so) {
            *why_out = faults[i].why;
            return faults[i].status;
        }
    return 0;
}

/* Its session ends with it, whoever comes next. */
static void forget_session(struct web *web, struct peer *peer)
{
    peer_drop_exchange(peer);
    session_free(peer->session);
    peer->session = NULL;
    web->session = (struct proof){0};
}

static enum web_want sign_in(struct web *web, struct peer *peer,
                             struct text authorization, struct buf *out)
{
    web->proof = proof_read(peer, authorization, &web->line);
    if (web->proof.kind == PROOF_NONE || web->proof.kind == PROOF_UNKNOWN)
        return challenge(web, peer, out);
    if (buf_status(&web->line) != STATUS_OK)
        return refuse_garbage(web, peer, 431, "That is too long.", out);
    if (peer->session && proof_is_same(&web->proof, &web->session)) {
        buf_wipe(&web->line);
        web->stage = STAGE_BODY;
        return WEB_GOES_ON;
    }
    forget_session(web, peer);
    peer->is_web_sign_in = true;
    web->stage = STAGE_SIGN_IN;
    return WEB_RUNS;
}

static enum web_want begin(struct web *web, struct peer *peer,
                           const struct head *head, struct buf *out)
{
    const char *why = "";
    unsigned status;

    web->page = page_find(peer, head->path);
    web->body_size = head->body_size;
    web->is_awaited = head->expect.data != NULL;
    web->keeps_alive = head->keeps_alive;
    web->is_bare = head->method == HEAD_HEAD;
    web->proof = (struct proof){0};
    status = judge(web, head, &why);
    return status ? refuse(web, peer, status, why, out)
                  : sign_in(web, peer, head->authorization, out);
}

static enum web_want step_head(struct web *web, struct peer *peer,
                               struct buf *out)
{
    const size_t size = head_size(buf_text(&web->in), &web->n_scanned);
    struct text bytes = buf_text(&web->in);
    const char *why = "";
    struct head head;
    enum web_want want;
    unsigned status;

    web->body_size = 0;
    web->is_bare = false;
    if (size > WEB_HEAD_MAX_BYTES ||
        (size == 0 && bytes.size > WEB_HEAD_MAX_BYTES))
        return refuse_garbage(web, peer, 431, "The head is too long.", out);
    if (size == 0)
        return WEB_WANTS_BYTES;
    bytes.size = size;
    status = head_read(bytes, &head, &why);
    want = status ? refuse_garbage(web, peer, status, why, out)
                  : begin(web, peer, &head, out);
    use(web, size);
    return want;
}

/* ---- Its body ---- */

static void put_continue(struct buf *out)
{
    const struct text line = TEXT("HTTP/1.1 100 Continue\r\n\r\n");

    out->max_bytes = out->size + line.size;
    buf_append_text(out, line);
}

static enum web_want step_body(struct web *web, struct buf *out)
{
    if (web->page->line) {
        web->stage = STAGE_CALL;
        return WEB_RUNS;
    }
    if (web->in.size < web->body_size) {
        if (web->is_awaited && web->in.size == 0)
            put_continue(out);
        web->is_awaited = false;
        return WEB_WANTS_BYTES;
    }
    web->stage = STAGE_CALL;
    return WEB_RUNS;
}

static enum web_want step_drain(struct web *web)
{
    const size_t n =
        web->in.size < web->body_size ? web->in.size : web->body_size;

    use(web, n);
    web->body_size -= n;
    return web->body_size > 0 ? WEB_WANTS_BYTES : end_request(web);
}

enum web_want web_step(struct web *web, struct peer *peer, struct buf *out)
{
    switch (web->stage) {
    case STAGE_HEAD:
        return step_head(web, peer, out);
    case STAGE_BODY:
        return step_body(web, out);
    case STAGE_DRAIN:
        return step_drain(web);
    case STAGE_SIGN_IN:
    case STAGE_CALL:
        return WEB_WANTS_BYTES; /* its answer comes first */
    case STAGE_OVER:
        break;
    }
    return WEB_ENDS;
}

struct text web_line(const struct web *web)
{
    struct text body = buf_text(&web->in);

    if (web->stage == STAGE_SIGN_IN)
        return buf_text(&web->line);
    if (web->page->line)
        return text_of(web->page->line);
    body.size = web->body_size;
    return body;
}

struct buf *web_reply(struct web *web)
{
    return &web->reply;
}

/* ---- The answer to its line ---- */

/* Is it an error? Only such an answer is read again. */
static bool read_error(struct text reply, struct rpc_reply *read)
{
    static const char mark[] = "\"error\":{\"code\":";
    const size_t n =
        reply.size < ERROR_WITHIN_BYTES ? reply.size : ERROR_WITHIN_BYTES;

    return memmem(reply.data, n, mark, sizeof(mark) - 1) &&
           rpc_reply_read(reply, read) == STATUS_OK && !read->result;
}

static void answer_reply(struct web *web, const struct peer *peer,
                         enum rpc_error error, int64_t retry_after_ms,
                         struct buf *out)
{
    struct web_answer answer = {.status = web_status_of(error),
                                .type = "application/json",
                                .body = buf_text(&web->reply),
                                .retry_after_ms = retry_after_ms};

    if (error == RPC_DONE && answer.body.size == 0) /* a notification */
        answer.status = 204;
    write_answer(web, peer, answer, out);
}

static void answer_error(struct web *web, const struct peer *peer,
                         const struct rpc_reply *read, struct buf *out)
{
    answer_reply(
        web, peer, read->error == RPC_DONE ? RPC_UNAVAILABLE : read->error,
        json_integer_value(json_object_get(read->data, "retry_after_ms")), out);
}

static void answer_page(struct web *web, const struct peer *peer,
                        struct buf *out)
{
    SCOPED(buf_free) struct buf text = buf_make(PAGE_MAX_BYTES);

    if (!web->page->write(buf_text(&web->reply), &text) ||
        buf_status(&text) != STATUS_OK) {
        web->keeps_alive = false;
        write_answer(web, peer, (struct web_answer){.status = 503}, out);
        return;
    }
    write_answer(web, peer,
                 (struct web_answer){.status = 200,
                                     .type = web->page->type,
                                     .body = buf_text(&text)},
                 out);
}

static void take_call(struct web *web, const struct peer *peer, struct buf *out)
{
    SCOPED(rpc_reply_drop) struct rpc_reply read = {0};

    if (read_error(buf_text(&web->reply), &read))
        answer_error(web, peer, &read, out);
    else if (web->page->write)
        answer_page(web, peer, out);
    else
        answer_reply(web, peer, RPC_DONE, 0, out);
    if (!web->page->line)
        use(web, web->body_size);
    if (web->proof.kind == PROOF_TICKET) /* that was its request */
        web->session = (struct proof){0};
    (void)end_request(web);
}

/* A connection that had a session has no place among the strangers. */
static void note_refused(struct web *web)
{
    web->keeps_alive =
        web->keeps_alive && may_drain(web) && !web->has_signed_in;
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
    answer_reply(web, peer, RPC_NOT_AUTHENTICATED, 0, out);
    (void)end_early(web);
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
        answer_error(web, peer, &read, out);
        (void)end_early(web);
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
    note_begin(web, now_ms);
}

bool web_has_ended(const struct web *web)
{
    return web->stage == STAGE_OVER;
}

size_t web_n_kept(const struct web *web)
{
    return web->in.size;
}

int64_t web_since_ms(const struct web *web)
{
    return web->since_ms;
}
