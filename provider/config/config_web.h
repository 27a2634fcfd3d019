/*
 * What a listener of HTTPS has beside TLS: mechanisms that HTTP can carry, and
 * the console.
 */
#pragma once

#include "provider/config/config_check.h"

void config_web_check(struct config_checker *c,
                      struct config_listener *listener);
