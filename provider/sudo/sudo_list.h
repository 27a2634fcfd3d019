/*
 * sudo -l: what somebody may run on this host.
 */
#pragma once

#include "provider/sudo/sudo_visit.h"

/* Prints it. user: one of the host. NULL: done, or a sentence: they may run
 * nothing, and why. */
const char *sudo_list_print(struct sudo_visit *visit, const char *user,
                            bool is_long);
