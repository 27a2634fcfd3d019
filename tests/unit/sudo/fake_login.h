/*
 * libpam as a program sees it, played by a test: each phase has the result that
 * the test says, and a password is asked for in the conversation.
 */
#pragma once

#include <stdbool.h>

struct fake_login {
    int starts; /* results of the phases */
    int authenticates;
    int accepts;
    int opens;
    const char *ends_as; /* what authentication makes of the user; NULL */
    int n_prompts;       /* in one message of the conversation */
    char service[64];    /* that was asked for */
    char session_of[64]; /* whose session is open; "": none */
    int n_handles;       /* that are not ended */
    int n_asked;
};

extern struct fake_login fake_login;
