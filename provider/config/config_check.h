/*
 * What a table cannot say about a configuration: files that must be there and
 * be guarded, addresses, and the parts other rooms want in their own form.
 */
#pragma once

#include "provider/config/config.h"

/* Adds messages; fills what is made of other values. */
void config_check(struct config *config, struct arena *arena,
                  struct policy_messages *messages);

/* What its parts work on. */
struct config_checker {
    struct config *config;
    struct arena *arena;
    struct policy_messages *messages;
};
