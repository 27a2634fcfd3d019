#include "auth/signer/signer_run.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "auth/helper.h"
#include "auth/signer/key_memory.h"
#include "auth/signer/key_ring.h"

struct serving {
    struct key_ring *ring; /* borrowed */
    int fd;
    int first; /* of the thread that all end with */
};

/* False: the provider is gone, or does not speak properly. */
static bool receive(int from, struct signer_order *order)
{
    ssize_t size;

    do
        size = recv(from, order, sizeof(*order), MSG_TRUNC);
    while (size < 0 && errno == EINTR);
    return size > 0 && signer_order_is_whole(order, (size_t)size);
}

static bool reply(int to, const struct signer_answer *answer)
{
    const size_t size = SIGNER_ANSWER_BYTES(answer->size);

    return send(to, answer, size, MSG_NOSIGNAL) == (ssize_t)size;
}

static void *serve(void *context)
{
    const struct serving *serving = context;
    struct signer_order order;
    struct signer_answer answer;

    while (receive(serving->fd, &order)) {
        answer.number = order.number;
        key_ring_obey(serving->ring, &order, &answer);
        if (!reply(serving->fd, &answer))
            break;
    }
    shutdown(serving->first, SHUT_RDWR);
    return NULL;
}

/* What a library reads once, it reads before there are walls. */
static bool warm_up(void)
{
    unsigned char byte;

    return OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG |
                                   OPENSSL_INIT_LOAD_CRYPTO_STRINGS |
                                   OPENSSL_INIT_ADD_ALL_DIGESTS,
                               NULL) == 1 &&
           RAND_bytes(&byte, 1) == 1;
}

/* False: there are not as many threads as lanes. */
static bool start(pthread_t *threads, struct serving *servings, size_t n,
                  size_t *n_out)
{
    for (*n_out = 1; *n_out < n; ++*n_out)
        if (pthread_create(&threads[*n_out], NULL, serve, &servings[*n_out]) !=
            0)
            return false;
    return true;
}

/* Until the provider closes the lanes, which it does at once. */
static void serve_all(struct serving *servings, size_t n)
{
    pthread_t threads[SIGNER_LANES_MAX];
    size_t n_threads;

    if (start(threads, servings, n, &n_threads))
        serve(&servings[0]);
    for (size_t i = 1; i < n_threads; i++) {
        shutdown(servings[i].fd, SHUT_RDWR);
        pthread_join(threads[i], NULL);
    }
}

_Noreturn void signer_run(int *lanes, size_t n, signer_wall *wall,
                          void *context)
{
    struct serving servings[SIGNER_LANES_MAX];
    struct key_ring *ring;

    helper_begin("sms-signer", lanes, n);
    (void)clearenv();
    key_memory_wipe();
    ring = key_ring_new();
    for (size_t i = 0; i < n; i++)
        servings[i] = (struct serving){ring, lanes[i], lanes[0]};
    if (ring && warm_up() && (!wall || wall(context) == STATUS_OK))
        serve_all(servings, n);
    key_ring_free(ring);
    _exit(0);
}
