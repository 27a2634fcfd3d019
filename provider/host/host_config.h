/*
 * /etc/smsprovider/host.conf: the provider of this host's site, and the machine
 * identity that this host has there. Written by smsctl host enrol.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "provider/base/buf.h"
#include "provider/client/smsclient.h"

#define HOST_CONFIG_FILE "/etc/smsprovider/host.conf"
#define HOST_KEYS_USER   "smsprovider-keys" /* unless it names another */

enum { HOST_VALUE_BYTES = 1024, HOST_TIMEOUT_MS = 4000 };

struct host_config {
    char server[HOST_VALUE_BYTES];
    char ca[HOST_VALUE_BYTES];
    char pin[HOST_VALUE_BYTES];
    char certificate[HOST_VALUE_BYTES];
    char key[HOST_VALUE_BYTES];
    char keytab[HOST_VALUE_BYTES]; /* in place of a certificate */
    char device[32];               /* ResourceID: whom answers must be about */
    char keys_user[33];            /* that sshd's commands run as */
    char offline_key[HOST_VALUE_BYTES]; /* of the site, that signs answers to
                                           be kept; "": none are */
    /* Where people sign in with a code, RFC 8628; "": nowhere. */
    char issuer[HOST_VALUE_BYTES]; /* as the provider knows it */
    char issuer_ca[HOST_VALUE_BYTES];
    char client_id[HOST_VALUE_BYTES];
    char scopes[HOST_VALUE_BYTES];
    char resource[HOST_VALUE_BYTES]; /* whose tokens are wanted, RFC 8707 */
};

/* STATUS_INVALID: why says file, line and fault. STATUS_NOT_FOUND: there is no
 * such file. */
MUST_CHECK
enum status host_config_read(const char *path, struct host_config *config_out,
                             struct buf *why);

/* One of its keys. False: there is none of that name, or the value is too long
 * or has controls. */
bool host_config_set(struct host_config *config, const char *key,
                     const char *value);

/* What is missing; NULL: nothing. */
const char *host_config_lacks(const struct host_config *config);

/* As a file. */
void host_config_write(const struct host_config *config, struct buf *out);

/* Borrowed from the configuration. */
void host_config_options(const struct host_config *config,
                         struct smsclient_options *options_out);
