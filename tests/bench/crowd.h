/*
 * Many TLS connections of one client, signed in with its certificate.
 *
 * A member belongs to one thread at a time. Its socket blocks, and no longer
 * than a limit, so a server that does not answer ends a benchmark instead of
 * holding it.
 */
#pragma once

#include <netinet/in.h>
#include <openssl/ssl.h>
#include <stdbool.h>

#include "tests/bench/dialect.h"

/* Where they go, and how. */
struct crowd {
    struct sockaddr_in server;
    struct sockaddr_in from; /* port 0 */
    SSL_CTX *context;
    const struct dialect *dialect;
};

struct member {
    SSL *ssl; /* NULL: not connected */
    int fd;
    char kept[DIALECT_MESSAGE_MAX_BYTES]; /* of the next answer */
    size_t n_kept;
};

/* address: HOST:PORT, numeric; from: numeric. False after a message. */
bool crowd_open(struct crowd *crowd, const char *address, const char *from,
                const char *ca, const char *certificate, const char *key);

/* A TCP connection from the crowd's address; -1: refused. */
int crowd_dial(const struct crowd *crowd, int flags);

/* Connects and signs in. False: it could not, and nothing is left. */
bool member_open(struct member *member, const struct crowd *crowd);

/* With a reset instead of a goodbye, if abrupt. */
void member_close(struct member *member, bool is_abrupt);

bool member_send_read(struct member *member, const struct crowd *crowd,
                      unsigned number);

enum member_answer { MEMBER_RIGHT = 0, MEMBER_WRONG, MEMBER_LOST };
enum member_answer member_receive(struct member *member,
                                  const struct crowd *crowd, unsigned number);
