/*
 * How often a verified token may be used: bound to the key of a client
 * certificate (RFC 8705), once, or until it expires.
 */
#pragma once

#include "auth/token/json_strict.h"
#include "auth/token/token.h"

/*
 * A token that names a key counts only on a channel with that key, whatever is
 * configured. A single-use token stays open in the evidence, identified by its
 * id or, without one, by the signed bytes: no two spellings of those pass the
 * checks before.
 */
MUST_CHECK
enum status token_use_check(const json_t *claims, struct text signed_bytes,
                            const struct auth_issuer_config *issuer,
                            const struct token_setting *setting,
                            struct auth_once *once_out, const char **why_out);
