/*
 * User principal names in certificates: a weak mapping, which an operator may
 * switch on for an authority and for the realms it may name (T27).
 *
 * Strong is what names one key or one serial of an authority. A name can be
 * asked for, and passes on; so it proves no more than domain, and no longer
 * than the account is the one it was issued for, which the daemon compares.
 */
#pragma once

#include <openssl/x509.h>

#include "auth/auth.h"

/*
 * The one name of a certificate made for signing in with a smart card, as it
 * stands there; NULL when it is not made for that, has none, several, or one
 * that is no name@suffix. Owned by the caller.
 */
char *certificate_upn_read(X509 *leaf);

struct upn_rules;

/* The rules with their authorities read; NULL when there are none. */
MUST_CHECK
enum status upn_rules_open(const struct auth_config *config,
                           struct upn_rules **rules_out, const char **why_out);
void upn_rules_free(struct upn_rules *rules);
DEFINE_DROP(upn_rules)

/*
 * Keeps the evidence's upn, its suffix as configured, where the key that
 * issued the certificate (the evidence's origin) may name it; forgets it
 * otherwise. rules may be NULL.
 */
void upn_rules_apply(const struct upn_rules *rules,
                     struct auth_evidence *evidence);
