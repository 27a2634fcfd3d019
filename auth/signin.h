/*
 * One sign-in: messages in, answers out, evidence at its end.
 *
 * Threads: an exchange is used by one thread at a time.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auth/channel.h"
#include "auth/evidence.h"
#include "auth/mechanism_table.h"
#include "provider/base/buf.h"
#include "provider/base/own.h"
#include "provider/base/status.h"
#include "provider/base/text.h"

struct auth;

enum auth_progress {
    AUTH_REFUSED = 0, /* finished: nothing was proved */
    AUTH_CONTINUE,    /* the answer goes to the client, who continues */
    AUTH_DONE,        /* evidence is there; the answer may have data too */
    AUTH_WAITING,     /* a worker checks; see auth_exchange_fd() */
    AUTH_PROMPT,      /* prompts for the user: auth_exchange_prompts() */
};

/*
 * Begins an exchange. The channel is borrowed and must outlive it.
 * STATUS_DENIED for a mechanism that is not usable on this channel.
 */
struct auth_exchange;
MUST_CHECK
enum status auth_exchange_new(const struct auth *auth,
                              const struct auth_channel *channel,
                              enum auth_mechanism mechanism,
                              struct auth_exchange **exchange_out);
void auth_exchange_free(struct auth_exchange *exchange);
DEFINE_DROP(auth_exchange)

/* What a Kerberos client says its ticket is bound to. */
enum auth_binding {
    AUTH_BINDING_UNSAID = 0, /* tls-exporter, or nothing if that is allowed */
    AUTH_BINDING_EXPORTER,
    AUTH_BINDING_END_POINT, /* for clients whose TLS library has no exporter */
    AUTH_N_BINDINGS,
};

/* "tls-exporter", "tls-server-end-point"; AUTH_N_BINDINGS for others. */
enum auth_binding auth_binding_read(struct text name);

/*
 * Call before the first step. The named binding must then be present. The end
 * point binds to the server's certificate and not to the connection, so it does
 * not stop whoever has its key: STATUS_DENIED if the channel requires a
 * binding, has none of that kind, or for other mechanisms.
 */
MUST_CHECK
enum status auth_exchange_bind(struct auth_exchange *exchange,
                               enum auth_binding binding);

/*
 * Takes one message of the client (has_data false: none was sent) and appends
 * one answer to out. After AUTH_REFUSED or AUTH_DONE every further step is
 * AUTH_REFUSED. The SASL connection is discarded inside (otherwise a step after
 * an error would sign in).
 */
enum auth_progress auth_exchange_step(struct auth_exchange *exchange,
                                      bool has_data, struct text data,
                                      int64_t now_s, struct buf *out);

/*
 * A password is checked elsewhere, so that the caller never waits:
 *
 *     step -> WAITING: watch the descriptor for reading, with a timer for
 *             the deadline; when either fires, call auth_exchange_resume(),
 *             which answers as step does (perhaps WAITING again).
 *     step -> PROMPT: put the questions to the person; when she has answered,
 *             call auth_exchange_answer(), which answers as step does.
 *
 * The descriptor belongs to the exchange: stop watching it before the next
 * call into the exchange that ends it or frees it. Only PLAIN does this.
 */
int auth_exchange_fd(const struct auth_exchange *exchange);
int64_t auth_exchange_deadline_ms(const struct auth_exchange *exchange);
enum auth_progress auth_exchange_resume(struct auth_exchange *exchange,
                                        int64_t now_s, struct buf *out);

enum auth_prompt_style {
    AUTH_PROMPT_HIDDEN, /* the answer must not be shown while typed */
    AUTH_PROMPT_SHOWN,
    AUTH_PROMPT_INFO, /* wants no answer */
};

struct auth_prompt {
    enum auth_prompt_style style;
    struct text text; /* borrowed until the next call */
};

enum { AUTH_PROMPTS_MAX = 8, AUTH_ANSWER_MAX_BYTES = 1024 };

/* The current prompts, prompts_out[AUTH_PROMPTS_MAX]; returns their number. */
size_t auth_exchange_prompts(const struct auth_exchange *exchange,
                             struct auth_prompt prompts_out[]);

/* One answer for each prompt that needs one, in order. */
enum auth_progress auth_exchange_answer(struct auth_exchange *exchange,
                                        const struct text answers[], size_t n,
                                        int64_t now_s, struct buf *out);

/* After AUTH_DONE: moves the evidence out. */
void auth_exchange_take(struct auth_exchange *exchange,
                        struct auth_evidence *evidence_out);

/*
 * Why the exchange was refused, for the audit and the log, never for the
 * client: "token-expired", "kerberos-unbound", ... Static text.
 */
const char *auth_exchange_why(const struct auth_exchange *exchange);

/*
 * After a right password of an account that may not sign in, or a valid token
 * that was used before: one sentence that the client may see. NULL in every
 * other case (T52).
 */
const char *auth_exchange_hint(const struct auth_exchange *exchange);

/* Was it refused because the password was not checked in time? */
bool auth_exchange_is_late(const struct auth_exchange *exchange);

/* Was a password not refused, but right for an account that may not sign in, or
 * not checked by fault of this side? Not a guess then. */
bool auth_exchange_is_excused(const struct auth_exchange *exchange);

/* The user that a refused client claimed to be, if known; else NULL. */
const char *auth_exchange_claimed(const struct auth_exchange *exchange);
