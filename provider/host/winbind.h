/*
 * What the winbind of this host knows of its domain, and of those that the
 * domain trusts.
 *
 * It has the host's own account there and is found through a local socket. Its
 * library is loaded when it is first needed: other hosts do not have it.
 */
#pragma once

#include <sys/types.h>

#include "provider/base/sid.h"
#include "provider/base/status.h"

enum winbind_kind {
    WINBIND_OTHER = 0, /* a user, a computer, a group of hosts alone */
    WINBIND_GROUP,
};

/*
 * Whose a name of a domain is now. STATUS_NOT_FOUND: nobody's, or the domain is
 * not known. STATUS_UNAVAILABLE: that cannot be told now, and why.
 */
MUST_CHECK
enum status winbind_sid_of_name(const char *domain, const char *name,
                                enum winbind_kind *kind_out,
                                struct sid *sid_out, const char **why_out);

/* The SID of a user of this host; any status but OK: none is known. */
MUST_CHECK
enum status winbind_sid_of_user(uid_t uid, struct sid *sid_out);
