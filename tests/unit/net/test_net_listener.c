/* Listening sockets, asked through what they accept. */
#include "tests/unit/unit.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "provider/net/listener.h"

static int connect_to(int listener)
{
    struct sockaddr_in address;
    socklen_t size = sizeof(address);
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &size),
                     0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, size), 0);
    return fd;
}

/* The end of a long answer does not wait for the peer's acknowledgement. */
static void connections_send_without_delay(void **state)
{
    const struct config_listener config = {
        .tls = "127.0.0.1:0", .host = "127.0.0.1", .port = "0"};
    struct listener_sockets sockets;
    int client, accepted, is_on = 0;
    socklen_t size = sizeof(is_on);

    (void)state;
    assert_int_equal(listener_open(&config, 1, &sockets), STATUS_OK);
    assert_int_equal(listen(sockets.fds[0], 1), 0);
    client = connect_to(sockets.fds[0]);
    accepted = accept4(sockets.fds[0], NULL, NULL, SOCK_CLOEXEC);
    assert_true(accepted >= 0);
    assert_int_equal(
        getsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &is_on, &size), 0);
    assert_int_equal(is_on, 1);
    close(accepted);
    close(client);
    listener_close(&sockets);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(connections_send_without_delay),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
