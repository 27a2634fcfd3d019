/*
 * What an administrator's record says of the SSH key or certificate that is
 * shown to a host.
 *
 * A certificate's serial number is the record's row and the time at which it
 * was made, so that nothing is kept of it: it counts while the record does, and
 * the sessions of its user have not been ended since.
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

/* 0: the user has no record of their own, or it is disabled, or a host's. */
uint64_t ssh_login_serial(const struct site *site, const char *user,
                          int64_t now_s);

/* Does a certificate with that serial number, not older than max_s, still count
 * as the user's? */
bool ssh_login_counts(const struct site *site, const char *user,
                      uint64_t serial, int64_t max_s, int64_t now_s);

/*
 * Every serial number that no longer counts, of certificates not older than
 * max_s, in order: of records that are gone or disabled, and from before the
 * sessions of a user were ended.
 */
typedef void ssh_login_visit(void *context, uint64_t first, uint64_t last);
MUST_CHECK
enum status ssh_login_revoked(struct store *store, const struct site *site,
                              int64_t since_s, ssh_login_visit *visit,
                              void *context);
