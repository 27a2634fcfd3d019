#include "provider/agent/agent_asker.h"

#include <errno.h>
#include <sys/socket.h>

void agent_asker_close(struct agent_asker *asker)
{
    link_free(asker->link);
    buf_wipe(&asker->leaving);
    *asker = (struct agent_asker){.link = NULL};
}

/* Nobody takes it any more. */
static void give_up(struct agent_asker *asker)
{
    asker->is_over = true;
    buf_wipe(&asker->leaving);
}

void agent_asker_flush(struct agent_asker *asker)
{
    while (asker->leaving.size) {
        const struct text bytes = buf_text(&asker->leaving);
        const ssize_t n = send(link_fd(asker->link), bytes.data, bytes.size,
                               MSG_NOSIGNAL | MSG_DONTWAIT);

        if (n > 0) {
            buf_consume(&asker->leaving, (size_t)n);
        } else if (n < 0 && errno == EAGAIN) {
            return;
        } else if (n == 0 || errno != EINTR) {
            give_up(asker);
            return;
        }
    }
    buf_wipe(&asker->leaving);
}
