/* A request begins: what it asks for, and who asks. */
#include "provider/web/web_private.h"

#include <string.h>

#include "provider/call/session.h"
#include "provider/web/console_file.h"
#include "provider/web/pack.h"

/* ---- Whom nothing runs for ---- */

static const char *allow_of(const struct web *web)
{
    return web_is_odata(web) ? web->target.allow : web->page->allow;
}

static enum web_want refuse(struct web *web, const struct peer *peer,
                            unsigned status, const char *why, struct buf *out)
{
    SCOPED(buf_free) struct buf text = buf_make(ERROR_MAX_BYTES);
    struct web_answer answer = {.status = status,
                                .type = "text/plain; charset=utf-8"};

    web->keeps_alive = web->keeps_alive && web_may_drain(web);
    if (web_is_odata(web) || web_is_access(web)) {
        answer.type = web->page->type;
        odata_answer_put_error(status, why, NULL, &text);
    } else {
        buf_append_format(&text, "%s\n", why);
    }
    if (status == 405 && web->page)
        answer.allow = allow_of(web);
    answer.body = buf_text(&text);
    web_write_answer(web, peer, answer, out);
    return web_end_early(web);
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

    web->keeps_alive = web->keeps_alive && web_may_drain(web) &&
                       ++web->n_challenged < WEB_CHALLENGES_MAX;
    web_answer_error(peer, RPC_NOT_AUTHENTICATED,
                     web->proof.kind == PROOF_NONE
                         ? NULL
                         : "Nothing here can be signed in to with this.",
                     &text);
    web->proof.kind = PROOF_NONE;
    web_write_error(web, peer, buf_text(&text), out);
    return web_end_early(web);
}

/* ---- What it asks for ---- */

/* "application/json", with parameters or without. */
static bool is_json(struct text type)
{
    const struct text name = TEXT("application/json");
    const size_t n = name.size;

    return type.size >= n &&
           text_equal_nocase((struct text){type.data, n}, name) &&
           (type.size == n || type.data[n] == ';' || type.data[n] == ' ');
}

/* Without the port that https has unless another is said. */
static struct text cut_usual_port(struct text authority)
{
    const struct text port = TEXT(":443");
    const size_t n = authority.size - port.size;

    if (authority.size > port.size &&
        memcmp(authority.data + n, port.data, port.size) == 0)
        authority.size = n;
    return authority;
}

/* A browser says for whom it asks; here it asks for nobody else's page, and
 * another port of this host is somebody else. */
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
    if (origin.size <= n || memcmp(origin.data, https, n) != 0)
        return true;
    origin = (struct text){origin.data + n, origin.size - n};
    return !text_equal_nocase(cut_usual_port(origin),
                              cut_usual_port(head->authority));
}

/* A page of a browser sends this header, which no form and no link can, and
 * which another origin's page may only send if it is allowed to. */
static bool is_nameless_page(const struct web *web, const struct head *head)
{
    return (head->origin.data || head->fetch_site.data) &&
           !head->console.data && !web->page->is_open &&
           head->method != HEAD_GET && head->method != HEAD_HEAD;
}

static bool is_allowed(const struct web *web, enum head_method method)
{
    return (web->page->methods & 1U << method) &&
           (!web_is_odata(web) || web->target.is_allowed) &&
           (!web_is_access(web) || web_allows_access(web, method));
}

/* A head is plain text, so what is in it may be said again. */
static void note_id(struct web *web, struct text id)
{
    const size_t n = id.size <= WEB_ID_MAX_BYTES ? id.size : 0;

    if (n > 0)
        memcpy(web->id, id.data, n);
    web->id[n] = '\0';
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
        {!(web->page && web->page->is_open) && is_of_another_page(head), 403,
         "Pages of other sites may not ask."},
        {!web->page, 404, "There is nothing here."},
        {web->page && is_nameless_page(web, head), 403,
         "A page must name itself by the header SMS-Console."},
        {web->page && !is_allowed(web, head->method), 405,
         "This is asked by another method."},
        {head->body_size > web->setting.body_max_bytes, 413,
         "The body is too long."},
        {!web->has_body && head->body_size > 0, 400, "This takes no body."},
        {web->has_body && !is_json(head->content_type) &&
             (head->body_size > 0 || !web_is_odata(web)),
         415, "The body must be application/json."},
        {head->if_none_match.data && head->method != HEAD_GET, 400,
         "If-None-Match is for what is read."},
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

/* ---- Who asks ---- */

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
    struct text below;
    unsigned status;

    web->page = page_find(peer, head->path, &below);
    web_read_odata(web, head, below);
    web_read_access(web, head, below);
    note_id(web, head->request_id);
    web->body_size = head->body_size;
    web->has_body = head->method == HEAD_POST || head->method == HEAD_PUT ||
                    head->method == HEAD_PATCH;
    web->is_awaited = head->expect.data != NULL;
    web->keeps_alive = head->keeps_alive;
    web->is_bare = head->method == HEAD_HEAD;
    web->takes_gzip = pack_is_taken(head->accept_encoding);
    web->proof = (struct proof){0};
    status = judge(web, head, &why);
    if (status)
        return refuse(web, peer, status, why, out);
    if (web->page->is_open)
        return console_file_begin(web, peer, below, out);
    return sign_in(web, peer, head->authorization, out);
}

enum web_want web_step_head(struct web *web, struct peer *peer, struct buf *out)
{
    const size_t size = head_size(buf_text(&web->in), &web->n_scanned);
    struct text bytes = buf_text(&web->in);
    const char *why = "";
    struct head head;
    enum web_want want;
    unsigned status;

    web->body_size = 0;
    web->is_bare = false;
    web->takes_gzip = false;
    web->page = NULL;
    if (size > WEB_HEAD_MAX_BYTES ||
        (size == 0 && bytes.size > WEB_HEAD_MAX_BYTES))
        return refuse_garbage(web, peer, 431, "The head is too long.", out);
    if (size == 0)
        return WEB_WANTS_BYTES;
    bytes.size = size;
    status = head_read(bytes, &head, &why);
    want = status ? refuse_garbage(web, peer, status, why, out)
                  : begin(web, peer, &head, out);
    web_use(web, size);
    return want;
}
