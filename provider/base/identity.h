/*
 * The stable names by which evidence and administrator records meet.
 *
 * An identity is a kind and a canonical value; two are the same person's when
 * both are equal byte for byte. Canonical forms:
 *   kerberos            name@REALM as the KDC wrote it
 *   certificate_serial  issuer in RFC 4514 order, ";", serial in upper-case
 *                       hex without leading zeros: "CN=Example CA,O=X;1A2B3C"
 *   certificate_key     SHA-256 of the SubjectPublicKeyInfo, upper-case hex
 *   token               issuer, one space, subject
 *   local               user id of a Unix peer in decimal, or "root"
 *   sid                 of an account of a domain: S-1-5-21-A-B-C-RID
 *   ssh_key             of OpenSSH, with its terms: ssh_key.h. Nobody signs in
 *                       to the provider with it, but to hosts.
 * Rules T27, T43, T54, T55.
 */
#pragma once

#include "provider/base/buf.h"

enum identity_kind {
    IDENTITY_NONE = 0,
    IDENTITY_KERBEROS,
    IDENTITY_CERTIFICATE_SERIAL,
    IDENTITY_CERTIFICATE_KEY,
    IDENTITY_TOKEN,
    IDENTITY_LOCAL,
    IDENTITY_SID,
    IDENTITY_SSH_KEY,
};

enum { IDENTITY_MAX_BYTES = 2048, IDENTITY_N_KINDS = IDENTITY_SSH_KEY + 1 };

/* The value of root of the provider's host: the break-glass administrator. */
#define IDENTITY_ROOT "root"

/* "kerberos", "certificate_serial", ...; as stored and shown. */
const char *identity_kind_name(enum identity_kind kind);
enum identity_kind identity_kind_read(struct text name);

/*
 * Write the canonical values. STATUS_INVALID if the parts cannot form such an
 * identity (empty, too long, not hex, not a name). The issuer is compared
 * attribute by attribute: blanks around separators and the case of attribute
 * types do not matter, values do.
 */
MUST_CHECK
enum status identity_of_serial(struct text issuer, struct text serial_hex,
                               struct buf *out);
/* The part of it before the ";". */
MUST_CHECK
enum status identity_of_issuer(struct text issuer, struct buf *out);
MUST_CHECK
enum status identity_of_key(struct text sha256_hex, struct buf *out);
MUST_CHECK
enum status identity_of_token(struct text issuer, struct text subject,
                              struct buf *out);
MUST_CHECK
enum status identity_of_kerberos(struct text principal, struct buf *out);
MUST_CHECK
enum status identity_of_sid(struct text sid, struct buf *out);
MUST_CHECK
enum status identity_of_ssh_key(struct text grant, struct buf *out);

/* What two records must not both have: the value, of an SSH key without its
 * terms. */
struct text identity_core(enum identity_kind kind, struct text value);
