/*
 * Processes of smshostd: each asks, or signs somebody in, and has nothing of
 * the others.
 */
#pragma once

/* Begins one, after fork(): it ends with the process that forked, takes signals
 * as any process does, and has these descriptors besides the standard ones, of
 * which there may be but one: also is -1. */
void host_child_begin(int kept, int also);
