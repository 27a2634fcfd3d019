/*
 * Fetches documents from an https address configured by the operator.
 *
 * Blocks: for a background thread. No redirects, no proxies, no credentials,
 * nothing from the environment; the server must be certified by the given
 * authorities.
 */
#pragma once

#include "provider/base/buf.h"
#include "provider/base/own.h"

/* Fetches one after the other; can be told to give up. */
struct https_fetcher;

/* Call first from the main thread, before others use OpenSSL or curl. */
MUST_CHECK
enum status https_fetcher_new(struct https_fetcher **fetcher_out);
void https_fetcher_free(struct https_fetcher *fetcher);
DEFINE_DROP(https_fetcher)

/*
 * Appends the body; more than out's maximum is an error. authorities: PEM.
 * STATUS_UNAVAILABLE with the cause logged.
 */
MUST_CHECK
enum status https_fetch(struct https_fetcher *fetcher, const char *address,
                        struct text authorities, int64_t timeout_ms,
                        struct buf *out);

/* A request of a process that talks with an issuer. */
struct https_request {
    const char *address;
    struct text authorities; /* PEM */
    struct text form;        /* posted, URL-encoded; empty: nothing is */
    int64_t timeout_ms;
    int leash; /* a descriptor: given up when something comes there */
};

/*
 * Appends the body of the answer, whatever its code is: errors of OAuth have
 * one. STATUS_END: the leash was pulled. STATUS_LIMIT: it is too long.
 * STATUS_UNAVAILABLE: there is none, with the cause logged.
 */
MUST_CHECK
enum status https_ask(struct https_fetcher *fetcher,
                      const struct https_request *request, struct buf *out,
                      long *code_out);

/* From another thread: aborts the current fetch, and every later one at its
 * start. */
void https_fetcher_stop(struct https_fetcher *fetcher);
