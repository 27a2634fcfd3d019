/*
 * Reads PEM files to their last byte or not at all.
 *
 * A reader that takes "the next one cannot be read" for "there is no next one"
 * ignores what a damaged file would have said: a truncated revocation list then
 * revokes nothing. So every block must be intact, of an allowed kind, and
 * followed only by blank lines or another block. Text before a block is a
 * comment (RFC 7468, section 5.2), unless it looks like the remains of a block.
 * Rules T24, T32.
 */
#pragma once

#include "provider/base/buf.h"

enum pem_kind {
    PEM_KIND_CERTIFICATE = 1 << 0,
    PEM_KIND_REVOCATION_LIST = 1 << 1,
    PEM_KIND_PRIVATE_KEY = 1 << 2,
    PEM_KIND_PARAMETERS = 1 << 3, /* precede the key they belong to */
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
    unsigned kinds;   /* of enum pem_kind: these are read */
    unsigned beside;  /* and these are allowed, for another reader */
    const char *what; /* "certificate": for messages, if there is none */
};

/*
 * Passes every wanted block to take, in order. STATUS_INVALID unless everything
 * is intact, STATUS_UNAVAILABLE if the file cannot be read; blocks passed
 * before must then not be used. why_out: borrowed, as of why_format(), names
 * file and line.
 */
MUST_CHECK
enum status pem_file_read(const char *path, const struct pem_wanted *wanted,
                          pem_take take, void *context, const char **why_out);

/* The same for bytes in memory; name stands for the file. */
MUST_CHECK
enum status pem_text_read(const char *name, struct text text,
                          const struct pem_wanted *wanted, pem_take take,
                          void *context, const char **why_out);
