/* Which sources a listening socket hears, on real sockets of this host. */
#include "tests/unit/unit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "provider/net/source_filter.h"

enum { PATIENCE_MS = 20 * 1000 };

static int listening;
static struct sockaddr_storage there;

static struct sockaddr_storage address_of(const char *text)
{
    struct sockaddr_storage made = {0};
    struct sockaddr_in *ipv4 = (struct sockaddr_in *)&made;
    struct sockaddr_in6 *ipv6 = (struct sockaddr_in6 *)&made;

    made.ss_family = strchr(text, ':') ? AF_INET6 : AF_INET;
    assert_int_equal(inet_pton(made.ss_family, text,
                               made.ss_family == AF_INET6
                                   ? (void *)&ipv6->sin6_addr
                                   : (void *)&ipv4->sin_addr),
                     1);
    return made;
}

static socklen_t size_of(const struct sockaddr_storage *address)
{
    return address->ss_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                          : sizeof(struct sockaddr_in);
}

static void open_at(const char *text)
{
    socklen_t size = sizeof(there);

    there = address_of(text);
    listening = socket(there.ss_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
    assert_int_equal(
        bind(listening, (struct sockaddr *)&there, size_of(&there)), 0);
    assert_int_equal(listen(listening, 16), 0);
    assert_int_equal(getsockname(listening, (struct sockaddr *)&there, &size),
                     0);
}

/* On its way to the socket. */
static int dial_from(const char *text)
{
    const struct sockaddr_storage from = address_of(text);
    struct sockaddr_storage to = there;
    const int fd = socket(from.ss_family, SOCK_STREAM | SOCK_NONBLOCK, 0);

    if (from.ss_family == AF_INET && there.ss_family == AF_INET6) {
        const in_port_t port = ((struct sockaddr_in6 *)&there)->sin6_port;

        to = address_of("127.0.0.1");
        ((struct sockaddr_in *)&to)->sin_port = port;
    }
    assert_int_equal(bind(fd, (const struct sockaddr *)&from, size_of(&from)),
                     0);
    (void)!connect(fd, (struct sockaddr *)&to, size_of(&to));
    return fd;
}

/* The next that was heard; the caller's. */
static int next_heard(struct sockaddr_storage *from)
{
    struct pollfd asked = {.fd = listening, .events = POLLIN};
    socklen_t size = sizeof(*from);
    int fd;

    assert_int_equal(poll(&asked, 1, PATIENCE_MS), 1);
    fd = accept(listening, (struct sockaddr *)from, &size);
    assert_true(fd >= 0);
    return fd;
}

static void assert_heard(const char *text)
{
    struct sockaddr_storage from;
    const int near = dial_from(text), far = next_heard(&from);
    char found[INET6_ADDRSTRLEN] = "";

    (void)inet_ntop(from.ss_family,
                    from.ss_family == AF_INET6
                        ? (void *)&((struct sockaddr_in6 *)&from)->sin6_addr
                        : (void *)&((struct sockaddr_in *)&from)->sin_addr,
                    found, sizeof(found));
    assert_non_null(strstr(found, text));
    close(near);
    close(far);
}

/* Those who come later are heard, and nobody else. */
static void assert_unheard(const char *text, const char *other)
{
    const int fd = dial_from(text);

    assert_heard(other);
    assert_int_equal(accept(listening, NULL, NULL), -1);
    assert_int_equal(errno, EAGAIN);
    close(fd);
}

static bool add(struct source_filter *filter, const char *text)
{
    const struct sockaddr_storage from = address_of(text);
    const bool is_new =
        source_filter_add(filter, (const struct sockaddr *)&from);

    source_filter_apply(filter, listening);
    return is_new;
}

static void a_source_is_not_heard_until_it_is_taken_out(void **state)
{
    struct source_filter filter = {.n = 0};

    (void)state;
    open_at("127.0.0.1");
    assert_heard("127.0.0.2");
    assert_true(add(&filter, "127.0.0.2"));
    assert_unheard("127.0.0.2", "127.0.0.3");
    assert_true(add(&filter, "127.9.0.4"));
    assert_unheard("127.0.0.2", "127.0.0.3");
    assert_unheard("127.9.0.4", "127.0.0.1");
    filter.n = 0;
    source_filter_apply(&filter, listening);
    assert_heard("127.0.0.2");
    close(listening);
}

static void connections_that_there_are_go_on(void **state)
{
    struct source_filter filter = {.n = 0};
    struct pollfd asked = {.events = POLLIN};
    struct sockaddr_storage from;
    int before, near;
    char byte = 'x';

    (void)state;
    open_at("127.0.0.1");
    near = dial_from("127.0.0.2");
    before = next_heard(&from);
    add(&filter, "127.0.0.2");
    assert_int_equal(send(near, &byte, 1, MSG_NOSIGNAL), 1);
    asked.fd = before;
    assert_int_equal(poll(&asked, 1, PATIENCE_MS), 1);
    assert_int_equal(recv(before, &byte, 1, 0), 1);
    assert_int_equal(send(before, &byte, 1, MSG_NOSIGNAL), 1);
    asked.fd = near;
    assert_int_equal(poll(&asked, 1, PATIENCE_MS), 1);
    assert_int_equal(recv(near, &byte, 1, 0), 1);
    close(near);
    close(before);
    close(listening);
}

/* One socket for both: an address of IPv4 is shown as one that was mapped. */
static void a_net_of_ipv6_is_one_source(void **state)
{
    struct source_filter filter = {.n = 0};

    (void)state;
    open_at("::");
    assert_heard("::1");
    assert_true(add(&filter, "::2"));
    assert_false(add(&filter, "::3"));
    assert_unheard("::1", "127.0.0.2");
    assert_true(add(&filter, "::ffff:127.0.0.2"));
    assert_unheard("127.0.0.2", "127.0.0.3");
    filter.n = 0;
    assert_true(add(&filter, "2001:db8::1"));
    assert_heard("::1");
    close(listening);
}

static void it_is_full_one_day(void **state)
{
    struct source_filter filter = {.n = 0};
    char text[32];

    (void)state;
    open_at("127.0.0.1");
    for (unsigned i = 0; i < SOURCE_FILTER_MAX; i++) {
        snprintf(text, sizeof(text), i % 2 ? "127.0.9.%u" : "2001:db8:%u::1",
                 i);
        assert_true(add(&filter, text));
        assert_false(add(&filter, text));
    }
    assert_false(add(&filter, "127.0.0.2"));
    assert_heard("127.0.0.2");
    assert_unheard("127.0.9.1", "127.0.0.3");
    assert_unheard("127.0.9.63", "127.0.0.3");
    close(listening);
}

static void who_is_of_no_network_is_heard(void **state)
{
    struct source_filter filter = {.n = 0};
    const struct sockaddr local = {.sa_family = AF_UNIX};

    (void)state;
    assert_false(source_filter_add(&filter, &local));
    assert_int_equal(filter.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_source_is_not_heard_until_it_is_taken_out),
        cmocka_unit_test(connections_that_there_are_go_on),
        cmocka_unit_test(a_net_of_ipv6_is_one_source),
        cmocka_unit_test(it_is_full_one_day),
        cmocka_unit_test(who_is_of_no_network_is_heard),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
