/*
 * Users of policy files in the one spelling of the site's realms. Without
 * realms (offline, where they are not known) names stay as they are.
 */
#pragma once

#include "policy/policy.h"
#include "policy/schema.h"
#include "provider/base/realm.h"

/* Puts the canonical principal in place of a user's name as it was read; an
 * error if it is no name of its realm. */
void spelling_read(struct schema_reader *reader, const struct yaml_node *node,
                   const char **name);

/*
 * Can the user sign in, by name or by an identity of their record? If realms
 * are known and list none of theirs, and there is no identity, nobody ever has
 * what the name is granted.
 */
bool spelling_may_sign_in(const struct policy *policy,
                          const struct realms *realms, const char *user);

/* "; did you mean alice@CORP.TEST?" or "". */
const char *spelling_hint(const struct realms *realms, const char *name,
                          struct arena *arena);
