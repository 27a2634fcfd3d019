/*
 * Checks what a table cannot express: files that must exist and be protected,
 * addresses, and the parts that other rooms need in their own form.
 */
#pragma once

#include "provider/config/config.h"

/* Adds messages; fills derived values. */
void config_check(struct config *config, struct arena *arena,
                  struct policy_messages *messages);

/* What its parts work on. */
struct config_checker {
    struct config *config;
    struct arena *arena;
    struct policy_messages *messages;
};
