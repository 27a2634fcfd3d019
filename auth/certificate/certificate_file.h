/*
 * Reads certificates from a PEM file of the operator.
 */
#pragma once

#include <openssl/x509.h>

#include "auth/certificate/pem_file.h"
#include "provider/base/buf.h"
#include "provider/base/own.h"

/* For SCOPED(certificates_drop) STACK_OF(X509) *certificates = NULL; */
void certificates_drop(STACK_OF(X509) * *certificates);

/*
 * All of them, given to the caller; there must be one, and the file must be
 * intact (auth/certificate/pem_file.h). beside: other kinds that are allowed in
 * it, of enum pem_kind. why_out: borrowed, as of why_format().
 */
MUST_CHECK
enum status certificate_file_read(const char *path, unsigned beside,
                                  STACK_OF(X509) * *certificates_out,
                                  const char **why_out);

/* Writes them out again, without the text between them. */
MUST_CHECK
enum status certificate_file_copy(const char *path, struct buf *out,
                                  const char **why_out);
