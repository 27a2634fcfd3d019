/*
 * What would raise a caller's level: which mechanisms of the listener reach the
 * next one, and what each needs, as a sentence.
 *
 * For callers who have signed in: it names issuers and indicators.
 */
#pragma once

#include "provider/base/json_writer.h"
#include "provider/call/peer.h"

/* The highest level a mechanism proves at the peer's listener; NONE: not
 * offered. */
enum auth_level raise_reach(const struct peer *peer,
                            enum auth_mechanism mechanism);

/*
 * An array: for each level above from (up to the highest that anything reaches)
 * {level, how: [{mechanism, in_place, sentence}]}. in_place: possible on this
 * connection, with auth.step_up.
 */
void raise_write(const struct peer *peer, enum auth_level from,
                 struct json_writer *w);

/* The same for one level. */
void raise_write_level(const struct peer *peer, enum auth_level level,
                       struct json_writer *w);
