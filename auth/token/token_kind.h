/*
 * The kind of a token, and its audience: an access token for us, or one that
 * the same issuer made for another purpose (T37).
 */
#pragma once

#include <jansson.h>

#include "auth/auth.h"

/*
 * Is it an access token? The type in its header says so ("at+jwt", or a
 * configured type of the issuer); a plain "JWT" may be anything, so a claim
 * must show it that no ID token has: a usual one, or one that the site
 * requires. A token with claims that only ID and logout tokens have is never an
 * access token.
 */
bool token_is_for_access(struct text type, const json_t *claims,
                         const struct auth_issuer_config *issuer);

/* "aud" is the audience or a list with it. If the list has others, the client
 * ("azp") must be the audience itself, configured, or absent. */
bool token_is_for_us(const json_t *claims,
                     const struct auth_issuer_config *issuer);

/* Another party acts on the user's behalf ("act", RFC 8693, section 4.1). */
bool token_is_delegated(const json_t *claims);
