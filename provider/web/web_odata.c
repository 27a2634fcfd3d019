/* Requests for the administration service, between HTTP and provider/odata. */
#include "provider/web/web_private.h"

#include <string.h>

#include "provider/odata/odata_ask.h"
#include "provider/odata/v1_answer.h"
#include "provider/web/head.h"
#include "provider/wire/reply.h"

enum { ODATA_MAX_BYTES = 16 * 1024 * 1024, NOT_MODIFIED = 304 };

static void json_drop(json_t **json)
{
    json_decref(*json);
}

bool web_is_odata(const struct web *web)
{
    return web->page && web->page->of == CONFIG_PATH_ADMINSERVICE;
}

/* ---- Its address ---- */

static enum odata_verb verb_of(enum head_method method)
{
    static const enum odata_verb verbs[] = {
        [HEAD_OTHER] = ODATA_VERB_OTHER, [HEAD_HEAD] = ODATA_VERB_OTHER,
        [HEAD_GET] = ODATA_GET,          [HEAD_POST] = ODATA_POST,
        [HEAD_PUT] = ODATA_PUT,          [HEAD_PATCH] = ODATA_PATCH,
        [HEAD_DELETE] = ODATA_DELETE,
    };

    return method < ARRAY_SIZE(verbs) ? verbs[method] : ODATA_VERB_OTHER;
}

/* What its address says is wrong with it is told after the sign-in. */
void web_read_odata(struct web *web, const struct head *head, struct text below)
{
    odata_target_clear(&web->target);
    buf_free(&web->base);
    web->known = -1;
    if (!web_is_odata(web))
        return;
    web->target = odata_target_read(verb_of(head->method), below, head->query);
    odata_target_match(&web->target, head->if_match);
    web->known = odata_version_of(head->if_none_match);
    web->base = buf_make(WEB_HEAD_MAX_BYTES);
    buf_append_string(&web->base, "https://");
    buf_append_text(&web->base, head->authority);
    buf_append_string(&web->base, web->target.is_v1 ? "/AdminService/v1.0/"
                                                    : "/AdminService/wmi/");
}

/* ---- Its line ---- */

static void refuse_target(struct web *web, const struct peer *peer,
                          struct buf *out)
{
    SCOPED(buf_free) struct buf text = buf_make(ERROR_MAX_BYTES);

    odata_answer_put_error(web->target.status, web->target.why, NULL, &text);
    web_write_answer(web, peer,
                     (struct web_answer){.status = web->target.status,
                                         .type = web->page->type,
                                         .body = buf_text(&text)},
                     out);
    if (web->has_body)
        web_use(web, web->body_size);
}

bool web_ask_odata(struct web *web, const struct peer *peer, struct buf *out)
{
    struct text body = buf_text(&web->in);

    body.size = web->has_body ? web->body_size : 0;
    if (odata_ask(&web->target, body, &web->line))
        return true;
    refuse_target(web, peer, out);
    return false;
}

/* ---- Its answer ---- */

/* A page and how many there are come together, and one may be refused: an error
 * in such an answer is read as if it were all. */
static bool read_part(struct text reply, struct rpc_reply *read)
{
    static const char mark[] = "\"error\":{\"code\":";
    SCOPED(json_drop) json_t *parts = NULL;
    SCOPED(memory_drop) char *part = NULL;
    const json_t *found = NULL;

    if (!memmem(reply.data, reply.size, mark, sizeof(mark) - 1))
        return false;
    parts = json_loadb(reply.data, reply.size, 0, NULL);
    for (size_t i = json_array_size(parts); i > 0; i--)
        if (json_object_get(json_array_get(parts, i - 1), "error"))
            found = json_array_get(parts, i - 1);
    part = found ? json_dumps(found, JSON_COMPACT) : NULL;
    return part && rpc_reply_read(text_of(part), read) == STATUS_OK;
}

static bool read_error(const struct web *web, struct rpc_reply *read)
{
    const struct text reply = buf_text(&web->reply);

    return web->target.is_counted && reply.size > 0 && reply.data[0] == '['
               ? read_part(reply, read)
               : web_read_error(reply, read);
}

bool web_asks_again(struct web *web)
{
    SCOPED(rpc_reply_drop) struct rpc_reply read = {0};

    if (!web_is_odata(web) || !odata_may_make(&web->target) ||
        !web_read_error(buf_text(&web->reply), &read) ||
        read.error != RPC_NOT_FOUND)
        return false;
    web->target.is_making = true;
    buf_wipe(&web->line);
    web->stage = STAGE_BODY;
    return true;
}

static void answer_result(struct web *web, const struct peer *peer,
                          struct odata_answer *read, struct buf *text,
                          struct buf *out)
{
    struct web_answer answer = {.status = read->status,
                                .type =
                                    read->type ? read->type : web->page->type,
                                .version = read->version,
                                .location = buf_text(&read->location),
                                .body = buf_text(text)};

    if (web->target.verb == ODATA_GET && read->version > 0 &&
        web->known == read->version) {
        answer.status = NOT_MODIFIED;
        answer.body = TEXT("");
    }
    web_write_answer(web, peer, answer, out);
}

void web_answer_odata_error(struct web *web, const struct peer *peer,
                            const struct rpc_reply *read, struct buf *out)
{
    SCOPED(buf_free) struct buf text = buf_make(ODATA_MAX_BYTES);
    const enum rpc_error error =
        read->error == RPC_DONE ? RPC_UNAVAILABLE : read->error;
    struct web_answer answer = {
        .status = odata_status_of(&web->target, read, web_status_of(error)),
        .type = web->page->type,
        .retry_after_ms =
            json_integer_value(json_object_get(read->data, "retry_after_ms"))};

    odata_answer_put_error(answer.status,
                           read->message ? read->message : "Unavailable.",
                           read->data, &text);
    answer.body = buf_text(&text);
    web_write_answer(web, peer, answer, out);
}

static bool put_answer(const struct web *web, struct odata_answer *answer,
                       struct buf *text)
{
    const struct text base = buf_text(&web->base);
    const struct text reply = buf_text(&web->reply);

    return web->target.is_v1
               ? v1_answer_put(&web->target, base, reply, answer, text)
               : odata_answer_put(&web->target, base, reply, answer, text);
}

/* What is no result is an error, whatever it is. */
void web_answer_odata(struct web *web, const struct peer *peer, struct buf *out)
{
    SCOPED(buf_free) struct buf text = buf_make(ODATA_MAX_BYTES);
    SCOPED(odata_answer_clear) struct odata_answer answer = {0};
    SCOPED(rpc_reply_drop) struct rpc_reply read = {0};

    if (!read_error(web, &read) && put_answer(web, &answer, &text) &&
        buf_status(&text) == STATUS_OK)
        answer_result(web, peer, &answer, &text, out);
    else
        web_answer_odata_error(web, peer, &read, out);
}
