/*
 * Words of the audit: what its columns event and reason hold, from the pages
 * that name them (provider/method/audit_words.tsv, methods.tsv).
 */
#pragma once

#include <stddef.h>

extern const char *const audit_events[]; /* [n_audit_events] */
extern const size_t n_audit_events;
extern const char *const audit_codes[]; /* [n_audit_codes] */
extern const size_t n_audit_codes;
