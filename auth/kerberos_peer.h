/*
 * What a finished Kerberos context says about the peer.
 */
#pragma once

#include "auth/kerberos.h"

/* Has any ticket had an indicator, since this process began? */
bool kerberos_peer_has_seen_indicator(void);

/* What an authentication indicator is configured to prove. */
uint32_t kerberos_peer_facts(const struct auth_kerberos_config *config,
                             struct text indicator);

/* What the library says of a context that is complete. */
struct kerberos_peer {
    gss_ctx_id_t context;
    gss_name_t name;
    OM_uint32 lifetime_s;  /* that the ticket has left */
    struct text own_realm; /* of the service */
};

/* STATUS_OK and evidence, or STATUS_DENIED with a word for the audit. */
MUST_CHECK
enum status kerberos_peer_read(const struct auth_kerberos_config *config,
                               const struct kerberos_peer *peer, int64_t now_s,
                               struct auth_evidence *evidence_out,
                               const char **why_out);
