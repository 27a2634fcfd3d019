#include "tests/unit/unit.h"

#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "provider/client/answer.h"
#include "provider/client/smsclient.h"

/* A peer that answers every connection with fixed bytes, whatever is asked. */
struct peer {
    char directory[64];
    char path[96];
    char server[112];
    int listener;
    pthread_t thread;
    const char *says; /* [size], sent after the first line was read */
    size_t size;
    size_t repeats; /* of says */
    bool stays_open;
};

static void send_bytes(int fd, const struct peer *peer)
{
    for (size_t i = 0; i < peer->repeats; i++) {
        size_t sent = 0;

        while (sent < peer->size) {
            const ssize_t n =
                send(fd, peer->says + sent, peer->size - sent, MSG_NOSIGNAL);

            if (n <= 0)
                return;
            sent += (size_t)n;
        }
    }
}

static void *serve(void *context)
{
    const struct peer *peer = context;
    const int fd = accept(peer->listener, NULL, NULL);
    char line[4096];

    if (fd < 0)
        return NULL;
    if (read(fd, line, sizeof(line)) > 0)
        send_bytes(fd, peer);
    while (peer->stays_open && read(fd, line, sizeof(line)) > 0)
        ;
    close(fd);
    return NULL;
}

static void peer_start(struct peer *peer)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    snprintf(peer->directory, sizeof(peer->directory),
             "/tmp/test_client_link.XXXXXX");
    assert_non_null(mkdtemp(peer->directory));
    snprintf(peer->path, sizeof(peer->path), "%s/s", peer->directory);
    snprintf(peer->server, sizeof(peer->server), "unix:%s", peer->path);
    memcpy(address.sun_path, peer->path, sizeof(peer->path));
    peer->listener = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(
        bind(peer->listener, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(peer->listener, 1), 0);
    assert_int_equal(pthread_create(&peer->thread, NULL, serve, peer), 0);
}

static void peer_end(struct peer *peer)
{
    pthread_join(peer->thread, NULL);
    close(peer->listener);
    unlink(peer->path);
    rmdir(peer->directory);
}

static enum smsclient_result call_peer(struct peer *peer, char **result_out,
                                       char reason_out[64])
{
    struct smsclient *client = smsclient_new();
    struct smsclient_options options = {.timeout_ms = 2000};
    enum smsclient_result result;

    peer->repeats = peer->repeats ? peer->repeats : 1;
    peer_start(peer);
    options.server = peer->server;
    if (peer->stays_open && peer->size == 0)
        options.timeout_ms = 50;
    result = smsclient_connect(client, &options);
    if (result == SMSCLIENT_OK)
        result = smsclient_call(client, "server.info", NULL, result_out);
    snprintf(reason_out, 64, "%s", smsclient_failure(client)->reason);
    smsclient_free(client);
    peer_end(peer);
    return result;
}

#define SAYS(bytes) .says = (bytes), .size = sizeof(bytes) - 1

static void an_answer_comes_back_as_json(void **state)
{
    struct peer peer = {
        SAYS("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"site\":\"P01\"}}\n")};
    char reason[64];
    char *result = NULL;

    (void)state;
    assert_int_equal(call_peer(&peer, &result, reason), SMSCLIENT_OK);
    assert_string_equal(result, "{\"site\":\"P01\"}");
    smsclient_string_free(result);
}

static void a_silent_server_is_given_up(void **state)
{
    struct peer peer = {.stays_open = true};
    char reason[64];

    (void)state;
    assert_int_equal(call_peer(&peer, NULL, reason), SMSCLIENT_UNAVAILABLE);
    assert_string_equal(reason, "timeout");
}

static void a_server_that_hangs_up_is_unavailable(void **state)
{
    struct peer peer = {SAYS("{\"jsonrpc\"")};
    char reason[64];

    (void)state;
    assert_int_equal(call_peer(&peer, NULL, reason), SMSCLIENT_UNAVAILABLE);
    assert_string_equal(reason, "closed");
}

static void an_endless_line_is_cut_off(void **state)
{
    static char chunk[65536];
    struct peer peer = {.says = chunk,
                        .size = sizeof(chunk),
                        .repeats = ANSWER_MAX_BYTES / sizeof(chunk) + 64};
    char reason[64];

    (void)state;
    memset(chunk, 'x', sizeof(chunk));
    assert_int_equal(call_peer(&peer, NULL, reason), SMSCLIENT_FAILED);
    assert_string_equal(reason, "limit");
}

static void an_answer_that_is_none_fails(void **state)
{
    struct peer other = {SAYS("{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":1}\n")};
    struct peer noise = {SAYS("HTTP/1.1 400 Bad Request\r\n\r\n")};
    char reason[64];

    (void)state;
    assert_int_equal(call_peer(&other, NULL, reason), SMSCLIENT_FAILED);
    assert_string_equal(reason, "bad_answer");
    assert_int_equal(call_peer(&noise, NULL, reason), SMSCLIENT_FAILED);
    assert_string_equal(reason, "bad_answer");
}

static void options_that_cannot_work_are_refused_before_connecting(void **state)
{
    static const struct smsclient_options bad[] = {
        {.server = "localhost:7443"},
        {.server = "tls:localhost:7443"},
        {.server = "tls:localhost:7443", .ca = "x", .certificate = "y"},
        {.server = "tls:localhost:7443", .ca = "x", .key = "y"},
        {.server = "tls:localhost:7443", .ca = "/nonexistent"},
    };
    struct smsclient *client = smsclient_new();

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
        assert_int_equal(smsclient_connect(client, &bad[i]), SMSCLIENT_USAGE);
    assert_int_equal(smsclient_call(client, "server.info", NULL, NULL),
                     SMSCLIENT_UNAVAILABLE);
    smsclient_free(client);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_comes_back_as_json),
        cmocka_unit_test(a_silent_server_is_given_up),
        cmocka_unit_test(a_server_that_hangs_up_is_unavailable),
        cmocka_unit_test(an_endless_line_is_cut_off),
        cmocka_unit_test(an_answer_that_is_none_fails),
        cmocka_unit_test(
            options_that_cannot_work_are_refused_before_connecting),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
