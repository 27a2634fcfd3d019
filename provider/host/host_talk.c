#include "provider/host/host_talk.h"

#include <string.h>

bool host_talk_send(int fd, const struct login_reply *reply)
{
    char packet[LOGIN_PACKET_BYTES];
    const size_t size = login_reply_write(reply, packet);

    return size && login_send(fd, packet, size, login_now_ms() + HOST_STEP_MS);
}

bool host_talk_answer(int fd, const struct login_request *request, char *answer,
                      size_t size, long long wait_ms)
{
    char packet[LOGIN_PACKET_BYTES];
    struct login_request said;
    const size_t got = login_receive(fd, packet, login_now_ms() + wait_ms);
    const bool is_answer = login_request_read(packet, got, &said) &&
                           said.act == LOGIN_ANSWER &&
                           strcmp(said.user, request->user) == 0 &&
                           (!size || strlen(said.secret) < size);

    if (is_answer && size)
        memcpy(answer, said.secret, strlen(said.secret) + 1);
    explicit_bzero(packet, sizeof(packet));
    explicit_bzero(&said, sizeof(said));
    return is_answer;
}
