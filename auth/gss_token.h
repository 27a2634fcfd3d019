/*
 * Examines the first token of a GSS exchange before a library sees it.
 *
 * Only tokens that can lead to Kerberos 5 pass: a Kerberos token under its own
 * name, or an SPNEGO offer that prefers Kerberos and does not offer NegoEx.
 * Source: rule T2; RFC 2743 section 3.1, RFC 4178 section 4.2.
 */
#pragma once

#include "provider/base/status.h"
#include "provider/base/text.h"

/* STATUS_OK: a Kerberos 5 token in its GSS frame. */
MUST_CHECK
enum status gss_token_check_krb5(struct text token);

/* STATUS_OK: an SPNEGO NegTokenInit whose first choice is Kerberos 5. */
MUST_CHECK
enum status gss_token_check_spnego(struct text token);
