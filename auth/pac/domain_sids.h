/*
 * What the SIDs of a ticket count for.
 *
 * The KDC of the service's own realm speaks for all of its forest. Another
 * realm speaks for its own domain alone: of its tickets only SIDs of that
 * domain count, so that its administrators cannot name themselves ours (SID
 * filtering). Source: MS-PAC 4.1.2.2.
 */
#pragma once

#include "auth/auth.h"
#include "auth/pac/logon_info.h"

/* "The service asserts who it is": nobody signed in (protocol transition). */
#define SID_ASSERTED_BY_SERVICE "S-1-18-2"

/* What a configured SID proves, as facts; 0: nothing. */
uint32_t domain_sids_facts(const struct auth_kerberos_config *config,
                           struct text sid);

/*
 * Adds the user's SID as an identity, the user's and the groups' SIDs as
 * groups, where a realm's SIDs are taken, and the facts of SIDs that are
 * configured to prove a level. realm: of the user; own_realm: of the service.
 * STATUS_DENIED, with a word for the audit: the realm speaks for another domain
 * than its own.
 */
MUST_CHECK
enum status domain_sids_take(const struct auth_kerberos_config *config,
                             struct text realm, struct text own_realm,
                             const struct logon_info *info,
                             struct auth_evidence *evidence,
                             const char **why_out);

/*
 * Evidence with SIDs ends when these are too old: renewing a ticket makes it
 * new, and not what the domain said of the user at their sign-in.
 * STATUS_DENIED: it has ended by now.
 */
MUST_CHECK
enum status domain_sids_age(const struct auth_kerberos_config *config,
                            int64_t now_s, struct auth_evidence *evidence);

/* Are SIDs of the realm's tickets taken at all? */
bool domain_sids_are_taken(const struct auth_kerberos_config *config,
                           struct text realm);
