/*
 * The acceptor credentials of the service, from its keytab.
 */
#pragma once

#include "auth/kerberos.h"

struct kerberos_credential {
    gss_cred_id_t krb5;
    gss_cred_id_t spnego; /* negotiates Kerberos 5 only */
    char *principal;      /* owned: as the keytab spells it, with its realm */
    char *warning;        /* owned: of keys that are not used; or NULL */
};

/*
 * A keytab as the tools of Active Directory write it holds keys of several
 * principals, and of types that no ticket may have here (T8): those of other
 * principals are left alone, weak ones are skipped and warned of.
 *
 * For the single principal service/host of the keytab (T3), with the configured
 * replay cache. Uses neither environment nor DNS.
 */
MUST_CHECK
enum status kerberos_credential_open(const struct auth_kerberos_config *config,
                                     struct kerberos_credential *out,
                                     const char **why_out);
void kerberos_credential_close(struct kerberos_credential *credential);
