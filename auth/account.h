/*
 * Looks accounts up in the host's name service (NSS: files, SSSD, winbind,
 * ...). The calls may block on a network for any time: make them in a thread of
 * auth/groups.h, never in an event loop.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "provider/base/buf.h"
#include "provider/base/own.h"
#include "provider/base/status.h"
#include "provider/base/text.h"

enum {
    ACCOUNT_NAME_MAX_BYTES = 255,
    /* A record of passwd or group; a group's lists all of its members. */
    ACCOUNT_RECORD_MAX_BYTES = 4 * 1024 * 1024,
};

/*
 * The account of a principal: "alice@EXAMPLE.COM" -> "alice" if EXAMPLE.COM is
 * one of realms[n_realms], byte for byte. STATUS_NOT_FOUND for any other realm
 * and for anything but a plain name (a service, an escape, an empty part): such
 * a principal has no account here, whatever the name service has. Rules T5,
 * T55.
 */
MUST_CHECK
enum status account_of_principal(struct text principal,
                                 const char *const *realms, size_t n_realms,
                                 struct buf *account_out);

/* Names without duplicates, sorted by bytes; owned by the struct. */
struct account_groups {
    char **names; /* [n_names] */
    size_t n_names;
    bool has_account; /* false: the name service has no such name */
};

void account_groups_clear(struct account_groups *groups);

/*
 * Every group of an account, including the primary one; at most max names. A
 * group without a name, or with a name that no record could have, is left out.
 *
 * Anything but STATUS_OK means that the groups are unknown, which is not the
 * same as none (T56): STATUS_LIMIT if there are more than max or a record is
 * too long; STATUS_UNAVAILABLE for an error of the name service (including
 * ENOENT, which libc returns if a service in nsswitch.conf is missing) and for
 * an answer about another name (directories that ignore case would give ALICE
 * the groups of alice).
 */
MUST_CHECK
enum status account_groups_read(const char *account, size_t max,
                                struct account_groups *groups_out);
