/*
 * Turns that cannot end in their loop, on their way to what they wait for: the
 * writer, the pool or the name service. They come back to their loop.
 */
#pragma once

#include "provider/net/service.h"
#include "provider/rpc/turn.h"

/* To the writer or the pool, as it waits for. */
void dispatch_turn(struct service *service, struct turn *turn);

/* Has the pool parse a line ahead of its time; it comes back to its loop. */
void dispatch_ahead(struct service *service, struct turn *turn, uint32_t lane);

/* Asks for the groups of the turn's session; it comes back with the answer. */
void dispatch_ask_groups(struct turn *turn);
