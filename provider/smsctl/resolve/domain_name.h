/*
 * Whose a name of a domain is now, asked of the winbind of this host: so
 * neither a password nor a name of a domain controller is needed.
 */
#pragma once

#include "provider/base/sid.h"
#include "provider/base/status.h"

enum domain_name_kind {
    DOMAIN_NAME_NOBODY = 0, /* no group or user has it */
    DOMAIN_NAME_GROUP,
    DOMAIN_NAME_OTHER, /* a user, a computer, or a group of hosts alone */
};

/*
 * A name such as CORP\SMS Admins. STATUS_INVALID: it has not these two parts.
 * STATUS_UNAVAILABLE: it cannot be told now, and why.
 */
MUST_CHECK
enum status domain_name_look(const char *name, enum domain_name_kind *kind_out,
                             char sid_out[SID_TEXT_BYTES],
                             const char **why_out);
