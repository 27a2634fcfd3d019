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
#include "provider/base/realm.h"
#include "provider/base/status.h"
#include "provider/base/text.h"

enum {
    ACCOUNT_NAME_MAX_BYTES = 255,
    /* A record of passwd or group; a group's lists all of its members. */
    ACCOUNT_RECORD_MAX_BYTES = 4 * 1024 * 1024,
};

/*
 * The account of a canonical principal by its realm's template:
 * "alice@EXAMPLE.COM" -> "alice", or "CORP\alice", if EXAMPLE.COM is one of
 * realms. STATUS_NOT_FOUND for any other realm and for anything but a plain
 * name (a service, an escape, an empty part): such a principal has no account
 * here, whatever the name service has. Rules T5, T55.
 */
MUST_CHECK
enum status account_of_principal(struct text principal,
                                 const struct realms *realms,
                                 struct buf *account_out);

/* Which account a name may stand for. */
struct account_rules {
    /* The name service may spell it otherwise, if it is the same user id. */
    bool ignores_case;
    /* One with a lower user id is this host's own, whatever its name. */
    int64_t minimum_uid;
};

/* Names without duplicates, sorted by bytes; owned by the struct. */
struct account_groups {
    char **names; /* [n_names] */
    size_t n_names;
    bool has_account; /* false: the name service has no such name */
    bool is_missing;  /* it should have one, or has one of the host's own */
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
 * an answer about another account: a directory that ignores case would give
 * ALICE the groups of alice where those are two people.
 */
MUST_CHECK
enum status account_groups_read(const char *account,
                                const struct account_rules *rules, size_t max,
                                struct account_groups *groups_out);
