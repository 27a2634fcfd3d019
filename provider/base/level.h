/*
 * How strongly an administrator signed in, low to high.
 *
 * The numbers are those of SMS_Site.SetAuthenticationLevel. Zero is "not signed
 * in": the wire's 0 (domain) is AUTH_LEVEL_DOMAIN here, so that zeroed memory
 * never means a domain sign-in.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "provider/base/text.h"

enum auth_level {
    AUTH_LEVEL_NONE = 0, /* nothing proved: below every minimum */
    AUTH_LEVEL_DOMAIN,
    AUTH_LEVEL_CERTIFICATE,
    AUTH_LEVEL_MFA,
};

/* "domain", "certificate", "mfa"; "none" for AUTH_LEVEL_NONE. */
const char *auth_level_name(enum auth_level level);

/* 0, 10, 20 as on the wire; -1 for AUTH_LEVEL_NONE. */
int auth_level_number(enum auth_level level);

/*
 * Reads a name, an alias (windows, hello) or a decimal number. AUTH_LEVEL_NONE
 * for anything else: the caller must refuse it.
 */
enum auth_level auth_level_read(struct text text);
