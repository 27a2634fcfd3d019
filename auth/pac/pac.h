/*
 * The PAC of a ticket: what a domain says of its user.
 *
 * Only what the library says is authenticated, by the key of the service, is
 * read; what only lowers counts in any case.
 */
#pragma once

#include "auth/auth.h"
#include "auth/gss_said.h"
#include "provider/base/buf.h"

/* How a ticket of which user and service is read. */
struct pac_setting {
    const struct auth_kerberos_config *config;
    struct text realm;     /* of the user */
    struct text own_realm; /* of the service */
};

/* Adds to the evidence. STATUS_DENIED and others: with a word for the audit. */
MUST_CHECK
enum status pac_read(const struct pac_setting *setting,
                     const struct gss_said *said,
                     struct auth_evidence *evidence, const char **why_out);
