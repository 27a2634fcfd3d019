/*
 * Hosts that may let somebody in while they cannot ask: keys in provider.yaml,
 * and checks.
 */
#pragma once

#include "provider/config/config_check.h"

/* Of struct config_offline. */
extern const struct schema_type config_offline_type;

void config_offline_check(struct config_checker *c);
