/*
 * Who may use a verified token, and how often: bound to the key of a client
 * certificate (RFC 8705), once, or as long as it is valid.
 */
#pragma once

#include "auth/token/json_strict.h"
#include "auth/token/token.h"

/*
 * A token that names a key counts only on a channel of that key, whatever is
 * configured. One that signs in once is open in the evidence, known by its id
 * or, where the issuer gives none, by what was signed: no two spellings of
 * that pass the checks before.
 */
MUST_CHECK
enum status token_use_check(const json_t *claims, struct text signed_bytes,
                            const struct auth_issuer_config *issuer,
                            const struct token_setting *setting,
                            struct auth_once *once_out, const char **why_out);
