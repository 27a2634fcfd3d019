/*
 * The daemon's policy when memory is short:
 *
 *
 * - An allocation that fails while serving a request fails that request: it is
 *   answered as unavailable, and its changes are undone.
 * - An allocation whose failure cannot be undone ends the process at once, with
 *   a log line and the status MEMORY_EXIT. These are the allocations of
 *   libraries that cannot report failure (the JSON reader truncates or aborts)
 *   and those without which a failed change cannot be taken back. The
 *   supervisor restarts the provider (Restart= in the systemd unit);
 *   everything acknowledged is in the store.
 *
 * Long lines are refused before that happens: memory_has_room.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdnoreturn.h>

enum { MEMORY_EXIT = 12 };

/* Ends the process. */
noreturn void memory_end(const char *doing);

/* Are this many bytes available now? */
bool memory_has_room(size_t bytes);

/*
 * A reserve for libraries that cannot fail: it is used before the process ends,
 * so that the request can be given up in order. memory_was_short: since this
 * thread last asked; refills the reserve.
 */
bool memory_was_short(void);

/* malloc and free for libraries that cannot fail: end the process instead of
 * returning NULL, and wipe freed memory. */
void *memory_must(size_t size);
void memory_wipe(void *memory);
