/*
 * PEM files, read to their last byte or not at all.
 *
 * A reader that takes "the next one cannot be read" for "there is no next
 * one" forgets what a damaged file would have told it: a revocation list whose
 * end was cut off is then no revocation. So every block must be whole, of a
 * kind that belongs there, and nothing but blank lines may follow the last.
 * Text before a block is a comment (RFC 7468, section 5.2), unless it looks
 * like the remains of a block. Rules T24, T32.
 */
#pragma once

#include "provider/base/buf.h"

enum pem_kind {
    PEM_KIND_CERTIFICATE = 1 << 0,
    PEM_KIND_REVOCATION_LIST = 1 << 1,
    PEM_KIND_PRIVATE_KEY = 1 << 2,
    PEM_KIND_PARAMETERS = 1 << 3, /* stand before the key they are of */
};

struct pem_block {
    enum pem_kind kind;
    unsigned line;    /* of its BEGIN */
    struct text text; /* from BEGIN to the end of the END line */
    struct text der;  /* decoded; empty for a private key */
};

/* why_out: borrowed, as of why_format(). */
typedef enum status (*pem_take)(void *context, const struct pem_block *block,
                                const char **why_out);

struct pem_wanted {
    unsigned kinds;   /* of enum pem_kind: these are taken */
    unsigned beside;  /* and these may be there too, for somebody else */
    const char *what; /* "certificate": what is missing when there is none */
};

/*
 * Hands every wanted block to take, in the order of the file. STATUS_INVALID
 * for anything that is not whole, STATUS_UNAVAILABLE when it cannot be read;
 * then blocks may have been taken that must not be used. why_out: borrowed, as
 * of why_format(), and names the file and the line.
 */
MUST_CHECK
enum status pem_file_read(const char *path, const struct pem_wanted *wanted,
                          pem_take take, void *context, const char **why_out);

/* The same of bytes that are there already; name stands for the file. */
MUST_CHECK
enum status pem_text_read(const char *name, struct text text,
                          const struct pem_wanted *wanted, pem_take take,
                          void *context, const char **why_out);
