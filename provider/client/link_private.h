/*
 * Inside a link. How TLS is made is apart from how lines are sent: who is given
 * a connected socket needs no TLS, nor the libraries for it.
 */
#pragma once

#include "provider/base/buf.h"
#include "provider/client/link.h"
#include "provider/wire/frame.h"

/* The functions of tls.h that a link uses once it is open. */
struct link_records {
    void (*free)(struct tls *tls);
    struct text (*exporter)(const struct tls *tls);
    enum status (*feed)(struct tls *tls, struct text records);
    void (*take)(struct tls *tls, struct buf *out);
    enum status (*write)(struct tls *tls, struct text plain,
                         struct failure *failure);
    enum status (*read)(struct tls *tls, struct buf *out,
                        struct failure *failure);
};

enum {
    CHUNK_BYTES = 16 * 1024,
    SEND_MAX_BYTES = 64 * 1024 * 1024,
};

struct link {
    int fd;
    struct tls *tls;                    /* NULL on a Unix socket */
    const struct link_records *records; /* of tls; NULL without */
    struct frame_reader frames;
    struct buf arrived; /* plain bytes, lent to the frame reader */
    struct buf leaving; /* records for the socket */
    bool has_ended;     /* the peer has finished sending */
};

/* fd -1: none yet. NULL: out of memory. */
struct link *link_make(int fd);

/* Waits for the events of poll(). */
MUST_CHECK
enum status link_wait(int fd, short events, int64_t deadline_ms,
                      struct failure *failure);

/* Sends what TLS has to send. */
MUST_CHECK
enum status link_flush(struct link *link, int64_t deadline_ms,
                       struct failure *failure);

/*
 * Reads what the socket holds, once, to CHUNK_BYTES: size_out 0 if nothing is
 * there now, STATUS_END if the peer has closed it.
 */
MUST_CHECK
enum status link_receive_chunk(struct link *link, char *chunk,
                               struct failure *failure, size_t *size_out);
