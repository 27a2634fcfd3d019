/*
 * Commands of root that work as the service's user: what they find and make is
 * then what the service finds, and theirs to use.
 */
#pragma once

#include <sys/types.h>

#include "provider/base/status.h"

/*
 * Becomes a user of this host, with their groups, for good. Not as root, only
 * oneself. STATUS_NOT_FOUND: there is none of that name; STATUS_DENIED: it is
 * somebody else.
 */
MUST_CHECK
enum status service_user_become(const char *user);

/* Becomes the owner of the directory that a file is in, if one is root. */
MUST_CHECK
enum status service_user_of(const char *path);

/* The user of the host who runs this program, whatever it became: for records.
 */
uid_t service_user_caller(void);
