/*
 * Identities of the store that no certificate can prove here, because their
 * issuer is in no client_ca.
 */
#pragma once

#include "provider/call/writer.h"
#include "provider/config/settings.h"

/* Logs them, at startup and reload; in the writer. */
void unlisted_warn(struct writer *writer, struct settings *settings);
