/*
 * The issuers of tokens: their keys in provider.yaml, and checks.
 */
#pragma once

#include "provider/config/config_check.h"

/* A list of struct config_issuer. */
extern const struct schema_type config_tokens_type;

/* Adds messages; fills the issuers of the auth room. */
void config_tokens_check(struct config_checker *c);
