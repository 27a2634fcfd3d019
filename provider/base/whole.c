#include "provider/base/whole.h"

#include <errno.h>
#include <unistd.h>

#include "provider/base/own.h"

enum { STEP_BYTES = 16 * 1024 };

struct step {
    char bytes[STEP_BYTES];
};

/* It may have been a key. */
static void wipe(struct step *step)
{
    explicit_bzero(step, sizeof(*step));
}

enum status whole_read(int fd, struct buf *out)
{
    SCOPED(wipe) struct step step;

    for (;;) {
        const ssize_t n = read(fd, step.bytes, sizeof(step.bytes));

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return STATUS_UNAVAILABLE;
        if (n == 0)
            return STATUS_OK;
        buf_append(out, step.bytes, (size_t)n);
        TRY(buf_status(out));
    }
}
