/*
 * Public keys of OpenSSH, "TYPE BASE64 COMMENT" as in files .pub and in
 * authorized_keys, and the terms on which one stands for its user.
 *
 * A key is read whole: known type, canonical Base64, the same type within it,
 * each part of the length that its type has, and nothing behind. Weak ones (RSA
 * below 2048 bits, DSA) are none. Sources: RFC 4253 6.6, RFC 5656 3.1, RFC
 * 8709, OpenSSH's PROTOCOL.u2f.
 */
#pragma once

#include "provider/base/buf.h"
#include "provider/base/level.h"

enum {
    SSH_KEY_TEXT_BYTES = 1024, /* "TYPE BASE64": RSA of 4096 bits has 725 */
    SSH_BLOB_BYTES = 768,
    SSH_RSA_LEAST_BITS = 2048,
    SSH_RSA_MOST_BITS = 4096,
};

/* Views into what was read. */
struct ssh_key {
    struct text whole; /* "TYPE BASE64", without the comment */
    struct text type;
    struct text encoded;
};

/* blob: buf_make(SSH_BLOB_BYTES), gets the decoded key. STATUS_INVALID: why_out
 * says why, a sentence without its end. */
MUST_CHECK
enum status ssh_key_read(struct text line, struct buf *blob,
                         struct ssh_key *key_out, const char **why_out);

/* The next string of a blob, cut off its front; false: it is not whole. */
bool ssh_string_read(struct text *rest, struct text *string_out);

/*
 * A key with its terms, as an identity of its user:
 * "TYPE BASE64[ level=LEVEL][ until=TIME]".
 */
struct ssh_grant {
    struct text key;       /* "TYPE BASE64" */
    enum auth_level level; /* what it proves at most; domain if not said */
    int64_t until_s;       /* it counts before; INT64_MAX: no end */
};

/* Reads one, whatever stands behind a comment's place: unknown terms are
 * STATUS_INVALID. why_out as above. */
MUST_CHECK
enum status ssh_grant_read(struct text value, struct ssh_grant *grant_out,
                           const char **why_out);

/* In its one spelling. */
void ssh_grant_write(const struct ssh_grant *grant, struct buf *out);

/* The part of a grant in its one spelling that names the key. */
struct text ssh_grant_key(struct text value);
