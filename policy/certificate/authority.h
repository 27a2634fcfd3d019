/*
 * The authorities of client certificates, and identities that name another.
 */
#pragma once

#include "policy/check.h"

/*
 * Is the issuer of the identity (of kind certificate_serial) one of those
 * authorities[n]? If not, meant_out is the one with the same parts, or the
 * nearest; NULL: none is like it.
 */
bool authority_is_listed(const char *const authorities[], size_t n,
                         const char *identity, const char **meant_out);

/* Warns of identities that no certificate can prove here. */
void authority_check(const struct policy *policy,
                     const struct policy_facts *facts,
                     struct policy_messages *messages);
