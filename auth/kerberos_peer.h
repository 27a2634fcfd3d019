/*
 * What a finished Kerberos context says about the peer.
 */
#pragma once

#include "auth/kerberos.h"

/*
 * STATUS_OK and evidence, or STATUS_DENIED with a word for the audit. name is
 * the peer, lifetime_s what the ticket has left.
 */
MUST_CHECK
enum status kerberos_peer_read(const struct auth_kerberos_config *config,
                               gss_ctx_id_t context, gss_name_t name,
                               OM_uint32 lifetime_s, int64_t now_s,
                               struct auth_evidence *evidence_out,
                               const char **why_out);
