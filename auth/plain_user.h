/*
 * Users of PAM: what is typed, the account that PAM knows, and the principal
 * that everything else does.
 *
 *     CORP\Alice, alice, alice@corp.test -> account CORP\alice -> PAM
 *     PAM's user                         -> alice@CORP.TEST
 */
#pragma once

#include "auth/auth.h"

/* The realm of PAM's users: as listed, or spelled exactly. */
struct realm plain_realm(const struct auth_config *config);

struct plain_user {
    struct buf account;   /* for PAM */
    struct buf principal; /* canonical; as typed if it is no user's of it */
};
struct plain_user plain_user_make(void);
void plain_user_clear(struct plain_user *user);

/* Whoever is typed: a name of another realm is left as it is, for PAM to
 * refuse. */
MUST_CHECK
enum status plain_user_read(const struct auth_config *config, struct text typed,
                            struct plain_user *user);

/* The principal of the user that PAM ended with. STATUS_INVALID: none of its
 * realm (T47). */
MUST_CHECK
enum status plain_principal(const struct auth_config *config,
                            struct text account, struct buf *out);
