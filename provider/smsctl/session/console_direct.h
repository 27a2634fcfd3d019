/*
 * Signing in without an agent. It needs TLS, Kerberos and what else proves who
 * one is; the front (front.h) has none of that, and leaves it to the whole
 * program.
 */
#pragma once

#include "provider/smsctl/console.h"

/* Asks whether the server of the options is to be trusted, if that is not known
 * yet, and notes the answer in them. Any failure has been printed. */
MUST_CHECK
enum smsclient_result console_direct_trust(struct console *console,
                                           struct smsclient_options *options);

/* Failures are the client's. */
MUST_CHECK
enum smsclient_result console_direct_sign_in(
    struct console *console, const struct smsclient_options *options);

/* A call in that session, which steps up if it can. */
MUST_CHECK
enum smsclient_result console_direct_call(
    struct console *console, const struct smsclient_options *options,
    const char *method, const char *params, char **answer_out);
