#include "provider/net/outbox.h"

#include "provider/base/mutant.h"
#include "provider/rpc/turn.h"

enum {
    CHUNK_BYTES = 64 * 1024,
    /* Encodes a chunk as records, and adds the library's own output. */
    SEALED_MAX_BYTES = 4 * CHUNK_BYTES,
    RECORD_BYTES = 256, /* a chunk of one record is longer by no more */
};

void outbox_open(struct outbox *outbox, uv_stream_t *stream, uv_write_cb done)
{
    *outbox = (struct outbox){
        .stream = stream,
        .done = done,
        .answers = buf_make(TURN_REPLY_MAX_BYTES + CHUNK_BYTES),
        .sealed = buf_make(SEALED_MAX_BYTES),
        .sending = buf_make(SEALED_MAX_BYTES),
    };
}

void outbox_free(struct outbox *outbox)
{
    buf_wipe(&outbox->answers);
    buf_free(&outbox->sealed);
    buf_free(&outbox->sending);
}

void outbox_seal_with(struct outbox *outbox, struct tls *tls)
{
    outbox->tls = tls;
}

struct buf *outbox_records(struct outbox *outbox)
{
    return &outbox->sealed;
}

/* The fault: one buffer for all connections of a loop. */
static struct buf *shared_answers(void)
{
    static _Thread_local struct buf shared = {.max_bytes = CHUNK_BYTES};

    return &shared;
}

struct buf *outbox_answers(struct outbox *outbox)
{
    if (MUTANT("a0-answer-outlives-step"))
        return shared_answers();
    return &outbox->answers;
}

bool outbox_is_waiting(const struct outbox *outbox)
{
    return outbox->sending.size > 0;
}

size_t outbox_bytes(const struct outbox *outbox)
{
    return outbox->answers.capacity + outbox->sealed.capacity +
           outbox->sending.capacity;
}

/* The next chunk of the answers, encoded for the wire. */
static enum status seal_some(struct outbox *outbox)
{
    struct buf *answers = outbox_answers(outbox);
    struct text chunk = buf_text(answers);

    if (chunk.size > CHUNK_BYTES)
        chunk.size = CHUNK_BYTES;
    buf_expect(&outbox->sealed, chunk.size + RECORD_BYTES);
    if (outbox->tls)
        TRY(tls_write(outbox->tls, chunk));
    else
        buf_append_text(&outbox->sealed, chunk);
    buf_consume(answers, chunk.size);
    return buf_status(&outbox->sealed);
}

/* The stream's own buffer is full: the rest is sent when it has room. */
static enum status send_later(struct outbox *outbox)
{
    const struct buf empty = outbox->sending;
    uv_buf_t bytes;

    outbox->sending = outbox->sealed;
    outbox->sealed = empty;
    bytes = uv_buf_init(outbox->sending.data + outbox->sending.start,
                        (unsigned)outbox->sending.size);
    return uv_write(&outbox->write, outbox->stream, &bytes, 1, outbox->done) ==
                   0
               ? STATUS_OK
               : STATUS_UNAVAILABLE;
}

static enum status send_sealed(struct outbox *outbox)
{
    struct text ready = buf_text(&outbox->sealed);
    uv_buf_t bytes;
    int n;

    if (ready.size == 0)
        return STATUS_OK;
    bytes = uv_buf_init((char *)(uintptr_t)ready.data, (unsigned)ready.size);
    n = uv_try_write(outbox->stream, &bytes, 1);
    if (n < 0 && n != UV_EAGAIN)
        return STATUS_UNAVAILABLE;
    buf_consume(&outbox->sealed, n < 0 ? 0 : (size_t)n);
    return outbox->sealed.size > 0 ? send_later(outbox) : STATUS_OK;
}

/* An idle connection keeps nothing. */
static void give_back(struct outbox *outbox)
{
    if (outbox->answers.size == 0)
        buf_wipe(&outbox->answers);
    if (outbox->sealed.size == 0)
        buf_free(&outbox->sealed);
}

enum status outbox_flush(struct outbox *outbox)
{
    TRY(buf_status(outbox_answers(outbox))); /* half an answer is useless */
    while (!outbox_is_waiting(outbox)) {
        TRY(send_sealed(outbox));
        if (outbox_is_waiting(outbox) || outbox_answers(outbox)->size == 0)
            break;
        TRY(seal_some(outbox));
    }
    give_back(outbox);
    return STATUS_OK;
}

enum status outbox_sent(struct outbox *outbox)
{
    buf_free(&outbox->sending);
    return outbox_flush(outbox);
}
