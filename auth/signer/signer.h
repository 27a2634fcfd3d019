/*
 * The signer: a process of its own that holds the private keys of the
 * certificates, so that they are nowhere in the memory of the one that talks to
 * the network. It is forked before that one is confined, and before any key is
 * read; it reads them itself.
 *
 * It ends when the provider does. If it ends before, handshakes fail; there is
 * no other until the provider is started again, which then ends by itself where
 * somebody does that. Threads share it.
 */
#pragma once

#include <stdbool.h>

#include "auth/signer/signer_wire.h"
#include "provider/base/own.h"

struct signer;

/* n_lanes: how many may be answered at a time, beside one that has a file read;
 * at least one. wall may be NULL; its context is borrowed for the call. */
MUST_CHECK
enum status signer_open(size_t n_lanes, signer_wall *wall, void *context,
                        struct signer **signer_out);
void signer_free(struct signer *signer);
DEFINE_DROP(signer)

/* Waits until it answers, as it does when it is behind its wall: a busy machine
 * may let it begin late. STATUS_UNAVAILABLE: it has not, in so many ms. */
MUST_CHECK
enum status signer_await(struct signer *signer, int64_t max_ms);

/* STATUS_UNAVAILABLE without bytes: there was no answer. */
void signer_ask(struct signer *signer, struct signer_order *order,
                struct signer_answer *answer);

/* Asks it whether it is there, and waits for nothing; to be called about once a
 * second, by one thread. It says in the log when it is silent, and when it is
 * not any more. */
void signer_probe(struct signer *signer);

/* Has it not answered the last probe within the time between two? */
bool signer_is_silent(const struct signer *signer);

/* Has it ended? Says so in the log, once. */
bool signer_is_lost(struct signer *signer);
