/*
 * What an administrator's record says of the SSH key or certificate that is
 * shown to a host.
 *
 * A certificate's serial number is the row of a record and the time at which it
 * was made, so that nothing is kept of it: it counts while the record does, and
 * the sessions of its user have not been ended since. A user without a record
 * of their own gets one by their group's: it counts while they are in the
 * group. What is kept is the numbers of those that were withdrawn one by one,
 * as long as they could count.
 */
#pragma once

#include "provider/base/ssh_key.h"
#include "provider/object/site.h"

/*
 * The terms on which a key ("TYPE BASE64") stands for a user. STATUS_NOT_FOUND:
 * it does not, and whose else it may be is not told. The key of grant_out is
 * the one that was asked about.
 */
MUST_CHECK
enum status ssh_login_key(struct store *store, const char *user,
                          struct text key, struct ssh_grant *grant_out);

enum { SSH_LOGIN_MAX_S = 24 * 3600 }; /* that a certificate counts at most */

/* By the member's own record; without one, by that of a group of theirs. 0:
 * there is none, or it is disabled, or a host's. */
uint64_t ssh_login_serial(const struct site *site, struct site_member member,
                          int64_t now_s);

/*
 * The record (index) by which a certificate with that serial number still
 * counts as the user's: their own, or a group's, if they are in it, which the
 * caller finds out. RBAC_NONE: it does not count.
 */
MUST_CHECK
enum status ssh_login_record(struct store *store, const struct site *site,
                             const char *user, uint64_t serial, int64_t now_s,
                             uint32_t *record_out);

/* Withdraws one of a record's. STATUS_NOT_FOUND: no such could count;
 * STATUS_LIMIT: there are too many. */
MUST_CHECK
enum status ssh_login_withdraw(struct store *store, int64_t row,
                               uint64_t serial, int64_t now_s);

/*
 * Every serial number that no longer counts, of certificates not older than
 * SSH_LOGIN_MAX_S: of records that are gone or disabled, from before the
 * sessions of a user were ended, and those that were withdrawn one by one.
 */
typedef void ssh_login_visit(void *context, uint64_t first, uint64_t last);
MUST_CHECK
enum status ssh_login_revoked(struct store *store, const struct site *site,
                              int64_t now_s, ssh_login_visit *visit,
                              void *context);
