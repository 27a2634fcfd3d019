/*
 * The realms of a configuration, from all the places that name one.
 */
#pragma once

#include "provider/config/config_check.h"

/* Fills config->realms, and what auth needs of them. */
void config_realms_check(struct config_checker *c);

/* Which of them have accounts on this host. */
void config_groups_check(struct config_checker *c);
