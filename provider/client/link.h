/*
 * The connection to a provider: sends and receives lines, until a deadline.
 *
 * On TCP it uses TLS 1.3: the server's certificate must chain to the given
 * anchors (never the system's) or have the key that is known, and carry the
 * host's name, and the server must speak smsprovider/1. Rules T20, T31.
 */
#pragma once

#include <stdint.h>

#include "provider/base/own.h"
#include "provider/base/text.h"
#include "provider/client/address.h"
#include "provider/client/failure.h"
#include "provider/client/server_key.h"

enum { LINK_EXPORTER_BYTES = 32 };

/* Borrowed for the call. certificate and key may be NULL; on TLS not both of ca
 * and pin may be missing, unless the server is only looked at. */
struct link_config {
    struct address address;
    const char *ca;
    struct server_key pin; /* with a CA: both must hold */
    bool is_look;          /* any issuer is accepted, and nothing is sent */
    const char *certificate;
    const char *key;
    smsclient_prompt prompt; /* for a key's passphrase; may be NULL */
    void *prompt_context;
    int64_t deadline_ms; /* clock_mono_ms() by which it must be connected */
};

struct link;
MUST_CHECK
enum status link_open(const struct link_config *config, struct failure *failure,
                      struct link **link_out);
void link_free(struct link *link);
DEFINE_DROP(link)

/* A link over a connected socket, non-blocking, that it takes over: to an agent
 * of the same user, and there to smsctl. */
MUST_CHECK
enum status link_wrap(int fd, struct link **link_out);

/* Frees the link and gives its socket back; -1, closed, if bytes behind the
 * last line have arrived. Not for TLS. */
int link_unwrap(struct link *link);

/* The tls-exporter value (RFC 9266); empty on a Unix socket. */
struct text link_exporter(const struct link *link);

struct tls;
/* NULL on a Unix socket; borrowed. */
const struct tls *link_tls(const struct link *link);

MUST_CHECK
enum status link_send(struct link *link, struct text bytes, int64_t deadline_ms,
                      struct failure *failure);

/* One line without its newline, borrowed until the next link_receive(). */
MUST_CHECK
enum status link_receive(struct link *link, int64_t deadline_ms,
                         struct failure *failure, struct text *line_out);

/* The socket, for callers that wait for several links at once (rpc-bench). */
int link_fd(const struct link *link);

/*
 * Like link_receive() without waiting: STATUS_END if no whole line is there
 * yet.
 */
MUST_CHECK
enum status link_try_receive(struct link *link, struct failure *failure,
                             struct text *line_out);
