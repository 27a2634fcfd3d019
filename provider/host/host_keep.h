/*
 * Answers of the site that a host may go by while it cannot ask (T127): signed
 * by the site for one user, device, operation and level, with an end. Each use
 * is kept until the site has it on record.
 *
 * They are for the account phase and for sudo: a password cannot be checked
 * without the site. Without a key of the site in the configuration nothing is
 * kept.
 */
#pragma once

#include "provider/host/host_config.h"
#include "provider/host/login_wire.h"

/* Is the configured key one? An empty one is: nothing is kept. */
bool host_keep_is_ready(const struct host_config *config);

/* The site has answered: keeps what it signed, or forgets what it does not say
 * any more. json: the result of host.login. */
void host_keep_note(const struct host_config *config,
                    const struct login_request *request, const char *json,
                    enum login_verdict verdict);

/* The site does not let this host ask any more: nothing is kept. */
void host_keep_forget(const struct host_config *config);

/* The site cannot be asked: true and an answer if a kept one allows it, and its
 * use is on the disk. */
bool host_keep_use(const struct host_config *config,
                   const struct login_request *request,
                   struct login_reply *reply_out);

/* Remembers how late it is. */
void host_keep_tick(const struct host_config *config);

/* The first use that the site does not know, as parameters of host.used (the
 * caller frees it), and its number; NULL: there is none. */
char *host_keep_unsent(const struct host_config *config, long long *number_out);

/* The site has that use on record. */
void host_keep_sent(const struct host_config *config, long long number);
