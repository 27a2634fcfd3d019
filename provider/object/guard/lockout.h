/*
 * Users locked out by a minimum level, and users it must apply to.
 */
#pragma once

#include "provider/object/object.h"

/*
 * Is there a full administrator who could sign in at the level, with an
 * identity of their own and as the provider is configured, and who is not
 * prevented by an exclusion from setting it again? Full administrators by an
 * external group are unknown here, and do not count.
 */
bool lockout_leaves_somebody(const struct object_call *call,
                             enum auth_level level);

/* May the subject change rights? */
bool lockout_administers(const struct rbac_subject *subject, int64_t now_s);

/* Is the user or group of this name a security administrator (T71)? */
bool lockout_is_security(const struct object_call *call, const char *name);
