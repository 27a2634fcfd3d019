/* Decisions asked over HTTP, between that and provider/authzen. */
#include "provider/web/web_private.h"

#include "provider/base/own.h"
#include "provider/call/session.h"

enum { ANSWER_MAX_BYTES = 1024 * 1024 };

bool web_is_access(const struct web *web)
{
    return web->page && web->page->of == CONFIG_PATH_ACCESS;
}

void web_read_access(struct web *web, const struct head *head,
                     struct text below)
{
    authzen_clear(&web->asked);
    if (!web_is_access(web))
        return;
    web->asked = authzen_read(below, head->query);
    web->base = buf_make(WEB_HEAD_MAX_BYTES);
    buf_append_string(&web->base, "https://");
    buf_append_text(&web->base, head->authority);
}

bool web_allows_access(const struct web *web, enum head_method method)
{
    return method == HEAD_GET ? authzen_is_read(&web->asked)
                              : web->asked.kind != AUTHZEN_CONFIGURATION;
}

/* ---- Its line ---- */

static bool ask(struct web *web, const struct peer *peer)
{
    struct text body = buf_text(&web->in);

    body.size = web->has_body ? web->body_size : 0;
    if (buf_status(&web->asked.query) != STATUS_OK ||
        web->asked.kind == AUTHZEN_NONE) {
        web->asked.status = 404;
        web->asked.why = "There is nothing here.";
        return false;
    }
    return authzen_ask(&web->asked, web->has_body, body,
                       text_of(peer->session ? peer->session->user : ""),
                       &web->line);
}

bool web_ask_access(struct web *web, const struct peer *peer, struct buf *out)
{
    SCOPED(buf_free) struct buf text = buf_make(ERROR_MAX_BYTES);

    if (ask(web, peer))
        return true;
    odata_answer_put_error(web->asked.status, web->asked.why, NULL, &text);
    web_write_answer(web, peer,
                     (struct web_answer){.status = web->asked.status,
                                         .type = web->page->type,
                                         .body = buf_text(&text)},
                     out);
    if (web->has_body)
        web_use(web, web->body_size);
    return false;
}

/* ---- Its answer ---- */

void web_answer_access(struct web *web, const struct peer *peer,
                       struct buf *out)
{
    SCOPED(buf_free) struct buf text = buf_make(ANSWER_MAX_BYTES);

    if (!authzen_put(&web->asked, buf_text(&web->base), buf_text(&web->reply),
                     &text) ||
        buf_status(&text) != STATUS_OK) {
        web_write_error(web, peer, TEXT(""), out);
        return;
    }
    web_write_answer(web, peer,
                     (struct web_answer){.status = 200,
                                         .type = web->page->type,
                                         .body = buf_text(&text)},
                     out);
}
