/*
 * What happens when memory is short, decided once for the daemon:
 *
 * - An allocation that fails while a request is served fails that request: it
 *   is answered as unavailable, and what it had changed is undone.
 * - One whose failure cannot be undone ends the process at once, with a line
 *   in the log and the status MEMORY_EXIT. Those are the ones that a library
 *   cannot report (the JSON reader goes on with half a text, or aborts) and
 *   those without which a change that failed cannot be taken back. The
 *   supervisor starts the provider anew (Restart= in the systemd unit);
 *   everything that was acknowledged is in the store.
 *
 * Long lines are refused before they come to that: memory_has_room.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdnoreturn.h>

enum { MEMORY_EXIT = 12 };

/* Ends the process. */
noreturn void memory_end(const char *doing);

/* Is so much to be had now? */
bool memory_has_room(size_t bytes);

/*
 * A reserve for libraries that cannot fail: where memory is short it is used
 * up before the process ends, so that what was under way can be given up in
 * order. memory_was_short: since this thread asked last; fills it up again.
 */
bool memory_was_short(void);

/* malloc and free for libraries that cannot fail: ends the process instead of
 * returning NULL, and wipes what goes. */
void *memory_must(size_t size);
void memory_wipe(void *memory);
