/*
 * Whose account it is that logs in to the host that asks host.login.
 *
 * A domain gives the name of somebody who left to somebody else, and a SID to
 * nobody again. So a record that knows the SID of its user is asked about by
 * that, and not by a name: the host says the SID of the account that its name
 * service has, as winbind and SSSD know it. As at a sign-in, whoever was
 * renamed keeps their record, and who got the name does not have it (T54).
 */
#pragma once

#include "provider/call/access.h"

struct login_account {
    const char *code; /* why it is not the user's; NULL: it is */
    const char *text;
    bool is_renamed; /* the name that was asked about is not the record's */
};

/* After the user was read: becomes about the one whose SID it is. */
enum rpc_error login_account_read(struct access *access,
                                  struct login_account *account_out);
