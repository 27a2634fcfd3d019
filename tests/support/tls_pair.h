/*
 * A TLS 1.3 handshake in memory between a listener and an administrator.
 */
#pragma once

#include <openssl/ssl.h>
#include <stdbool.h>

struct tls_pair {
    SSL *server;
    SSL *client;
    bool is_up; /* both sides content, the server after the certificate */
};

/*
 * server has its certificate and trust already. client_pem and client_key may
 * be NULL: no certificate. chain_pem, when given, is sent behind it.
 */
struct tls_pair tls_pair_connect(SSL_CTX *server, const char *client_pem,
                                 const char *client_key, const char *chain_pem);
void tls_pair_close(struct tls_pair *pair);

/* A TLS 1.3 server context with that certificate. */
SSL_CTX *tls_pair_listener(const char *pem, const char *key);
