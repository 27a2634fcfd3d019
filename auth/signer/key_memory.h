/*
 * The memory of the cryptographic library: while it decodes a key, it has
 * copies that it does not wipe. A process that holds keys wipes all that the
 * library gives back.
 */
#pragma once

/* In any process, before the library is first used; without it, or too late,
 * the next does nothing. */
void key_memory_prepare(void);

/* In the process that is to hold keys, and not in those that it came from. */
void key_memory_wipe(void);
