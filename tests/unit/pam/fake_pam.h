/*
 * libpam as the module sees it, played by a test: items, a conversation that
 * does what it is told, and what was kept and shown.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <security/pam_modules.h>

enum { FAKE_TEXT_BYTES = 4096 };

struct pam_handle {
    const char *user;     /* PAM_USER; NULL: none */
    const char *user_now; /* what a question of the site makes of it; NULL */
    const char *service;
    const char *account;  /* as the name service spells it; NULL: it has none */
    const char *password; /* NULL: the conversation gives none */
    int password_error;   /* PAM_SUCCESS: it works */
    const char *answer;   /* to questions; NULL: a NULL answer */
    int answer_error;
    struct fake_data {
        void *data; /* of pam_set_data */
        void (*free)(pam_handle_t *pamh, void *data, int status);
    } proof, login;
    bool keeps_nothing;          /* pam_set_data fails for what is to be kept */
    char variable[256];          /* of pam_putenv; "": none */
    unsigned account_uid;        /* of the account, if there is one */
    char shown[FAKE_TEXT_BYTES]; /* to the user, last */
    char logged[FAKE_TEXT_BYTES];
    int n_questions;
};

/* As pam_end() does. */
void fake_pam_end(struct pam_handle *pamh);
