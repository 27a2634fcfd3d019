/*
 * What kind of token it is, and for whom: an access token for us, or one that
 * the same issuer made for another end (T37).
 */
#pragma once

#include <jansson.h>

#include "auth/auth.h"

/*
 * Whether it is an access token. The type in its header says so ("at+jwt", or
 * a type of the issuer's own that is configured); a plain "JWT" may be
 * anything, and then a claim must say so that no ID token makes: a usual one,
 * or one that the site asks for. What only ID and logout tokens say is never an
 * access token.
 */
bool token_is_for_access(struct text type, const json_t *claims,
                         const struct auth_issuer_config *issuer);

/* "aud" is the audience or a list with it. Of a list with others the client
 * ("azp") must be the audience itself, configured, or absent. */
bool token_is_for_us(const json_t *claims,
                     const struct auth_issuer_config *issuer);

/* Another acts on the person's behalf ("act", RFC 8693, section 4.1). */
bool token_is_delegated(const json_t *claims);
