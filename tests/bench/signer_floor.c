/*
 * What it costs that the private key is in a process of its own: whole TLS 1.3
 * handshakes, of which the server's side is counted, with the key here and with
 * the key in the signer, in turns.
 *
 *     signer-floor [HANDSHAKES]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "auth/channel.h"
#include "auth/signer/signer.h"

enum { HANDSHAKES = 2000, PIPE_BYTES = 65536, TURNS_MAX = 8 };

static const struct {
    const char *name;
    const char *curve; /* NULL: RSA */
    unsigned bits;
} kinds[] = {{"P-256", "P-256", 0}, {"RSA 2048", NULL, 2048}};

static void must(bool is_good, const char *what)
{
    if (is_good)
        return;
    fprintf(stderr, "signer-floor: %s\n", what);
    exit(1);
}

/* Key and certificate in one file. */
static void make_identity(char *path, const char *curve, unsigned bits)
{
    EVP_PKEY *key = curve ? EVP_EC_gen(curve) : EVP_RSA_gen(bits);
    X509 *certificate = X509_new();
    FILE *file = fdopen(mkstemp(path), "w");

    must(file && key && certificate, "a key");
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    must(X509_sign(certificate, key, EVP_sha256()) > 0 &&
             PEM_write_X509(file, certificate) == 1 &&
             PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1,
         "a certificate");
    fclose(file);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

static SSL_CTX *listener(const char *path, struct signer *signer)
{
    const struct auth_certificate_config config = {path, path, signer};
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    const char *why = NULL;

    SSL_CTX_set_num_tickets(context, 0);
    must(auth_certificate_use(&config, context, &why) == STATUS_OK, why);
    return context;
}

static double thread_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static double children_us(void)
{
    struct rusage used;

    getrusage(RUSAGE_CHILDREN, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e6 +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

/* CPU of the server's thread in one. */
static double shake_us(SSL_CTX *server_context, SSL_CTX *client_context)
{
    SSL *server = SSL_new(server_context), *client = SSL_new(client_context);
    BIO *server_end, *client_end;
    double spent = 0, before;
    bool is_up = false;

    BIO_new_bio_pair(&server_end, PIPE_BYTES, &client_end, PIPE_BYTES);
    SSL_set_bio(server, server_end, server_end);
    SSL_set_bio(client, client_end, client_end);
    SSL_set_accept_state(server);
    SSL_set_connect_state(client);
    for (int turn = 0; turn < TURNS_MAX && !is_up; turn++) {
        const bool is_client_up = SSL_do_handshake(client) == 1;

        before = thread_us();
        is_up = SSL_do_handshake(server) == 1 && is_client_up;
        spent += thread_us() - before;
    }
    must(is_up, "a handshake");
    SSL_free(server);
    SSL_free(client);
    return spent;
}

static void measure(size_t kind, int n)
{
    char path[] = "/tmp/signer-floor.XXXXXX";
    SSL_CTX *client = SSL_CTX_new(TLS_client_method()), *here, *there;
    struct signer *signer = NULL;
    double own_us = 0, distant_us = 0, signer_us = children_us();

    must(signer_open(1, NULL, NULL, &signer) == STATUS_OK, "the signer");
    make_identity(path, kinds[kind].curve, kinds[kind].bits);
    here = listener(path, NULL);
    there = listener(path, signer);
    unlink(path);
    for (int i = 0; i < n; i++) {
        own_us += shake_us(here, client);
        distant_us += shake_us(there, client);
    }
    SSL_CTX_free(here);
    SSL_CTX_free(there);
    SSL_CTX_free(client);
    signer_free(signer);
    signer_us = children_us() - signer_us;
    printf("%-10s %8.1f %8.1f + %6.1f %6.2f\n", kinds[kind].name, own_us / n,
           distant_us / n, signer_us / n, (distant_us + signer_us) / own_us);
}

int main(int argc, char **argv)
{
    const int n = argc > 1 ? atoi(argv[1]) : HANDSHAKES;

    must(n > 0, "usage: signer-floor [HANDSHAKES]");
    printf("us of CPU:  own key   signer's, + in the signer; ratio\n");
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
        measure(i, n);
    return 0;
}
