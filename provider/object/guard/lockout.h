/*
 * Whom a minimum level would lock out, and whom it must bind.
 */
#pragma once

#include "provider/object/object.h"

/*
 * Is there a full administrator who could sign in at the level, by an identity
 * of their own and as the provider is configured, and whom no exclusion stands
 * in the way of setting it again? Who is one by a group from outside is not
 * known here, and does not count.
 */
bool lockout_leaves_somebody(const struct object_call *call,
                             enum auth_level level);

/* May the subject change who may do what? */
bool lockout_administers(const struct rbac_subject *subject, int64_t now_s);

/* Does the user or group of this name administer security (T71)? */
bool lockout_is_security(const struct object_call *call, const char *name);
