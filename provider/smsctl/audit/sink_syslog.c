#include <openssl/err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "provider/smsctl/audit/export_line.h"
#include "provider/smsctl/audit/sink.h"
#include "provider/smsctl/audit/syslog_link.h"

enum { BATCH_MAX_BYTES = 64 * 1024 * 1024, HOST_BYTES = 256, PORT_BYTES = 16 };

struct sink_syslog {
    struct sink sink; /* first */
    SSL_CTX *context;
    struct syslog_link *link; /* NULL: not connected */
    char host[HOST_BYTES], port[PORT_BYTES];
    char own_host[HOST_BYTES];
};

static void close_syslog(struct sink *sink)
{
    struct sink_syslog *syslog = (struct sink_syslog *)sink;

    syslog_link_free(syslog->link);
    SSL_CTX_free(syslog->context);
    free(syslog);
}

static enum status frame_items(const struct sink_syslog *syslog,
                               const json_t *items, struct buf *out)
{
    SCOPED(buf_free) struct buf message = buf_make(4 * EXPORT_LINE_MAX_BYTES);

    for (size_t i = 0; i < json_array_size(items); i++) {
        buf_clear(&message);
        export_line_syslog(json_array_get(items, i), syslog->own_host,
                           &message);
        TRY(buf_status(&message));
        export_line_frame(buf_text(&message), out);
    }
    return buf_status(out);
}

static enum status send_all(struct sink_syslog *syslog, struct text frames)
{
    if (!syslog->link)
        TRY(syslog_link_open(syslog->context, syslog->host, syslog->port,
                             syslog->sink.why, &syslog->link));
    syslog->sink.is_connected = true;
    TRY(syslog_link_send(syslog->link, frames));
    return syslog_link_settle(syslog->link);
}

static enum status give(struct sink *sink, const json_t *items)
{
    SCOPED(buf_free) struct buf frames = buf_make(BATCH_MAX_BYTES);
    struct sink_syslog *syslog = (struct sink_syslog *)sink;
    enum status given;

    TRY(frame_items(syslog, items, &frames));
    snprintf(sink->why, sizeof(sink->why),
             "The connection to the receiver broke.");
    given = send_all(syslog, buf_text(&frames));
    if (given == STATUS_OK)
        return STATUS_OK;
    syslog_link_free(syslog->link);
    syslog->link = NULL;
    return given;
}

/* By ending the connection; the next records open another. */
static enum status prove(struct sink *sink)
{
    struct sink_syslog *syslog = (struct sink_syslog *)sink;
    const enum status ended =
        syslog->link ? syslog_link_end(syslog->link) : STATUS_UNAVAILABLE;

    syslog_link_free(syslog->link);
    syslog->link = NULL;
    return ended;
}

/* ---- Opening ---- */

/* "host:port", "[::1]:6514" */
static bool read_address(const char *address, struct sink_syslog *syslog)
{
    const char *colon = strrchr(address, ':');
    struct text host = {address, colon ? (size_t)(colon - address) : 0};

    if (host.size > 2 && host.data[0] == '[' && host.data[host.size - 1] == ']')
        host = (struct text){host.data + 1, host.size - 2};
    if (host.size == 0 || !colon[1] ||
        strspn(colon + 1, "0123456789") != strlen(colon + 1))
        return false;
    return snprintf(syslog->host, HOST_BYTES, "%.*s", (int)host.size,
                    host.data) < HOST_BYTES &&
           snprintf(syslog->port, PORT_BYTES, "%s", colon + 1) < PORT_BYTES;
}

static const char *prepare_tls(SSL_CTX *context,
                               const struct sink_syslog_options *options)
{
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_mode(context, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_ENABLE_PARTIAL_WRITE);
    if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1)
        return "TLS cannot be set up.";
    if (!options->ca ||
        SSL_CTX_load_verify_locations(context, options->ca, NULL) != 1)
        return "--to-ca must name the CA of the receiver, in PEM.";
    if (!options->certificate != !options->key)
        return "--to-cert and --to-key go together.";
    if (options->certificate &&
        (SSL_CTX_use_certificate_chain_file(context, options->certificate) !=
             1 ||
         SSL_CTX_use_PrivateKey_file(context, options->key, SSL_FILETYPE_PEM) !=
             1 ||
         SSL_CTX_check_private_key(context) != 1))
        return "--to-cert and --to-key cannot be used, or do not fit.";
    return NULL;
}

enum status sink_syslog_open(const struct sink_syslog_options *options,
                             char why[256], struct sink **sink_out)
{
    struct sink_syslog *syslog = calloc(1, sizeof(*syslog));
    OWNED(sink) sink = NULL;
    const char *wrong;

    if (!syslog)
        return STATUS_NO_MEMORY;
    syslog->sink =
        (struct sink){.give = give, .prove = prove, .close = close_syslog};
    sink = &syslog->sink;
    (void)signal(SIGPIPE, SIG_IGN); /* the library writes without flags */
    if (gethostname(syslog->own_host, sizeof(syslog->own_host) - 1) != 0)
        syslog->own_host[0] = '\0';
    syslog->context = SSL_CTX_new(TLS_client_method());
    if (!syslog->context)
        return STATUS_NO_MEMORY;
    wrong = read_address(options->address, syslog)
                ? prepare_tls(syslog->context, options)
                : "The receiver is given as syslog-tls:HOST:PORT.";
    ERR_clear_error();
    if (wrong) {
        snprintf(why, 256, "%s", wrong);
        return STATUS_INVALID;
    }
    *sink_out = TAKE(sink);
    return STATUS_OK;
}
