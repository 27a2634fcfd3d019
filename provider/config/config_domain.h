/*
 * What tickets of a domain prove, and which of their SIDs count.
 */
#pragma once

#include "provider/config/config_check.h"
#include "provider/config/config_file.h"

/* The list of realms whose tickets say groups, of struct config_domain. */
extern const struct schema_type config_domains_type;

/* Completes the Kerberos part of what auth_new() is given. */
void config_domain_check(struct config_checker *c);
