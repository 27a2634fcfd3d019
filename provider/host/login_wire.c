#include "provider/host/login_wire.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum {
    VERSION = '3',
    HEAD_BYTES = 2, /* the version, and what it is */
    FIELDS_MAX = 8,
};

/* One string of a packet. */
struct field {
    char *at;
    size_t size;    /* with its NUL */
    bool is_secret; /* may have controls */
};

/* ---- Fields ---- */

static bool is_control(char c)
{
    return (unsigned char)c < 0x20 || c == 0x7F;
}

static bool is_plain(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (is_control(text[i]))
            return false;
    return true;
}

static size_t write_fields(char head, const struct field *fields, size_t n,
                           char packet[LOGIN_PACKET_BYTES])
{
    size_t used = HEAD_BYTES;

    packet[0] = VERSION;
    packet[1] = head;
    for (size_t i = 0; i < n; i++) {
        const size_t size = strnlen(fields[i].at, fields[i].size);

        if (size == fields[i].size || used + size + 1 > LOGIN_PACKET_BYTES ||
            (!fields[i].is_secret && !is_plain(fields[i].at, size)))
            return 0;
        memcpy(packet + used, fields[i].at, size + 1);
        used += size + 1;
    }
    return used;
}

static bool read_fields(const char *packet, size_t size,
                        const struct field *fields, size_t n)
{
    size_t used = HEAD_BYTES;

    for (size_t i = 0; i < n; i++) {
        const size_t left = size - used;
        const char *end = memchr(packet + used, '\0', left);
        const size_t length = end ? (size_t)(end - packet) - used : left;

        if (!end || length >= fields[i].size ||
            (!fields[i].is_secret && !is_plain(packet + used, length)))
            return false;
        memcpy(fields[i].at, packet + used, length + 1);
        used += length + 1;
    }
    return used == size;
}

/* ---- Packets ---- */

#define FIELD(of, name)                                                        \
    {                                                                          \
        (of)->name, sizeof((of)->name), false                                  \
    }
#define SECRET(of, name)                                                       \
    {                                                                          \
        (of)->name, sizeof((of)->name), true                                   \
    }
#define REQUEST_FIELDS(of)                                                     \
    {                                                                          \
        FIELD(of, user), FIELD(of, service), FIELD(of, operation),             \
            FIELD(of, level), FIELD(of, run_as), FIELD(of, command),           \
            FIELD(of, session), SECRET(of, secret)                             \
    }
#define REPLY_FIELDS(of)                                                       \
    {                                                                          \
        FIELD(of, user), FIELD(of, level), FIELD(of, text), FIELD(of, session) \
    }

_Static_assert(HEAD_BYTES + 2 * LOGIN_NAME_BYTES + 2 * LOGIN_WORD_BYTES +
                       LOGIN_LEVEL_BYTES + LOGIN_COMMAND_BYTES +
                       LOGIN_SESSION_BYTES + LOGIN_SECRET_BYTES <=
                   LOGIN_PACKET_BYTES,
               "a request fits");
_Static_assert(HEAD_BYTES + LOGIN_NAME_BYTES + LOGIN_LEVEL_BYTES +
                       LOGIN_TEXT_BYTES + LOGIN_SESSION_BYTES <=
                   LOGIN_PACKET_BYTES,
               "a reply fits");

size_t login_request_write(const struct login_request *request,
                           char packet[LOGIN_PACKET_BYTES])
{
    struct login_request copy = *request;
    const struct field fields[] = REQUEST_FIELDS(&copy);
    const size_t size =
        write_fields((char)('0' + copy.act), fields, FIELDS_MAX, packet);

    explicit_bzero(&copy, sizeof(copy));
    return request->act > LOGIN_NOTHING && request->act < LOGIN_N_ACTS ? size
                                                                       : 0;
}

bool login_request_read(const char *packet, size_t size,
                        struct login_request *request_out)
{
    const struct field fields[] = REQUEST_FIELDS(request_out);

    memset(request_out, 0, sizeof(*request_out));
    if (size >= HEAD_BYTES && packet[0] == VERSION &&
        packet[1] > '0' + LOGIN_NOTHING && packet[1] < '0' + LOGIN_N_ACTS &&
        read_fields(packet, size, fields, FIELDS_MAX)) {
        request_out->act = (enum login_act)(packet[1] - '0');
        return true;
    }
    explicit_bzero(request_out, sizeof(*request_out));
    return false;
}

size_t login_reply_write(const struct login_reply *reply,
                         char packet[LOGIN_PACKET_BYTES])
{
    struct login_reply copy = *reply;
    const struct field fields[] = REPLY_FIELDS(&copy);

    return write_fields((char)('0' + copy.verdict), fields,
                        sizeof(fields) / sizeof(fields[0]), packet);
}

bool login_reply_read(const char *packet, size_t size,
                      struct login_reply *reply_out)
{
    const struct field fields[] = REPLY_FIELDS(reply_out);

    memset(reply_out, 0, sizeof(*reply_out));
    if (size >= HEAD_BYTES && packet[0] == VERSION && packet[1] >= '0' &&
        packet[1] < '0' + LOGIN_N_VERDICTS &&
        read_fields(packet, size, fields, sizeof(fields) / sizeof(fields[0]))) {
        reply_out->verdict = (enum login_verdict)(packet[1] - '0');
        return true;
    }
    memset(reply_out, 0, sizeof(*reply_out));
    return false;
}

void login_text_set(char *out, size_t size, const char *text)
{
    size_t n = 0;

    for (; text[n] && n + 1 < size; n++)
        out[n] = is_control(text[n]) ? '?' : text[n];
    out[n] = '\0';
}

bool login_is_level(const char *name)
{
    static const char *const levels[] = {"domain", "certificate", "mfa"};

    for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
        if (strcmp(name, levels[i]) == 0)
            return true;
    return false;
}

bool login_user_set(char user[LOGIN_NAME_BYTES], const char *name,
                    const char *realm)
{
    const bool is_whole = strpbrk(name, "@\\") || !*realm;
    const int size =
        is_whole ? snprintf(user, LOGIN_NAME_BYTES, "%s", name)
                 : snprintf(user, LOGIN_NAME_BYTES, "%s@%s", name, realm);

    return *name && size > 0 && size < LOGIN_NAME_BYTES;
}

/* ---- Sessions ---- */

bool login_session_is_handle(const char *text)
{
    const size_t size = strlen(text);

    return size == LOGIN_SESSION_BYTES - 1 &&
           strspn(text, "0123456789abcdef") == size;
}

size_t login_session_address(const char *handle, struct sockaddr_un *out)
{
    static const char prefix[] = LOGIN_SESSION_PREFIX;
    const size_t size = sizeof(prefix) - 1;

    memset(out, 0, sizeof(*out));
    out->sun_family = AF_UNIX; /* the first byte is none: abstract */
    memcpy(out->sun_path + 1, prefix, size);
    memcpy(out->sun_path + 1 + size, handle, LOGIN_SESSION_NAME);
    return offsetof(struct sockaddr_un, sun_path) + 1 + size +
           LOGIN_SESSION_NAME;
}

/* ---- Sending and receiving ---- */

long long login_now_ms(void)
{
    struct timespec now;

    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        return -1;
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* Until the socket is ready; false: it will not be in time. */
static bool wait_for(int fd, short events, long long deadline_ms)
{
    for (;;) {
        struct pollfd polled = {.fd = fd, .events = events};
        const long long now_ms = login_now_ms();
        int n;

        if (now_ms < 0 || now_ms >= deadline_ms)
            return false;
        n = poll(&polled, 1, (int)(deadline_ms - now_ms));
        if (n > 0)
            return true; /* the call that follows tells what it was */
        if (n < 0 && errno != EINTR)
            return false;
    }
}

bool login_send(int fd, const char *packet, size_t size, long long deadline_ms)
{
    while (wait_for(fd, POLLOUT, deadline_ms)) {
        const ssize_t n = send(fd, packet, size, MSG_NOSIGNAL | MSG_DONTWAIT);

        if (n >= 0)
            return (size_t)n == size;
        if (errno != EINTR && errno != EAGAIN)
            return false;
    }
    return false;
}

size_t login_receive(int fd, char packet[LOGIN_PACKET_BYTES],
                     long long deadline_ms)
{
    while (wait_for(fd, POLLIN, deadline_ms)) {
        /* With MSG_TRUNC a packet that is too long tells its whole size. */
        const ssize_t n =
            recv(fd, packet, LOGIN_PACKET_BYTES, MSG_DONTWAIT | MSG_TRUNC);

        if (n >= 0)
            return n <= LOGIN_PACKET_BYTES ? (size_t)n : 0;
        if (errno != EINTR && errno != EAGAIN)
            return 0;
    }
    return 0;
}
