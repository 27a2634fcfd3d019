/*
 * The processes of smshostd that sign people in: one each. Some go on when that
 * is done, and hold the session that it made; they are counted apart.
 */
#pragma once

#include <poll.h>
#include <sys/types.h>

#include "provider/host/hold_place.h"
#include "provider/host/host_config.h"
#include "provider/host/login_wire.h"

enum {
    HOST_SIGN_INS_MAX = 32,
    /* Of them with a code: strangers open those without proving anything, and
     * they last. */
    HOST_DEVICE_MAX = HOST_SIGN_INS_MAX / 2,
    HOST_HELD_MAX = 128,
    HOST_HELD_EACH = HOST_HELD_MAX / 4, /* of one user */
    HOST_SIGN_INS_ALL = HOST_SIGN_INS_MAX + HOST_HELD_MAX,
};

struct host_sign_in {
    pid_t pid;
    int fd; /* where it asks for a place to hold a session */
    bool is_device;
    bool is_held;
    char user[HOLD_USER_BYTES]; /* of that session */
    int64_t yields_ms;          /* when it gives way to another */
};

struct host_sign_ins {
    const struct host_config *config;
    struct host_sign_in items[HOST_SIGN_INS_ALL];
    size_t n;
};

/* A process for the request, which answers at fd; whoever there is no room for
 * is told so. fd stays the caller's to close. */
void host_sign_ins_start(struct host_sign_ins *sign_ins,
                         struct login_request *request, int fd);

/* Descriptors to be watched; negative: there is none. */
void host_sign_ins_watch(const struct host_sign_ins *sign_ins,
                         struct pollfd watched[HOST_SIGN_INS_ALL]);
void host_sign_ins_hear(struct host_sign_ins *sign_ins,
                        const struct pollfd watched[HOST_SIGN_INS_ALL]);

/* Forgets those that have ended. */
void host_sign_ins_reap(struct host_sign_ins *sign_ins);
