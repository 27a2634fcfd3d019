/*
 * The name of SPNEGO, which the Kerberos headers do not declare.
 */
#pragma once

#include <gssapi/gssapi.h>

gss_OID gss_oid_spnego(void);
