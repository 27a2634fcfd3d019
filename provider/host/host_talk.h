/*
 * What a process that signs somebody in says to the module, and hears from it.
 */
#pragma once

#include "provider/host/login_wire.h"

enum {
    HOST_STEP_MS = 30 * 1000,      /* for each answer of the provider */
    HOST_PERSON_MS = 90 * 1000,    /* for each answer of a person */
    HOST_ELSEWHERE_MS = 300 * 1000 /* for what they do somewhere else */
};

bool host_talk_send(int fd, const struct login_reply *reply);

/*
 * The module's next packet, which answers a question put to the user of the
 * request. size 0: whatever was typed is not wanted. False: there is none in
 * this time, or it is too long.
 */
bool host_talk_answer(int fd, const struct login_request *request, char *answer,
                      size_t size, long long wait_ms);
