#include "provider/web/web_private.h"

#include <stdlib.h>
#include <string.h>

#include "provider/web/console_file.h"

enum status web_new(const struct web_setting *setting, struct web **web_out)
{
    struct web *web = calloc(1, sizeof(*web));

    if (!web)
        return STATUS_NO_MEMORY;
    web->setting = *setting;
    web->in =
        buf_make(setting->body_max_bytes + WEB_HEAD_MAX_BYTES + FEED_MAX_BYTES);
    web->line = buf_make(LINE_MAX_BYTES + setting->body_max_bytes);
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
    odata_target_clear(&web->target);
    authzen_clear(&web->asked);
    buf_free(&web->base);
    console_file_drop(web);
    free(web);
}

/* ---- What comes in ---- */

void web_note_begin(struct web *web, int64_t now_ms)
{
    if (web->stage == STAGE_HEAD && web->since_ms == 0 && web->in.size > 0)
        web->since_ms = now_ms;
}

enum status web_feed(struct web *web, struct text bytes, int64_t now_ms)
{
    if (bytes.size > 0) /* an empty text has no address */
        buf_append_text(&web->in, bytes);
    web_note_begin(web, now_ms);
    return buf_status(&web->in);
}

/* Credentials and what came with them stay in no memory (T111). */
void web_use(struct web *web, size_t size)
{
    web->n_scanned = 0;
    if (size == 0)
        return;
    explicit_bzero(web->in.data + web->in.start, size);
    buf_consume(&web->in, size);
    if (web->in.size == 0)
        buf_wipe(&web->in);
}

/* ---- The body ---- */

static void put_continue(struct buf *out)
{
    const struct text line = TEXT("HTTP/1.1 100 Continue\r\n\r\n");

    out->max_bytes = out->size + line.size;
    buf_append_text(out, line);
}

static enum web_want refuse_line(struct web *web, const struct peer *peer,
                                 struct buf *out)
{
    web->keeps_alive = false;
    web_write_answer(web, peer, (struct web_answer){.status = 503}, out);
    return web_end_request(web);
}

/* What is served at all may have changed since its head. */
static enum web_want refuse_page(struct web *web, const struct peer *peer,
                                 struct buf *out)
{
    web_write_answer(web, peer, (struct web_answer){.status = 404}, out);
    if (web->has_body)
        web_use(web, web->body_size);
    return web_end_request(web);
}

static enum web_want step_body(struct web *web, const struct peer *peer,
                               struct buf *out)
{
    if (web->has_body && web->in.size < web->body_size) {
        if (web->is_awaited && web->in.size == 0)
            put_continue(out);
        web->is_awaited = false;
        return WEB_WANTS_BYTES;
    }
    if (!page_is_served(peer, web->page))
        return refuse_page(web, peer, out);
    if ((web_is_odata(web) && !web_ask_odata(web, peer, out)) ||
        (web_is_access(web) && !web_ask_access(web, peer, out)))
        return web_end_request(web);
    if (buf_status(&web->line) != STATUS_OK)
        return refuse_line(web, peer, out);
    web->stage = STAGE_CALL;
    return WEB_RUNS;
}

static enum web_want step_drain(struct web *web)
{
    const size_t n =
        web->in.size < web->body_size ? web->in.size : web->body_size;

    web_use(web, n);
    web->body_size -= n;
    return web->body_size > 0 ? WEB_WANTS_BYTES : web_end_request(web);
}

/* ---- A step ---- */

enum web_want web_step(struct web *web, struct peer *peer, struct buf *out)
{
    switch (web->stage) {
    case STAGE_HEAD:
        return web_step_head(web, peer, out);
    case STAGE_BODY:
        return step_body(web, peer, out);
    case STAGE_DRAIN:
        return step_drain(web);
    case STAGE_FILE:
        return console_file_step(web, out);
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
    if (web_is_odata(web) || web_is_access(web))
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
