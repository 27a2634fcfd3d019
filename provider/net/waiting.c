#include "provider/net/waiting.h"

#include <stdbool.h>
#include <stdlib.h>

struct waiting {
    uv_poll_t poll;
    uv_timer_t timer;
    bool has_poll;
    int n_open; /* handles that are not closed yet */
    waiting_done done;
    void *context;
};

static void on_closed(uv_handle_t *handle)
{
    struct waiting *waiting = handle->data;

    if (--waiting->n_open == 0)
        free(waiting);
}

/* The descriptor is its owner's: watching ends at once. */
void waiting_end(struct waiting *waiting)
{
    if (waiting->has_poll) {
        uv_poll_stop(&waiting->poll);
        uv_close((uv_handle_t *)&waiting->poll, on_closed);
    }
    uv_timer_stop(&waiting->timer);
    uv_close((uv_handle_t *)&waiting->timer, on_closed);
}

static void end_and_tell(struct waiting *waiting)
{
    const waiting_done done = waiting->done;
    void *context = waiting->context;

    waiting_end(waiting);
    done(context);
}

static void on_readable(uv_poll_t *poll, int error, int events)
{
    (void)error; /* a broken descriptor is noticed by its reader */
    (void)events;
    end_and_tell(poll->data);
}

static void on_deadline(uv_timer_t *timer)
{
    end_and_tell(timer->data);
}

enum status waiting_begin(uv_loop_t *loop, int fd, int64_t timeout_ms,
                          waiting_done done, void *context,
                          struct waiting **waiting_out)
{
    struct waiting *waiting = calloc(1, sizeof(*waiting));

    if (!waiting)
        return STATUS_NO_MEMORY;
    waiting->done = done;
    waiting->context = context;
    if (fd >= 0 && uv_poll_init(loop, &waiting->poll, fd) != 0) {
        free(waiting);
        return STATUS_UNAVAILABLE;
    }
    uv_timer_init(loop, &waiting->timer);
    waiting->has_poll = fd >= 0;
    waiting->n_open = fd >= 0 ? 2 : 1;
    waiting->poll.data = waiting->timer.data = waiting;
    if ((fd >= 0 && uv_poll_start(&waiting->poll, UV_READABLE | UV_DISCONNECT,
                                  on_readable) != 0) ||
        uv_timer_start(&waiting->timer, on_deadline,
                       timeout_ms > 0 ? (uint64_t)timeout_ms : 0, 0) != 0) {
        waiting_end(waiting);
        return STATUS_UNAVAILABLE;
    }
    *waiting_out = waiting;
    return STATUS_OK;
}
