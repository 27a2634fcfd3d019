/*
 * Signing in, client side: for smsctl and the client library.
 *
 * Uses the stock Cyrus SASL client mechanisms for Kerberos (with channel
 * binding and our own initiator credential) and EXTERNAL, and our own
 * OAUTHBEARER and PLAIN.
 */
#pragma once

#include "auth/mechanism_table.h"
#include "provider/base/buf.h"
#include "provider/base/own.h"
#include "provider/base/secret.h"
#include "provider/base/status.h"

struct auth_client_config {
    enum auth_mechanism mechanism;
    const char *service;  /* "smsprovider" */
    const char *host;     /* of the server, as in its service principal */
    struct text exporter; /* 32 bytes on TLS, empty on a Unix socket */
    struct text token;    /* for OAUTHBEARER, borrowed */
    const char *user;     /* for PLAIN and as authorization id; may be NULL */
    struct text password; /* for PLAIN, borrowed */
};

struct auth_client;
MUST_CHECK
enum status auth_client_new(const struct auth_client_config *config,
                            struct auth_client **client_out);
void auth_client_free(struct auth_client *client);
DEFINE_DROP(auth_client)

/*
 * The first message (has_data_out false: none), then one for each answer.
 * STATUS_OK: send out and continue, or stop if the server said it is done.
 * STATUS_DENIED: the mechanism cannot continue; auth_client_why() says why.
 */
MUST_CHECK
enum status auth_client_start(struct auth_client *client, struct buf *out,
                              bool *has_data_out);
MUST_CHECK
enum status auth_client_step(struct auth_client *client, struct text answer,
                             struct buf *out);
const char *auth_client_why(const struct auth_client *client);
