/* What comes in: bytes of the wire, out of their TLS records, up to the lines
 * that are in them. */
#include "provider/net/conn_private.h"

#include <string.h>

void conn_set_rank(struct conn *conn, enum stranger_rank rank)
{
    strangers_rank(&conn->loop->strangers, &conn->stranger, rank);
}

static void end_handshake(struct conn *conn)
{
    if (auth_channel_of_tls(conn->tls.ssl, &conn->peer.channel) != STATUS_OK)
        conn_close(conn);
    memcpy(conn->peer.channel.peer, conn->peer.address,
           sizeof(conn->peer.address));
    conn->peer.channel.is_web = conn->web != NULL;
    conn->peer.channel.binding_required =
        conn->peer.listener->config->channel_binding == CONFIG_BINDING_REQUIRED;
    if (conn->peer.channel.certificate.n_identities > 0)
        conn_set_rank(conn, STRANGER_PROVEN);
}

/* The bytes of one record, or what there is of them. */
static enum status take_record(struct conn *conn)
{
    struct scratch *plain = &conn->loop->plain;
    char *room = scratch_open(plain);
    size_t n = 0;
    const enum status status =
        tls_read(&conn->tls, room, sizeof(plain->bytes), &n);

    if (status == STATUS_OK)
        conn_take_plain(conn, (struct text){room, n});
    scratch_close(plain, status == STATUS_OK ? n : 0);
    return status;
}

static enum status take_records(struct conn *conn)
{
    if (!conn->tls.is_ready) {
        TRY(tls_handshake(&conn->tls));
        end_handshake(conn);
    }
    while (!conn->is_closing)
        TRY(take_record(conn));
    return STATUS_END;
}

static void take_encrypted(struct conn *conn, struct text bytes)
{
    enum status status;

    tls_lend(&conn->tls, bytes);
    status = take_records(conn);
    tls_lend(&conn->tls, (struct text){0});
    if (!conn->tls.is_ready && status != STATUS_END)
        conn->peer.fault_ms = FAULT_GARBAGE_MS;
    if (status != STATUS_END)
        conn_leave(conn);
}

static void on_alloc(uv_handle_t *handle, size_t size, uv_buf_t *out)
{
    struct conn *conn = handle->data;

    (void)size;
    *out = uv_buf_init(scratch_open(&conn->loop->in),
                       sizeof(conn->loop->in.bytes));
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *bytes);

/* Reads on unless what was read has to wait. */
void conn_set_reading(struct conn *conn)
{
    const bool wants =
        !conn_is_over(conn) && (!conn_is_busy(conn) || conn_n_kept(conn) == 0 ||
                                conn_reads_ahead(conn));

    if (conn->is_closing || wants == conn->is_reading)
        return;
    conn->is_reading = wants;
    if (!wants)
        uv_read_stop(&conn->uv.stream);
    else if (uv_read_start(&conn->uv.stream, on_alloc, on_read) != 0)
        conn_close(conn);
}

/* Follow-up work after any progress. */
void conn_settle(struct conn *conn)
{
    if (conn->is_closing)
        return;
    conn_flush(conn);
    if (conn_has_left(conn))
        conn_close(conn);
    if (conn->is_closing)
        return;
    if (conn_is_over(conn))
        conn_finish(conn);
    conn_set_reading(conn);
}

static void take_bytes(struct conn *conn, struct text bytes)
{
    loop_tick(conn->loop);
    if (conn->peer.listener->tls && !conn->tls.ssl &&
        conn_begin_tls(conn) != STATUS_OK)
        conn_close(conn);
    else if (conn->tls.ssl)
        take_encrypted(conn, bytes);
    else
        conn_take_plain(conn, bytes);
    conn_settle(conn);
}

/* Its end. Leaving before TLS is up is what a flood of connections does. */
static void take_end(struct conn *conn)
{
    if (conn->peer.listener->tls && !conn->tls.is_ready)
        conn->peer.fault_ms = FAULT_LEFT_MS;
    conn_close(conn);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *bytes)
{
    struct conn *conn = stream->data;
    struct loop *loop = conn->loop;

    if (n > 0 && !conn->has_left) /* what follows a goodbye is nothing */
        take_bytes(conn, (struct text){bytes->base, (size_t)n});
    else if (n < 0)
        take_end(conn);
    scratch_close(&loop->in, n > 0 ? (size_t)n : 0);
}
