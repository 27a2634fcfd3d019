/*
 * The rights of a role in the store; shared by built-in and declared roles.
 */
#pragma once

#include "provider/object/object_private.h"

/* Adds to what the role has. */
MUST_CHECK
enum status role_add_right(struct store *store, int64_t role,
                           const struct rbac_right *right);

/* Replaces what the role had. */
MUST_CHECK
enum status role_store_rights(struct store *store, int64_t role,
                              const struct rbac_right *rights, size_t n_rights);

/* 0, 10 or 20; the level of a stored number, false if it is none. */
int64_t role_level_number(enum auth_level level);
bool role_level_read(int64_t number, enum auth_level *level_out);
