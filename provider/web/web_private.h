/*
 * Between the files of a connection of HTTP, in the order in which a request
 * passes them:
 *
 *     web_begin    head -> what is asked for, and its auth.start
 *     web_step     body, and the line that is run
 *     web_end      the answer to that line -> an answer of HTTP
 */
#pragma once

#include "provider/authzen/authzen.h"
#include "provider/odata/odata_answer.h"
#include "provider/odata/odata_target.h"
#include "provider/web/head.h"
#include "provider/web/page.h"
#include "provider/web/proof.h"
#include "provider/web/web.h"
#include "provider/web/web_answer.h"

enum stage {
    STAGE_HEAD = 0,
    STAGE_SIGN_IN, /* its auth.start runs */
    STAGE_BODY,
    STAGE_CALL, /* its line runs */
    STAGE_DRAIN,
    STAGE_FILE, /* a file of the console is being sent */
    STAGE_OVER,
};

enum {
    FEED_MAX_BYTES = 64 * 1024, /* of one read */
    LINE_MAX_BYTES = 4 * AUTH_MESSAGE_MAX_BYTES,
    ERROR_MAX_BYTES = 4 * 1024,
    WEB_ID_MAX_BYTES = 128,
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
    struct odata_target target;    /* owned; of the administration service */
    struct authzen asked;          /* owned; of a question about access */
    struct buf base;               /* its address, in its answers */
    char id[WEB_ID_MAX_BYTES + 1]; /* that the client gave it; or empty */
    size_t body_size;
    bool has_body;   /* what it asks for is in it */
    int64_t known;   /* version of the object that the client has; -1 */
    bool is_awaited; /* the body: the client asked whether it may send it */
    bool keeps_alive;
    bool is_bare;    /* asked by HEAD */
    bool takes_gzip; /* its answer may be packed */
    struct proof proof;
    struct buf line;   /* its auth.start */
    struct buf ticket; /* the answer to its ticket */
    struct buf reply;  /* to its line */

    struct console_table *console; /* held while a file of it is sent */
    struct text rest;              /* of that file, borrowed from it */

    struct proof session; /* what the session of the peer began with */
    bool has_signed_in;
};

/* ---- web_step.c ---- */

/* If there is something of the next request already, it began now. */
void web_note_begin(struct web *web, int64_t now_ms);

/* So many bytes have been used. */
void web_use(struct web *web, size_t size);

/* ---- web_begin.c ---- */

enum web_want web_step_head(struct web *web, struct peer *peer,
                            struct buf *out);

/* ---- web_odata.c ---- */

/* Is it for the administration service? */
bool web_is_odata(const struct web *web);

/* Its address, with the name that the client knows the provider by. */
void web_read_odata(struct web *web, const struct head *head,
                    struct text below);

/* Before the call: the line that asks for it. False: it is answered. */
bool web_ask_odata(struct web *web, const struct peer *peer, struct buf *out);

/* After it: there was nothing to change, so it is made, by another call. */
bool web_asks_again(struct web *web);
void web_answer_odata(struct web *web, const struct peer *peer,
                      struct buf *out);

/* An error, as such clients read it. */
void web_answer_odata_error(struct web *web, const struct peer *peer,
                            const struct rpc_reply *read, struct buf *out);

/* ---- web_access.c ---- */

/* Is it a question about access? The rest is as for the other. */
bool web_is_access(const struct web *web);
void web_read_access(struct web *web, const struct head *head,
                     struct text below);
bool web_allows_access(const struct web *web, enum head_method method);
bool web_ask_access(struct web *web, const struct peer *peer, struct buf *out);
void web_answer_access(struct web *web, const struct peer *peer,
                       struct buf *out);

/* ---- web_end.c ---- */

/* Is it an error? Only such an answer is read again. */
bool web_read_error(struct text reply, struct rpc_reply *read);

/* The wire's error, as an answer of HTTP. */
void web_write_error(struct web *web, const struct peer *peer,
                     struct text error, struct buf *out);

/* Its answer is written: the next one, or the end. */
enum web_want web_end_request(struct web *web);

/* The same before its body was read. */
enum web_want web_end_early(struct web *web);

/* Can that body be passed over? */
bool web_may_drain(const struct web *web);

void web_write_answer(struct web *web, const struct peer *peer,
                      struct web_answer answer, struct buf *out);
