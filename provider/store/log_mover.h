/*
 * Moves the write-ahead log into the database beside the writer, in a thread
 * with a connection of its own: 64 MiB at once would hold up everybody who
 * waits for the writer. That begins the log anew when all of it is moved, or
 * nearly all, so that the rest takes it no time.
 */
#pragma once

#include "provider/store/store.h"

struct log_mover;

/* *mover_out is given, before the store is freed: log_mover_free(). NULL: the
 * store is in no file. Its writer is the thread that commits. */
MUST_CHECK
enum status log_mover_start(struct store *store, struct log_mover **mover_out);
void log_mover_free(struct log_mover *mover);
