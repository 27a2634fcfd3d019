/*
 * The throwaway realm (tests/support/realm run) from inside a test program.
 */
#pragma once

#include "auth/auth.h"

/* REALM_DIR/name, in memory that lasts until the process ends. */
const char *realm_path(const char *name);

/* "QUICKSTART.TEST", or as the realm was made. */
const char *realm_name(void);

/*
 * realm VERB DIR ARGUMENTS...; ends in NULL. Fails the test when the command
 * fails. The first line of output, in memory that lasts.
 */
const char *realm_call(const char *verb, ...) __attribute__((sentinel));

/* Makes the credentials cache of a user the default one of this process. */
void realm_use_cache(const char *cache);

/* Acceptor configuration for the realm; the replay cache is cache_name. */
struct auth_kerberos_config realm_kerberos(const char *cache_name);
