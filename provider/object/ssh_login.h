/*
 * What an administrator's record says of the SSH key that is shown to a host.
 */
#pragma once

#include "provider/base/ssh_key.h"
#include "provider/store/store.h"

/*
 * The terms on which a key ("TYPE BASE64") stands for a user. STATUS_NOT_FOUND:
 * it does not, and whose else it may be is not told. The key of grant_out is
 * the one that was asked about.
 */
MUST_CHECK
enum status ssh_login_key(struct store *store, const char *user,
                          struct text key, struct ssh_grant *grant_out);
