/*
 * What smshostd is told by a module, what the module is told by it, what it is
 * told by the provider, and the files of both. What is read is what would have
 * been written, and no answer but the provider's own yes lets anybody in.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "provider/base/own.h"
#include "provider/host/host_answer.h"
#include "provider/host/key_line.h"
#include "provider/pam/pam_options.h"

static void try_request(const char *data, size_t size)
{
    char packet[LOGIN_PACKET_BYTES];
    struct login_request request;

    if (!login_request_read(data, size, &request)) {
        assert(request.act == LOGIN_NOTHING);
        return;
    }
    assert(login_request_write(&request, packet) == size);
    assert(memcmp(packet, data, size) == 0);
}

static void try_reply(const char *data, size_t size)
{
    char packet[LOGIN_PACKET_BYTES];
    struct login_reply reply;

    if (!login_reply_read(data, size, &reply)) {
        assert(reply.verdict == LOGIN_DENIED);
        return;
    }
    assert(login_reply_write(&reply, packet) == size);
    assert(memcmp(packet, data, size) == 0);
}

static void try_answer(const char *text)
{
    static const struct login_request request = {
        .act = LOGIN_ACCOUNT, .user = "alice", .level = "domain"};
    char packet[LOGIN_PACKET_BYTES];
    struct login_reply reply;

    host_answer_read(text, &request, "17", &reply);
    assert(strcmp(reply.user, "alice") == 0);
    assert(login_reply_write(&reply, packet) > 0);
    assert(reply.verdict != LOGIN_ALLOWED || strstr(text, "allowed"));
    host_session_read(text, text, &request, &reply);
    assert(reply.verdict != LOGIN_ALLOWED || *reply.level);
}

/* One line, which is cut into parts in place. */
static void try_line(char *text)
{
    const struct key_line line = key_line_read(text);
    struct pam_options options = {.is_quiet = false};

    if (line.kind == KEY_LINE_VALUE &&
        pam_option_set(&options, line.key, line.value))
        (void)pam_options_except(&options, "root");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SCOPED(memory_drop) char *text = malloc(size + 1);

    assert(text);
    memcpy(text, size ? (const char *)data : "", size);
    text[size] = '\0';
    try_request(text, size);
    try_reply(text, size);
    try_answer(text);
    try_line(text);
    return 0;
}
