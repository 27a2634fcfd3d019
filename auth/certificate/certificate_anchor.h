/*
 * The certificates of client_ca. An authority is its key, not its name (T28).
 * An issuer name used by policies must belong to one key only.
 */
#pragma once

#include <openssl/x509.h>

#include <stdbool.h>

/*
 * Does the store have another key with the authority's name? Names that a
 * policy writes alike are equal.
 */
bool certificate_anchor_has_twin(X509_STORE *store, X509 *authority);

/* Is the authority itself in the store, by name and key? */
bool certificate_anchor_is_listed(X509_STORE *store, X509 *authority);
