/*
 * A whole sign-in in one process: auth_client against auth_exchange.
 */
#pragma once

#include "auth/client.h"
#include "auth/evidence.h"
#include "auth/signin.h"

struct sign_in {
    enum auth_progress progress;
    struct auth_evidence evidence; /* after AUTH_DONE; owned */
    char why[96];                  /* of the refusing side */
    struct buf first_message;      /* what the client sent first; owned */
};

/* Runs to the end; clear the result. */
struct sign_in sign_in_run(const struct auth *auth,
                           const struct auth_channel *channel,
                           const struct auth_client_config *client);
void sign_in_clear(struct sign_in *result);

/*
 * One message into a fresh exchange: how it answers, the reason in why_out.
 * A refusal is followed by one more step, which must be refused as well.
 */
enum auth_progress sign_in_send(const struct auth *auth,
                                const struct auth_channel *channel,
                                enum auth_mechanism mechanism,
                                struct text message, int64_t now_s,
                                const char **why_out);

/* A TLS channel whose exporter is filled with that byte. */
struct auth_channel sign_in_channel(unsigned char fill);
