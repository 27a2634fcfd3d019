/*
 * Certificate revocation lists from a PEM file.
 *
 * A list counts only if it is whole and says all that it seems to say: a delta
 * list (RFC 5280, section 5.2.4) names what changed since another one, an
 * indirect list speaks of other authorities' certificates, a list by reasons
 * leaves revocations out, and a critical extension that is not understood may
 * change anything. Each of them is refused by name, so that it never passes
 * for the complete list of its authority.
 */
#pragma once

#include <openssl/x509.h>

#include "provider/base/text.h"

/*
 * Adds all lists of the file to the store, whose anchors are there already: a
 * list in the name of one of them must bear its signature. why_out: borrowed,
 * as of why_format().
 */
MUST_CHECK
enum status revocation_list_load(X509_STORE *store, const char *path,
                                 const char **why_out);

/* The same of bytes that are there already; name stands for the file. */
MUST_CHECK
enum status revocation_list_read(X509_STORE *store, const char *name,
                                 struct text text, const char **why_out);

/*
 * May the lists of now take the place of those before? STATUS_CONFLICT when an
 * authority's list is older than the one before, by its number, then by its
 * time: what was revoked since would be forgotten. And when its newest list is
 * gone and one that stood beside it is left: a file that was cut between two
 * lists looks like a complete file. An
 * authority that is left without any list needs no such care: nobody signs in
 * below it. why_out: as above.
 */
MUST_CHECK
enum status revocation_list_follows(const X509_STORE *before, X509_STORE *now,
                                    const char **why_out);

/*
 * Does the newest list of its authority name the certificate? The library
 * rather asks an older list whose time has not ended: what the newer one said
 * is not forgotten when its time is over.
 */
bool revocation_list_names(const X509_STORE *store, X509 *certificate);
