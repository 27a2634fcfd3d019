/*
 * A listener after every failure of accept. The call itself is replaced: it
 * fails as often as a test says, then it is the real one.
 */
#include "tests/unit/unit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "provider/base/log.h"
#include "provider/net/acceptor.h"

static struct {
    int error;
    unsigned n_failures;
} fault;

int __real_accept4(int fd, struct sockaddr *address, socklen_t *size,
                   int flags);
int __wrap_accept4(int fd, struct sockaddr *address, socklen_t *size,
                   int flags);

int __wrap_accept4(int fd, struct sockaddr *address, socklen_t *size, int flags)
{
    if (fault.n_failures > 0) {
        fault.n_failures--;
        errno = fault.error;
        return -1;
    }
    return __real_accept4(fd, address, size, flags);
}

struct scene {
    uv_loop_t loop;
    struct acceptor acceptor;
    struct metrics metrics;
    struct sockaddr_in address;
    unsigned n_refused; /* to be refused for want of memory */
    unsigned n_taken;
    unsigned n_spared;
    int held; /* the descriptor of a connection that can be spared */
};

static enum status take(void *context, size_t index, int fd,
                        const struct sockaddr *from)
{
    struct scene *scene = context;

    assert_int_equal(index, 3);
    assert_int_equal(from->sa_family, AF_INET);
    if (scene->n_refused > 0) {
        scene->n_refused--;
        return STATUS_NO_MEMORY;
    }
    scene->n_taken++;
    close(fd);
    return STATUS_OK;
}

static void spare(void *context)
{
    struct scene *scene = context;

    scene->n_spared++;
    close(scene->held);
}

static void set_up(struct scene *scene)
{
    socklen_t size = sizeof(scene->address);
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

    *scene = (struct scene){.address = {.sin_family = AF_INET}};
    scene->address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(
        bind(fd, (struct sockaddr *)&scene->address, sizeof(scene->address)),
        0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&scene->address, &size),
                     0);
    assert_int_equal(uv_loop_init(&scene->loop), 0);
    scene->acceptor.index = 3;
    scene->acceptor.name = "test";
    scene->acceptor.metrics = &scene->metrics;
    scene->acceptor.take = take;
    scene->acceptor.spare = spare;
    scene->acceptor.context = scene;
    assert_int_equal(acceptor_open(&scene->acceptor, &scene->loop, fd),
                     STATUS_OK);
    log_set_level(LOG_ERROR);
}

static void tear_down(struct scene *scene)
{
    acceptor_close(&scene->acceptor);
    uv_run(&scene->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&scene->loop), 0);
    assert_int_equal(scene->acceptor.fd, -1);
}

/* The provider closes it either way: then the peer reads the end. */
static void connect_and_see(struct scene *scene)
{
    const int peer = socket(AF_INET, SOCK_STREAM, 0);
    char byte;
    ssize_t got = -1;

    assert_int_equal(connect(peer, (struct sockaddr *)&scene->address,
                             sizeof(scene->address)),
                     0);
    while (got != 0) {
        assert_true(uv_loop_alive(&scene->loop)); /* else it is deaf */
        uv_run(&scene->loop, UV_RUN_ONCE);
        got = recv(peer, &byte, 1, MSG_DONTWAIT);
        assert_true(got <= 0);
    }
    close(peer);
}

static void every_failure_of_accept_is_survived(void **state)
{
    static const int errors[] = {ENOMEM, ENOBUFS,      EMFILE, ENFILE, EINTR,
                                 EPROTO, ECONNABORTED, EIO,    EPERM,  EFAULT};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(errors); i++) {
        struct scene scene;

        set_up(&scene);
        fault.error = errors[i];
        fault.n_failures = 3;
        while (scene.n_taken == 0) /* two of these turn one peer away */
            connect_and_see(&scene);
        assert_int_equal(fault.n_failures, 0);
        connect_and_see(&scene);
        assert_int_equal(scene.n_taken, 2);
        tear_down(&scene);
    }
}

static void a_peer_that_costs_too_much_is_the_only_one(void **state)
{
    struct scene scene;

    (void)state;
    set_up(&scene);
    scene.n_refused = 3;
    for (int i = 0; i < 5; i++)
        connect_and_see(&scene);
    assert_int_equal(scene.n_taken, 2);
    assert_int_equal(scene.metrics.turned_away[METRICS_NO_MEMORY], 3);
    tear_down(&scene);
}

static void want_of_descriptors_is_counted(void **state)
{
    struct scene scene;

    (void)state;
    set_up(&scene);
    fault.error = EMFILE;
    fault.n_failures = 1;
    connect_and_see(&scene);
    assert_int_equal(scene.n_taken, 0);
    assert_int_equal(scene.metrics.turned_away[METRICS_NO_DESCRIPTOR], 1);
    connect_and_see(&scene);
    assert_int_equal(scene.n_taken, 1);
    tear_down(&scene);
}

/* TCP tries again by itself until it is heard. */
static void a_source_is_not_heard_for_a_while(void **state)
{
    struct sockaddr_in from = {.sin_family = AF_INET};
    const int peer = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct scene scene;

    (void)state;
    set_up(&scene);
    assert_int_equal(inet_pton(AF_INET, "127.0.0.2", &from.sin_addr), 1);
    assert_int_equal(bind(peer, (struct sockaddr *)&from, sizeof(from)), 0);
    assert_true(acceptor_unhear(&scene.acceptor, (struct sockaddr *)&from));
    assert_false(acceptor_unhear(&scene.acceptor, (struct sockaddr *)&from));
    (void)!connect(peer, (struct sockaddr *)&scene.address,
                   sizeof(scene.address));
    connect_and_see(&scene);
    assert_int_equal(scene.n_taken, 1);
    while (scene.n_taken == 1)
        uv_run(&scene.loop, UV_RUN_ONCE);
    assert_true(acceptor_unhear(&scene.acceptor, (struct sockaddr *)&from));
    close(peer);
    tear_down(&scene);
}

/* The socket is made before, so that the test itself needs none meanwhile. */
static int socket_of_peer(void)
{
    const int peer = socket(AF_INET, SOCK_STREAM, 0);

    assert_true(peer >= 0);
    return peer;
}

static int leave_no_descriptor(struct rlimit *limit)
{
    const int last = dup(0);
    struct rlimit none;

    assert_true(last >= 0);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, limit), 0);
    none = *limit;
    none.rlim_cur = (rlim_t)last + 1;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    return last;
}

static void a_reserve_taken_elsewhere_is_got_back(void **state)
{
    struct scene scene;
    struct rlimit limit;
    char byte;
    int peer;

    (void)state;
    set_up(&scene);
    close(scene.acceptor.reserve); /* as if a file were opened in between */
    scene.acceptor.reserve = -1;
    peer = socket_of_peer();
    scene.held = leave_no_descriptor(&limit);
    assert_true(dup(0) < 0);
    assert_int_equal(
        connect(peer, (struct sockaddr *)&scene.address, sizeof(scene.address)),
        0);
    while (recv(peer, &byte, 1, MSG_DONTWAIT) != 0)
        uv_run(&scene.loop, UV_RUN_ONCE);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    assert_int_equal(scene.n_spared, 1);
    assert_true(scene.metrics.turned_away[METRICS_NO_DESCRIPTOR] > 0);
    close(peer);
    tear_down(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_failure_of_accept_is_survived),
        cmocka_unit_test(a_peer_that_costs_too_much_is_the_only_one),
        cmocka_unit_test(a_source_is_not_heard_for_a_while),
        cmocka_unit_test(want_of_descriptors_is_counted),
        cmocka_unit_test(a_reserve_taken_elsewhere_is_got_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
