#include "tests/bench/crowd.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ANSWER_MAX_S = 60 };

static bool read_address(const char *text, struct sockaddr_in *address_out)
{
    const char *colon = strrchr(text, ':');
    char host[64] = "";

    if (!colon || (size_t)(colon - text) >= sizeof(host))
        return false;
    memcpy(host, text, (size_t)(colon - text));
    address_out->sin_family = AF_INET;
    address_out->sin_port = htons((uint16_t)strtoul(colon + 1, NULL, 10));
    return inet_pton(AF_INET, host, &address_out->sin_addr) == 1;
}

static bool open_context(struct crowd *crowd, const char *ca,
                         const char *certificate, const char *key)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());

    crowd->context = context;
    if (!context ||
        SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) != 1 ||
        SSL_CTX_load_verify_locations(context, ca, NULL) != 1 ||
        SSL_CTX_use_certificate_chain_file(context, certificate) != 1 ||
        SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1)
        return false;
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    return true;
}

bool crowd_open(struct crowd *crowd, const char *address, const char *from,
                const char *ca, const char *certificate, const char *key)
{
    crowd->from.sin_family = AF_INET;
    if (!read_address(address, &crowd->server) ||
        inet_pton(AF_INET, from, &crowd->from.sin_addr) != 1) {
        fprintf(stderr, "crowd-load: not an address: %s\n", address);
        return false;
    }
    if (open_context(crowd, ca, certificate, key))
        return true;
    ERR_print_errors_fp(stderr);
    return false;
}

int crowd_dial(const struct crowd *crowd, int flags)
{
    const struct timeval longest = {.tv_sec = ANSWER_MAX_S};
    const int on = 1;
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);

    if (fd < 0)
        return -1;
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &longest, sizeof(longest));
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &longest, sizeof(longest));
    if (bind(fd, (const struct sockaddr *)&crowd->from, sizeof(crowd->from)) ==
            0 &&
        (connect(fd, (const struct sockaddr *)&crowd->server,
                 sizeof(crowd->server)) == 0 ||
         flags & SOCK_NONBLOCK))
        return fd;
    close(fd);
    return -1;
}

/* ---- One connection ---- */

static bool shake_hands(struct member *member, const struct crowd *crowd)
{
    const char *protocol = crowd->dialect->protocol;
    unsigned char wire[64];

    member->ssl = SSL_new(crowd->context);
    if (!member->ssl)
        return false;
    if (protocol) {
        wire[0] = (unsigned char)strlen(protocol);
        memcpy(wire + 1, protocol, wire[0]);
        SSL_set_alpn_protos(member->ssl, wire, wire[0] + 1u);
    }
    return SSL_set_fd(member->ssl, member->fd) == 1 &&
           SSL_connect(member->ssl) == 1;
}

static bool send_all(struct member *member, const char *bytes, size_t size)
{
    return SSL_write(member->ssl, bytes, (int)size) == (int)size;
}

/* Reads until a whole answer is kept; its size, 0: lost. */
static size_t await_answer(struct member *member, const struct crowd *crowd)
{
    for (;;) {
        const size_t size =
            crowd->dialect->find_answer(member->kept, member->n_kept);
        int n;

        if (size > 0 || member->n_kept == sizeof(member->kept))
            return size;
        n = SSL_read(member->ssl, member->kept + member->n_kept,
                     (int)(sizeof(member->kept) - member->n_kept));
        if (n <= 0)
            return 0;
        member->n_kept += (size_t)n;
    }
}

static void drop_answer(struct member *member, size_t size)
{
    member->n_kept -= size;
    memmove(member->kept, member->kept + size, member->n_kept);
}

static bool sign_in(struct member *member, const struct crowd *crowd)
{
    char message[DIALECT_MESSAGE_MAX_BYTES];
    bool is_good;
    size_t size;

    if (!send_all(member, message, crowd->dialect->write_sign_in(message)))
        return false;
    size = await_answer(member, crowd);
    is_good = size > 0 && crowd->dialect->is_signed_in(member->kept, size);
    if (size > 0)
        drop_answer(member, size);
    return is_good;
}

bool member_open(struct member *member, const struct crowd *crowd)
{
    member->n_kept = 0;
    member->ssl = NULL;
    member->fd = crowd_dial(crowd, 0);
    if (member->fd < 0)
        return false;
    if (shake_hands(member, crowd) && sign_in(member, crowd))
        return true;
    member_close(member, true);
    return false;
}

void member_close(struct member *member, bool is_abrupt)
{
    const struct linger at_once = {.l_onoff = 1};

    if (member->ssl && !is_abrupt)
        SSL_shutdown(member->ssl);
    SSL_free(member->ssl);
    member->ssl = NULL;
    ERR_clear_error();
    if (is_abrupt)
        setsockopt(member->fd, SOL_SOCKET, SO_LINGER, &at_once,
                   sizeof(at_once));
    close(member->fd);
}

bool member_send_read(struct member *member, const struct crowd *crowd,
                      unsigned number)
{
    char message[DIALECT_MESSAGE_MAX_BYTES];

    return send_all(member, message,
                    crowd->dialect->write_read(message, number));
}

enum member_answer member_receive(struct member *member,
                                  const struct crowd *crowd, unsigned number)
{
    const size_t size = await_answer(member, crowd);
    bool is_right;

    if (size == 0)
        return MEMBER_LOST;
    is_right = crowd->dialect->is_right(member->kept, size, number);
    drop_answer(member, size);
    return is_right ? MEMBER_RIGHT : MEMBER_WRONG;
}
