/*
 * Processes of smshostd: each asks, or signs somebody in, and has nothing of
 * the others.
 */
#pragma once

/* Begins one, after fork(): it ends with smshostd, takes signals as any process
 * does, and has one descriptor besides the standard ones. */
void host_child_begin(int kept);
