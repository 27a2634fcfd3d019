#include "provider/web/web_answer.h"

#include <time.h>

#include "provider/base/clock.h"
#include "provider/base/json_writer.h"
#include "provider/call/answer.h"
#include "provider/wire/reply.h"

enum { HEAD_BYTES = 2048, MS_OF_S = 1000, NOT_AUTHENTICATED = 401 };

unsigned web_status_of(enum rpc_error error)
{
    static const unsigned statuses[RPC_N_ERRORS] = {
        [RPC_DONE] = 200,
        [RPC_PARSE] = 400,
        [RPC_INVALID_REQUEST] = 400,
        [RPC_UNKNOWN_METHOD] = 404,
        [RPC_INVALID_PARAMS] = 400,
        [RPC_NOT_AUTHENTICATED] = NOT_AUTHENTICATED,
        [RPC_LEVEL_TOO_LOW] = 403,
        [RPC_DENIED] = 403,
        [RPC_NOT_FOUND] = 404,
        [RPC_CONFLICT] = 409,
        [RPC_INVALID] = 400,
        [RPC_LIMIT] = 429,
        [RPC_UNAVAILABLE] = 503,
    };

    return error < RPC_N_ERRORS ? statuses[error] : 500;
}

static const char *reason_of(unsigned status)
{
    static const struct {
        unsigned status;
        const char *reason;
    } reasons[] = {
        {200, "OK"},
        {201, "Created"},
        {204, "No Content"},
        {304, "Not Modified"},
        {308, "Permanent Redirect"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {409, "Conflict"},
        {412, "Precondition Failed"},
        {411, "Length Required"},
        {413, "Content Too Large"},
        {415, "Unsupported Media Type"},
        {417, "Expectation Failed"},
        {421, "Misdirected Request"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {501, "Not Implemented"},
        {503, "Service Unavailable"},
        {505, "HTTP Version Not Supported"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(reasons); i++)
        if (reasons[i].status == status)
            return reasons[i].reason;
    return "Error";
}

static void put_date(struct buf *out)
{
    const time_t now = (time_t)clock_wall_s();
    char date[64];
    struct tm utc;

    if (gmtime_r(&now, &utc) &&
        strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", &utc) > 0)
        buf_append_format(out, "Date: %s\r\n", date);
}

/* A certificate is no scheme of HTTP; this one says that it would do. */
static void put_challenges(const struct peer *peer, struct buf *out)
{
    if (settings_offers(peer->settings, peer->listener, AUTH_GSS_SPNEGO))
        buf_append_string(out, "WWW-Authenticate: Negotiate\r\n");
    if (settings_offers(peer->settings, peer->listener, AUTH_OAUTHBEARER))
        buf_append_string(out,
                          "WWW-Authenticate: Bearer realm=\"smsprovider\"\r\n");
    if (settings_offers(peer->settings, peer->listener, AUTH_EXTERNAL) &&
        peer->listener->config->n_client_ca > 0)
        buf_append_string(
            out, "WWW-Authenticate: Certificate realm=\"smsprovider\"\r\n");
}

static void put_ticket(const struct web_answer *answer, struct buf *out)
{
    if (answer->ticket.size > 0) {
        buf_append_string(out, "WWW-Authenticate: Negotiate ");
        buf_append_text(out, answer->ticket);
        buf_append_string(out, "\r\n");
    }
    if (answer->has_ticket) /* the next request needs one of its own */
        buf_append_string(out, "Persistent-Auth: false\r\n");
}

void web_answer_write(const struct web_answer *answer, const struct peer *peer,
                      struct buf *out)
{
    out->max_bytes = out->size + HEAD_BYTES + answer->ticket.size +
                     answer->location.size + answer->body.size;
    buf_append_format(out, "HTTP/1.1 %u %s\r\n", answer->status,
                      reason_of(answer->status));
    put_date(out);
    if (answer->status == NOT_AUTHENTICATED)
        put_challenges(peer, out);
    put_ticket(answer, out);
    if (answer->allow)
        buf_append_format(out, "Allow: %s\r\n", answer->allow);
    if (answer->id && answer->id[0])
        buf_append_format(out, "X-Request-ID: %s\r\n", answer->id);
    if (answer->version > 0)
        buf_append_format(out, "ETag: \"%lld\"\r\n",
                          (long long)answer->version);
    if (answer->location.size > 0) {
        buf_append_string(out, "Location: ");
        buf_append_text(out, answer->location);
        buf_append_string(out, "\r\n");
    }
    if (answer->retry_after_ms > 0)
        buf_append_format(out, "Retry-After: %lld\r\n",
                          (long long)(answer->retry_after_ms + MS_OF_S - 1) /
                              MS_OF_S);
    if (answer->body.size > 0)
        buf_append_format(out, "Content-Type: %s\r\n", answer->type);
    if (answer->is_packed)
        buf_append_string(out, "Content-Encoding: gzip\r\n");
    if (answer->varies)
        buf_append_string(out, "Vary: Accept-Encoding\r\n");
    if (answer->status != 204)
        buf_append_format(out, "Content-Length: %zu\r\n", answer->body.size);
    buf_append_format(out, "Cache-Control: %s\r\n",
                      answer->cache ? answer->cache : "no-store");
    buf_append_string(out, "Strict-Transport-Security: max-age=31536000\r\n"
                           "X-Content-Type-Options: nosniff\r\n");
    if (answer->extra)
        buf_append_string(out, answer->extra);
    buf_append_string(out,
                      answer->closes ? "Connection: close\r\n\r\n" : "\r\n");
    if (answer->body.size > 0 && !answer->is_bare)
        buf_append_text(out, answer->body);
}

void web_answer_error(const struct peer *peer, enum rpc_error error,
                      const char *why, struct buf *out)
{
    struct json_writer w = json_writer_make(out);

    reply_error_begin(&w, NULL, error, why);
    if (error == RPC_NOT_AUTHENTICATED) {
        writer_key(&w, "mechanisms");
        answer_mechanisms(peer, &w);
    }
    reply_error_end(&w);
    buf_append_char(out, '\n');
}
