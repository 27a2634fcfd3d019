/*
 * Certificate revocation lists from a PEM file.
 *
 * A list is accepted only if it is complete and fully understood: a delta list
 * (RFC 5280, section 5.2.4) has only changes since another one, an indirect
 * list covers other authorities' certificates, a list by reasons omits
 * revocations, and an unknown critical extension may change anything. Each of
 * these is refused with an error that names it, so that it never passes for the
 * complete list of its authority.
 */
#pragma once

#include <openssl/x509.h>

#include "provider/base/text.h"

/*
 * Adds all lists of the file to the store, which has its anchors already: a
 * list in the name of an anchor must have its signature. why_out: borrowed, as
 * of why_format().
 */
MUST_CHECK
enum status revocation_list_load(X509_STORE *store, const char *path,
                                 const char **why_out);

/* The same for bytes in memory; name stands for the file. */
MUST_CHECK
enum status revocation_list_read(X509_STORE *store, const char *name,
                                 struct text text, const char **why_out);

/*
 * May these lists replace the previous ones? STATUS_CONFLICT if an authority's
 * list is older than before, by its number, then by its time: later revocations
 * would be lost. Likewise if its newest list is missing and an older one beside
 * it is left: a file truncated between two lists looks complete. An authority
 * left without any list is safe: nobody can sign in below it. why_out: as
 * above.
 */
MUST_CHECK
enum status revocation_list_follows(const X509_STORE *before, X509_STORE *now,
                                    const char **why_out);

/*
 * Does the newest list of its authority revoke the certificate? The library
 * would prefer an older list that has not expired: the newer one's revocations
 * must stay known after it expires.
 */
bool revocation_list_names(const X509_STORE *store, X509 *certificate);
