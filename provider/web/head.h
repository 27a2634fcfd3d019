/*
 * The head of one request of HTTP/1.1: everything before its body.
 *
 * The library (http-parser) reads it; what it is lenient about is refused here,
 * so that nobody before the provider can take one request for two: a bare CR or
 * LF, a folded line, a space before a colon, bytes that are not ASCII, a header
 * that counts twice, any transfer coding, a target that is not a path. A body
 * has a Content-Length or is none.
 * Source: RFC 9112 sections 2.2, 5, 6 and 11.2.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "provider/base/text.h"

enum {
    HEAD_LINES_MAX = 64,
    HEAD_BODY_MAX_BYTES = 1 << 30, /* more is no number */
};

enum head_method {
    HEAD_OTHER = 0,
    HEAD_HEAD, /* its answer has no body */
    HEAD_GET,
    HEAD_POST,
    HEAD_PUT,
    HEAD_PATCH,
    HEAD_DELETE,
};

/* Texts are borrowed from the bytes; data NULL: not there. */
struct head {
    enum head_method method;
    struct text path; /* without the query */
    struct text query;
    struct text host;      /* without the port */
    struct text authority; /* with it, as it was said */
    struct text origin;
    struct text fetch_site; /* Sec-Fetch-Site: who asked a browser for it */
    struct text authorization;
    struct text content_type;
    struct text expect;
    struct text accept_encoding;
    struct text request_id; /* that its sender gave it */
    struct text if_match;
    struct text if_none_match;
    struct text console; /* SMS-Console: a page that names itself */
    size_t body_size;
    bool keeps_alive;
};

/*
 * The size of the head at the beginning of bytes, with the empty line that ends
 * it; 0: it is not whole. n_scanned: of an earlier call on the same bytes.
 */
size_t head_size(struct text bytes, size_t *n_scanned);

/* "host:443" without its port, "[::1]:443" without brackets too. False: there
 * is no host. */
bool head_cut_port(struct text *host);

/* 0, or the status of HTTP that refuses it, with a sentence. */
unsigned head_read(struct text bytes, struct head *head_out,
                   const char **why_out);
