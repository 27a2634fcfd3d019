/*
 * sudo as its plugin sees it, played by a test: what it says of the user, their
 * options and their environment, and a conversation that does what it is told.
 */
#pragma once

#include <sudo_plugin.h>

#include <stdbool.h>
#include <stddef.h>

enum { FAKE_SHOWN_BYTES = 8192, FAKE_WORDS_MAX = 32 };

extern struct policy_plugin sms_policy;

struct fake_sudo {
    const char *user; /* as user_info says */
    const char *uid;
    const char *settings[FAKE_WORDS_MAX]; /* up to a NULL */
    const char *environment[FAKE_WORDS_MAX];
    const char *added[2]; /* variables of the command line */
    const char *answer;   /* to a question; NULL: a NULL reply */
    int answers;          /* what the conversation returns */
    int n_questions;
    char shown[FAKE_SHOWN_BYTES]; /* to the user, all of it */
    /* What the plugin made of it. */
    char **info;
    char **argv;
    char **env;
    const char *why;
};

/* The last line of the system log. */
extern char fake_sudo_logged[FAKE_SHOWN_BYTES];

/* alice, who knows her password. */
struct fake_sudo fake_sudo_of_alice(void);

/* Opens the plugin, which stays open until fake_sudo_close(). */
int fake_sudo_open(struct fake_sudo *sudo);
void fake_sudo_close(void);

/* "sudo WORD...": opens it, and asks for the policy and the session. */
int fake_sudo_run(struct fake_sudo *sudo, const char *const *words);

/* "sudo -l [-U user] [WORD...]"; user and words may be NULL. */
int fake_sudo_list(struct fake_sudo *sudo, const char *user,
                   const char *const *words);
