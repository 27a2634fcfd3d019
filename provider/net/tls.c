#include "provider/net/tls.h"

#include <limits.h>
#include <pthread.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/err.h>

#include "provider/base/mutant.h"

enum { KEY_UPDATES_MAX = 4 }; /* in one lending */

/* ---- The library's view of a connection: memory ---- */

static int bio_read(BIO *bio, char *room, size_t size, size_t *n_out)
{
    struct tls *tls = BIO_get_data(bio);
    const size_t n = tls->input.size < size ? tls->input.size : size;

    BIO_clear_retry_flags(bio);
    *n_out = n;
    if (n == 0) {
        BIO_set_retry_read(bio);
        return 0;
    }
    memcpy(room, tls->input.data, n);
    tls->input.data += n;
    tls->input.size -= n;
    return 1;
}

static int bio_write(BIO *bio, const char *bytes, size_t size, size_t *n_out)
{
    struct tls *tls = BIO_get_data(bio);

    BIO_clear_retry_flags(bio);
    *n_out = 0;
    buf_append(tls->output, bytes, size);
    if (buf_status(tls->output) != STATUS_OK)
        return 0;
    *n_out = size;
    return 1;
}

static long bio_control(BIO *bio, int command, long number, void *pointer)
{
    (void)bio;
    (void)number;
    (void)pointer;
    return command == BIO_CTRL_FLUSH || command == BIO_CTRL_PUSH ||
           command == BIO_CTRL_POP;
}

static BIO_METHOD *method; /* NULL: it could not be created */

static void make_method(void)
{
    method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "sms");
    if (!method)
        return;
    BIO_meth_set_read_ex(method, bio_read);
    BIO_meth_set_write_ex(method, bio_write);
    BIO_meth_set_ctrl(method, bio_control);
}

static BIO_METHOD *bio_method(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, make_method);
    return method;
}

/* ---- One connection ---- */

/* Each creates new keys and may ask for an answer: more of them than data
 * records is a flood. */
static void on_message(int is_write, int version, int type, const void *bytes,
                       size_t size, SSL *ssl, void *context)
{
    struct tls *tls = context;

    (void)version;
    (void)ssl;
    if (is_write || type != SSL3_RT_HANDSHAKE || size == 0 ||
        *(const unsigned char *)bytes != SSL3_MT_KEY_UPDATE)
        return;
    if (++tls->n_key_updates <= KEY_UPDATES_MAX || MUTANT("b1-key-updates"))
        return;
    tls->is_flooded = true;
    tls->input.size = 0;
}

enum status tls_open(struct tls *tls, SSL_CTX *context, struct buf *output)
{
    BIO *bio;

    *tls = (struct tls){.ssl = SSL_new(context), .output = output};
    if (!tls->ssl)
        return STATUS_NO_MEMORY;
    bio = bio_method() ? BIO_new(bio_method()) : NULL;
    if (!bio) {
        tls_close(tls);
        return STATUS_NO_MEMORY;
    }
    BIO_set_data(bio, tls);
    BIO_set_init(bio, 1);
    SSL_set_bio(tls->ssl, bio, bio); /* takes it */
    SSL_set_accept_state(tls->ssl);
    SSL_set_msg_callback(tls->ssl, on_message);
    SSL_set_msg_callback_arg(tls->ssl, tls);
    return STATUS_OK;
}

void tls_close(struct tls *tls)
{
    SSL_free(tls->ssl);
    *tls = (struct tls){0};
}

/* The library would wipe its whole buffer each time it releases it. What it
 * gave us of a record it has wiped already, so the rest needs no wiping. */
static void release_buffers(SSL *ssl)
{
    const uint64_t cleanse = SSL_get_options(ssl) & SSL_OP_CLEANSE_PLAINTEXT;

    SSL_set_mode(ssl, SSL_MODE_RELEASE_BUFFERS);
    if (SSL_has_pending(ssl))
        return; /* part of a record: the next call reads it */
    SSL_clear_options(ssl, cleanse);
    SSL_free_buffers(ssl);
    SSL_set_options(ssl, cleanse);
}

void tls_lend(struct tls *tls, struct text input)
{
    tls->input = input;
    tls->n_key_updates = 0;
    if (!tls->is_ready)
        return;
    if (input.size > 0)
        SSL_clear_mode(tls->ssl, SSL_MODE_RELEASE_BUFFERS);
    else
        release_buffers(tls->ssl);
}

/* The meaning of a call that did not succeed. The error queue is this thread's
 * and must be empty before the next call, whichever connection it is for. */
static enum status why_not(struct tls *tls, int result)
{
    const int error = SSL_get_error(tls->ssl, result);

    ERR_clear_error();
    if (tls->is_flooded)
        return STATUS_UNAVAILABLE;
    return error == SSL_ERROR_WANT_READ ? STATUS_END : STATUS_UNAVAILABLE;
}

static bool has_protocol(const struct tls *tls)
{
    const unsigned char *name;
    unsigned size;

    SSL_get0_alpn_selected(tls->ssl, &name, &size);
    return size > 0;
}

enum status tls_handshake(struct tls *tls)
{
    const int result = SSL_do_handshake(tls->ssl);

    if (result != 1)
        return why_not(tls, result);
    if (!tls->is_web && !has_protocol(tls))
        return STATUS_DENIED;
    tls->is_ready = true;
    return STATUS_OK;
}

/* Has all that was lent been read, of whole records? Asking the library would
 * cost as much as a tenth of a record. */
static bool is_drained(const struct tls *tls)
{
    return tls->input.size == 0 && !tls->is_flooded &&
           !SSL_has_pending(tls->ssl);
}

enum status tls_read(struct tls *tls, char *room, size_t size, size_t *n_out)
{
    int result;

    if (is_drained(tls))
        return STATUS_END;
    result = SSL_read_ex(tls->ssl, room, size, n_out);
    return result == 1 ? STATUS_OK : why_not(tls, result);
}

enum status tls_write(struct tls *tls, struct text plain)
{
    while (plain.size > 0) {
        size_t n = 0;
        const int result = SSL_write_ex(tls->ssl, plain.data, plain.size, &n);

        if (result != 1) {
            ERR_clear_error();
            return STATUS_UNAVAILABLE;
        }
        plain.data += n;
        plain.size -= n;
    }
    return STATUS_OK;
}

void tls_shutdown(struct tls *tls)
{
    if (tls->ssl && tls->is_ready)
        SSL_shutdown(tls->ssl);
    ERR_clear_error();
}
