/*
 * The certificates of client_ca, and whom they are taken for: an authority is
 * its key, not its name (T28). Where policies name an issuer, that name is one
 * key's alone.
 */
#pragma once

#include <openssl/x509.h>

#include <stdbool.h>

/*
 * Does another key than the authority's bear its name in the store? Names that
 * a policy writes alike are one.
 */
bool certificate_anchor_has_twin(X509_STORE *store, X509 *authority);

/* Is the authority itself in the store, by name and key? */
bool certificate_anchor_is_listed(X509_STORE *store, X509 *authority);
