/*
 * Reads the peer from a finished Kerberos context.
 */
#pragma once

#include "auth/kerberos.h"

/* Is it a principal of a listed realm? */
bool kerberos_peer_is_listed(const struct auth_kerberos_config *config,
                             struct text principal);

/* An authentication indicator and the level it is configured to prove. */
uint32_t kerberos_peer_facts(const struct auth_kerberos_config *config,
                             struct text indicator);

/*
 * STATUS_OK and evidence, or STATUS_DENIED with a word for the audit. name is
 * the peer, lifetime_s the ticket's remaining lifetime.
 */
MUST_CHECK
enum status kerberos_peer_read(const struct auth_kerberos_config *config,
                               gss_ctx_id_t context, gss_name_t name,
                               OM_uint32 lifetime_s, int64_t now_s,
                               struct auth_evidence *evidence_out,
                               const char **why_out);
