#include "provider/host/device_asker.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "provider/base/clock.h"
#include "provider/base/log.h"
#include "provider/base/own.h"
#include "provider/host/device_grant.h"
#include "provider/host/host_child.h"

enum {
    ROUND_MS = 15 * 1000,  /* of asking for the token, until it says so */
    ANSWER_MS = 29 * 1000, /* for what it says: the module waits 30 s */
    PACKET_BYTES = DEVICE_TOKEN_MAX_BYTES + 2,
};

static const char go_on = 'g';

/* ---- The process ---- */

/* A word, and one string or two. */
static bool say(int fd, enum device_said word, const char *first,
                const char *second)
{
    SCOPED(buf_wipe) struct buf packet = buf_make(PACKET_BYTES);

    buf_append_char(&packet, (char)word);
    buf_append(&packet, first, strlen(first) + 1);
    if (second)
        buf_append(&packet, second, strlen(second) + 1);
    return buf_status(&packet) == STATUS_OK &&
           send(fd, buf_text(&packet).data, packet.size, MSG_NOSIGNAL) ==
               (ssize_t)packet.size;
}

static enum device_said word_of(enum device_answer answer)
{
    switch (answer) {
    case DEVICE_PENDING:
        return DEVICE_SAYS_PENDING;
    case DEVICE_REFUSED:
        return DEVICE_SAYS_REFUSED;
    case DEVICE_EXPIRED:
        return DEVICE_SAYS_EXPIRED;
    case DEVICE_GRANTED:
        return DEVICE_SAYS_TOKEN;
    case DEVICE_GARBAGE:
    case DEVICE_SLOW_DOWN:
        break;
    }
    return DEVICE_SAYS_NOTHING;
}

/* False: that was the last. */
static bool ask_once(struct device_grant *grant, int fd)
{
    SCOPED(secret_wipe) struct secret token = {NULL, 0};
    const enum device_said word =
        word_of(device_grant_wait(grant, clock_mono_ms() + ROUND_MS, &token));

    return say(fd, word, token.data ? token.data : "", NULL) &&
           word == DEVICE_SAYS_PENDING;
}

static bool hear_go_on(int fd)
{
    char word = 0;
    ssize_t n;

    do
        n = recv(fd, &word, sizeof(word), 0);
    while (n < 0 && errno == EINTR);
    return n == sizeof(word) && word == go_on;
}

_Noreturn static void run(const struct host_config *config, int fd)
{
    struct device_grant grant;

    host_child_begin(fd, -1);
    if (device_grant_open(config, fd, &grant) != STATUS_OK) {
        (void)say(fd, DEVICE_SAYS_NOTHING, "", NULL);
        _exit(1);
    }
    if (say(fd, DEVICE_SAYS_OFFER, grant.offer.user_code, grant.offer.address))
        while (hear_go_on(fd) && ask_once(&grant, fd))
            continue;
    device_grant_close(&grant);
    _exit(0);
}

/* ---- Whoever waits for it ---- */

enum status device_asker_start(const struct host_config *config,
                               struct device_asker *asker_out)
{
    int ends[2];
    pid_t pid;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        log_error("host.device why=%s", strerror(errno));
        return STATUS_UNAVAILABLE;
    }
    pid = fork();
    if (pid == 0)
        run(config, ends[1]);
    close(ends[1]);
    if (pid < 0) {
        log_error("host.device why=%s", strerror(errno));
        close(ends[0]);
        return STATUS_UNAVAILABLE;
    }
    *asker_out = (struct device_asker){.pid = pid, .fd = ends[0]};
    return STATUS_OK;
}

void device_asker_end(struct device_asker *asker)
{
    secret_wipe(&asker->token);
    if (asker->pid <= 0)
        return;
    close(asker->fd);
    kill(asker->pid, SIGKILL);
    (void)waitpid(asker->pid, NULL, 0);
    asker->pid = 0;
}

bool device_asker_go_on(struct device_asker *asker)
{
    return send(asker->fd, &go_on, sizeof(go_on), MSG_NOSIGNAL) ==
           sizeof(go_on);
}

static bool wait_for(const struct device_asker *asker, int caller)
{
    struct pollfd watched[] = {{.fd = asker->fd, .events = POLLIN},
                               {.fd = caller, .events = POLLIN}};
    const int64_t until_ms = clock_mono_ms() + ANSWER_MS;

    for (;;) {
        const int64_t left_ms = until_ms - clock_mono_ms();
        const int n =
            poll(watched, ARRAY_SIZE(watched), left_ms > 0 ? (int)left_ms : 0);

        if (n < 0 && errno == EINTR)
            continue;
        return n > 0 && !watched[1].revents;
    }
}

/* The next string of a packet; NULL: it has none, or one that is too long. */
static const char *next_string(struct text *rest, size_t max_bytes)
{
    const char *string = rest->data;
    const char *end = rest->size ? memchr(string, '\0', rest->size) : NULL;
    const size_t size = end ? (size_t)(end - string) + 1 : 0;

    if (!end || size > max_bytes)
        return NULL;
    rest->data += size;
    rest->size -= size;
    return string;
}

static bool take_offer(struct device_asker *asker, struct text rest)
{
    const char *user_code = next_string(&rest, sizeof(asker->user_code));
    const char *address =
        user_code ? next_string(&rest, sizeof(asker->address)) : NULL;

    if (!address)
        return false;
    strcpy(asker->user_code, user_code);
    strcpy(asker->address, address);
    return true;
}

static enum device_said take_packet(struct device_asker *asker,
                                    struct text packet)
{
    struct text rest = {packet.data + 1, packet.size - 1};
    const enum device_said word = (enum device_said)packet.data[0];
    const char *token;

    switch (word) {
    case DEVICE_SAYS_OFFER:
        return take_offer(asker, rest) ? word : DEVICE_SAYS_NOTHING;
    case DEVICE_SAYS_TOKEN:
        token = next_string(&rest, DEVICE_TOKEN_MAX_BYTES + 1);
        return token && secret_set(&asker->token, text_of(token)) == STATUS_OK
                   ? word
                   : DEVICE_SAYS_NOTHING;
    case DEVICE_SAYS_PENDING:
    case DEVICE_SAYS_REFUSED:
    case DEVICE_SAYS_EXPIRED:
        return word;
    case DEVICE_SAYS_NOTHING:
        break;
    }
    return DEVICE_SAYS_NOTHING;
}

enum device_said device_asker_hear(struct device_asker *asker, int caller)
{
    char packet[PACKET_BYTES];
    enum device_said word;
    ssize_t n;

    if (!wait_for(asker, caller))
        return DEVICE_SAYS_NOTHING;
    n = recv(asker->fd, packet, sizeof(packet), MSG_DONTWAIT);
    if (n <= 0)
        return DEVICE_SAYS_NOTHING;
    word = take_packet(asker, (struct text){packet, (size_t)n});
    explicit_bzero(packet, sizeof(packet));
    return word;
}
