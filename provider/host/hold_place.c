#include "provider/host/hold_place.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "provider/base/clock.h"

enum { ANSWER_MS = 5 * 1000 }; /* smshostd waits for nothing else */

static const char given = 'y';
static const char refused = 'n';

static bool wait_for_answer(int fd)
{
    struct pollfd watched = {.fd = fd, .events = POLLIN};
    const int64_t until_ms = clock_mono_ms() + ANSWER_MS;

    for (;;) {
        const int64_t left_ms = until_ms - clock_mono_ms();
        const int n = poll(&watched, 1, left_ms > 0 ? (int)left_ms : 0);

        if (n >= 0 || errno != EINTR)
            return n > 0;
    }
}

bool hold_place_ask(int fd, const char *user)
{
    const size_t size = strlen(user);
    char word = refused;

    return size && size < HOLD_USER_BYTES &&
           send(fd, user, size, MSG_NOSIGNAL) == (ssize_t)size &&
           wait_for_answer(fd) &&
           recv(fd, &word, sizeof(word), MSG_DONTWAIT) == sizeof(word) &&
           word == given;
}

bool hold_place_hear(int fd, char user_out[HOLD_USER_BYTES])
{
    const ssize_t n = recv(fd, user_out, HOLD_USER_BYTES - 1, MSG_DONTWAIT);

    user_out[n > 0 ? n : 0] = '\0';
    return n > 0;
}

bool hold_place_answer(int fd, bool is_given)
{
    return send(fd, is_given ? &given : &refused, 1,
                MSG_NOSIGNAL | MSG_DONTWAIT) == 1;
}
