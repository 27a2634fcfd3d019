/* Verifies a site's database on its host, without a provider. */
#pragma once

#include "provider/smsctl/console.h"

/* All of it: pages, rows, audit, checkpoints. */
enum smsclient_result verb_store_verify(struct console *console);

/* Only the audit and its checkpoints: the public key suffices. */
enum smsclient_result store_verify_audit(struct console *console);

/* For the other verbs on its files: what a status of looking at them means, and
 * sentences, a line each, as a list. */
enum smsclient_result store_meaning(struct console *console,
                                    enum status status);
json_t *store_problems(struct text problems);
