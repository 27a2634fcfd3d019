/*
 * A place among the sessions that smshostd holds: the process of a sign-in asks
 * for one before it promises the login a session, and does without if there is
 * none. Nobody is kept out for that.
 */
#pragma once

#include <stdbool.h>

enum { HOLD_USER_BYTES = 256 };

/* At fd, for the user as the site names them. False: there is none, or nobody
 * answers. */
bool hold_place_ask(int fd, const char *user);

/* The other end. False: nobody asked; the process may have ended. */
bool hold_place_hear(int fd, char user_out[HOLD_USER_BYTES]);

/* False: they have ended, and hold nothing. */
bool hold_place_answer(int fd, bool is_given);
