/*
 * What the programs that a helper starts leave behind.
 *
 * Modules of PAM start what they like, and a process with a session of its own
 * and no parent belongs to nobody. From leftover_adopt() on such a process
 * becomes a child of this one, so that it can be found and ended.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct leftover {
    int list; /* of this process's children; -1: the kernel has none */
};

/* In a process of one thread, before its walls. */
void leftover_adopt(struct leftover *out);

/* Is the child one that this process started? */
typedef bool leftover_is_own(const void *context, pid_t pid);

/* Kills the others; what they leave comes to this process in turn. True: there
 * was one, so look again. */
bool leftover_kill(const struct leftover *leftover, leftover_is_own *is_own,
                   const void *context);

/* Until there is none, for a second at most. */
void leftover_end(const struct leftover *leftover, leftover_is_own *is_own,
                  const void *context);
