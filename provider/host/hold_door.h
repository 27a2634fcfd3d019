/*
 * Where a held session is opened, and asked in: two sockets of an abstract name
 * that nobody can guess, and what must be said there.
 */
#pragma once

#include <sys/types.h>

#include "provider/base/status.h"
#include "provider/host/login_wire.h"

struct hold_door {
    char handle[LOGIN_SESSION_BYTES];
    int opener; /* of packets: for the module; -1: it is closed */
    int asker;  /* of lines: for programs of the user; */
};

MUST_CHECK
enum status hold_door_make(struct hold_door *door_out);
void hold_door_close(struct hold_door *door); /* for SCOPED() */

/* Whoever connects there, if it is a process of this user; -1: nobody. */
int hold_door_take(int listener, uid_t user);

/* Is it what the session is given for? */
bool hold_door_opens(const struct hold_door *door, const char *secret);
