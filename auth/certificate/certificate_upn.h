/*
 * User principal names in certificates: a weak mapping that an operator may
 * enable for an authority and for the realms it may name (T27).
 *
 * A strong mapping names one key or one serial of an authority. A name can be
 * requested and reassigned; so it proves domain at most, and only as long as
 * the account is the one it was issued for, which the daemon compares.
 */
#pragma once

#include <openssl/x509.h>

#include "auth/auth.h"

/*
 * The only name in a certificate for smart card sign-in, as written there; NULL
 * if it is not for that, has no name or several, or one that is not
 * name@suffix. Owned by the caller.
 */
char *certificate_upn_read(X509 *leaf);

struct upn_rules;

/* The rules, with their authorities read; NULL if there are none. */
MUST_CHECK
enum status upn_rules_open(const struct auth_config *config,
                           struct upn_rules **rules_out, const char **why_out);
void upn_rules_free(struct upn_rules *rules);
DEFINE_DROP(upn_rules)

/*
 * Keeps the evidence's upn, with its suffix as configured, if the key that
 * issued the certificate (the evidence's origin) may assert it; clears it
 * otherwise. rules may be NULL.
 */
void upn_rules_apply(const struct upn_rules *rules,
                     struct auth_evidence *evidence);
