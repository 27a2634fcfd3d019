/*
 * KERB_VALIDATION_INFO: who an account of a Windows domain is, and its groups.
 *
 * Only what it says; whether the one who says it may, is asked in
 * auth/pac/pac.h. Source: MS-PAC 2.5.
 */
#pragma once

#include "auth/pac/ndr.h"
#include "provider/base/own.h"

enum { LOGON_SIDS_MAX = 4096 };

/* Where a SID stands: it says who put it there. */
enum logon_source {
    LOGON_GROUP = 0, /* of the account's own domain */
    LOGON_EXTRA,     /* of any */
    LOGON_RESOURCE,  /* of the domain of the service */
};

struct logon_sid {
    struct sid sid;
    enum logon_source source;
    bool is_enabled; /* SE_GROUP_ENABLED, and not for denying only */
};

struct logon_info {
    struct sid domain;
    struct sid user;
    struct logon_sid *sids; /* owned [n_sids] */
    size_t n_sids;
};

/*
 * STATUS_INVALID: it is not whole, or names nobody. STATUS_LIMIT: more SIDs
 * than the most: unknown, which is not none.
 */
MUST_CHECK
enum status logon_info_read(struct text blob, struct logon_info *info_out);
void logon_info_clear(struct logon_info *info);
