/*
 * Whom a command is run as, and in which surroundings: nothing of the caller's
 * but a few variables that say how their terminal speaks.
 */
#pragma once

#include "provider/sudo/sudo_front.h"
#include "provider/sudo/sudo_words.h"

struct sudo_target {
    char name[LOGIN_NAME_BYTES];
    uid_t uid;
    gid_t gid;
    char home[PATH_MAX];
    char shell[PATH_MAX];
};

/* A name, "#" and a number, or "" for root. False: the host has no such user.
 */
bool sudo_target_find(const char *run_as, struct sudo_target *target_out);

/* What a user's environment may keep, copied. */
void sudo_environment_keep(char *const *user_env, struct sudo_words *kept_out);

/* What is run, for sudo and for its environment. */
struct sudo_deed {
    const struct sudo_front *front;
    const struct sudo_target *target;
    const char *path; /* of the program */
    const char *line; /* the same, with its arguments */
    const char *secure_path;
};

void sudo_environment_make(const struct sudo_deed *deed,
                           const struct sudo_words *kept,
                           struct sudo_words *out);

/* sudo_plugin(5), command_info. */
void sudo_info_make(const struct sudo_deed *deed, struct sudo_words *out);
