/*
 * Gives the users that the store names the one spelling of the configured
 * realms, before anybody is looked up by them (provider/object/respell.h).
 */
#pragma once

#include "provider/call/writer.h"
#include "provider/config/config.h"

/* At startup, in no change. STATUS_INVALID: two administrators are one person
 * by these realms, which is logged. */
MUST_CHECK
enum status respelling_first(struct store *store, const struct config *config);

/* At a reload, in the writer. STATUS_INVALID: as above, and nothing was
 * changed; the message is appended. */
MUST_CHECK
enum status respelling_follow(struct writer *writer,
                              const struct config *config,
                              struct buf *messages);
