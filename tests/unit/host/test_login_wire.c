#include "tests/unit/unit.h"

#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "provider/host/login_wire.h"

static const struct login_request request = {
    .act = LOGIN_SIGN_IN,
    .user = "alice@A.TEST",
    .service = "sshd",
    .operation = "Remote Control",
    .level = "mfa",
    .run_as = "root",
    .command = "/usr/bin/id",
    .secret = "a\tb\x7f",
};
static const struct login_reply reply = {
    .verdict = LOGIN_ALLOWED,
    .user = "alice@A.TEST",
    .level = "domain",
    .text = "Welcome.",
};

static void what_is_written_is_read(void **state)
{
    char packet[LOGIN_PACKET_BYTES];
    struct login_request asked;
    struct login_reply told;

    (void)state;
    assert_true(login_request_read(
        packet, login_request_write(&request, packet), &asked));
    assert_memory_equal(&asked, &request, sizeof(asked));
    assert_true(
        login_reply_read(packet, login_reply_write(&reply, packet), &told));
    assert_memory_equal(&told, &reply, sizeof(told));
}

/* Every shorter packet, and one byte more. */
static void a_packet_that_is_cut_or_longer_is_none(void **state)
{
    char packet[LOGIN_PACKET_BYTES] = "";
    const size_t size = login_reply_write(&reply, packet);
    struct login_reply told;

    (void)state;
    for (size_t i = 0; i < size; i++) {
        assert_false(login_reply_read(packet, i, &told));
        assert_int_equal(told.verdict, LOGIN_DENIED);
    }
    packet[size] = '\0';
    assert_false(login_reply_read(packet, size + 1, &told));
}

static void every_changed_head_is_refused_or_says_what_it_is(void **state)
{
    char packet[LOGIN_PACKET_BYTES];
    const size_t size = login_reply_write(&reply, packet);
    struct login_reply told;

    (void)state;
    for (int c = 0; c < 256; c++) {
        packet[1] = (char)c;
        if (login_reply_read(packet, size, &told))
            assert_int_equal(told.verdict, c - '0');
        else
            assert_int_equal(told.verdict, LOGIN_DENIED);
    }
    packet[1] = '1';
    packet[0] = '1';
    assert_false(login_reply_read(packet, size, &told));
}

static void fields_have_their_length_and_no_controls(void **state)
{
    char packet[LOGIN_PACKET_BYTES];
    struct login_reply other = reply;
    struct login_request asked = request;

    (void)state;
    strcpy(other.text, "two\nlines");
    assert_int_equal(login_reply_write(&other, packet), 0);
    memset(other.text, 'x', sizeof(other.text));
    assert_int_equal(login_reply_write(&other, packet), 0);
    strcpy(asked.user, "a\033b");
    assert_int_equal(login_request_write(&asked, packet), 0);
    asked = request;
    asked.act = LOGIN_NOTHING;
    assert_int_equal(login_request_write(&asked, packet), 0);
    login_text_set(other.text, 5, "a\nb\x7f\x01");
    assert_string_equal(other.text, "a?b?");
}

static void the_longest_of_all_fits(void **state)
{
    char packet[LOGIN_PACKET_BYTES];
    struct login_request asked = {.act = LOGIN_SIGN_IN};
    struct login_request told;

    (void)state;
    memset(asked.user, 'u', sizeof(asked.user) - 1);
    memset(asked.service, 's', sizeof(asked.service) - 1);
    memset(asked.operation, 'o', sizeof(asked.operation) - 1);
    memset(asked.level, 'l', sizeof(asked.level) - 1);
    memset(asked.secret, 'p', sizeof(asked.secret) - 1);
    assert_true(
        login_request_read(packet, login_request_write(&asked, packet), &told));
    assert_memory_equal(&told, &asked, sizeof(told));
}

/* ---- Sending and receiving ---- */

static void a_peer_that_is_silent_gone_or_talkative_is_no_answer(void **state)
{
    char packet[LOGIN_PACKET_BYTES];
    char much[2 * LOGIN_PACKET_BYTES] = "";
    int fds[2];

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds), 0);
    assert_int_equal(login_receive(fds[0], packet, login_now_ms() + 20), 0);
    assert_int_equal(login_receive(fds[0], packet, login_now_ms() - 1), 0);
    assert_int_equal(send(fds[1], much, sizeof(much), 0), sizeof(much));
    assert_int_equal(login_receive(fds[0], packet, login_now_ms() + 1000), 0);
    close(fds[1]);
    assert_int_equal(login_receive(fds[0], packet, login_now_ms() + 1000), 0);
    assert_false(login_send(fds[0], "x", 1, login_now_ms() + 1000));
    close(fds[0]);
    assert_false(login_send(fds[0], "x", 1, login_now_ms() + 1000));
    assert_int_equal(login_receive(fds[0], packet, login_now_ms() + 1000), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(a_packet_that_is_cut_or_longer_is_none),
        cmocka_unit_test(every_changed_head_is_refused_or_says_what_it_is),
        cmocka_unit_test(fields_have_their_length_and_no_controls),
        cmocka_unit_test(the_longest_of_all_fits),
        cmocka_unit_test(a_peer_that_is_silent_gone_or_talkative_is_no_answer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
