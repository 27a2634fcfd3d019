/*
 * A TLS server without a CA and without a known key: a person is asked whether
 * to trust its key, and the answer is kept in the context. Rule T31.
 */
#pragma once

#include "provider/smsctl/console.h"

/*
 * Asks at the terminal if the options have neither ca nor pin and the server is
 * that of the context in use; sets pin. Without a terminal nothing is asked,
 * nothing trusted, and connecting says what is missing.
 */
MUST_CHECK
enum smsclient_result first_use_ask(struct console *console,
                                    struct smsclient_options *options);
