/*
 * Names in certificates: read by length, as UTF-8, or not at all (T29).
 */
#pragma once

#include <openssl/x509.h>

#include "provider/base/buf.h"

enum { CERTIFICATE_NAME_MAX_BYTES = 1024 };

/*
 * Can it be read? Every attribute is text of a known kind without NUL or
 * control characters, no RDN has two values, no common name occurs twice.
 */
bool certificate_name_is_plain(const X509_NAME *name);

/* RFC 4514 order: the last RDN first. STATUS_INVALID if it is too long. */
MUST_CHECK
enum status certificate_name_write(const X509_NAME *name, struct buf *out);

/* The same as an identity has it for its issuer. */
MUST_CHECK
enum status certificate_name_write_issuer(const X509_NAME *name,
                                          struct buf *out);
