/*
 * Evidence: what an authenticator proved, and the level that it reaches.
 *
 * Authenticators report facts; auth_level_of() ranks them; whether the caller
 * may do anything is not asked here.
 *
 * Threads: evidence belongs to one thread at a time.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "provider/base/identity.h"
#include "provider/base/level.h"

enum auth_method {
    AUTH_METHOD_NONE = 0,
    AUTH_METHOD_KERBEROS,
    AUTH_METHOD_CERTIFICATE,
    AUTH_METHOD_TOKEN,
    AUTH_METHOD_PAM,
    AUTH_METHOD_LOCAL,
};

/* "kerberos", "certificate", "token", "pam", "local"; "none". */
const char *auth_method_name(enum auth_method method);

/* Bits (1 << mechanism) of those that prove by a method. */
uint32_t auth_mechanisms_of(enum auth_method method);

enum auth_fact {
    AUTH_FACT_IDENTITY = 1 << 0, /* who it is: every level needs it */
    AUTH_FACT_PKI = 1 << 1,      /* a private key of a trusted PKI signed */
    AUTH_FACT_MFA = 1 << 2, /* several factors, as stated by a trusted party */
    AUTH_FACT_DELEGATED = 1
                          << 3, /* obtained on the user's behalf: no presence */
    AUTH_FACT_WEAK = 1 << 4,    /* identified only by a name in a certificate */
    AUTH_FACT_PROXIED = 1 << 5, /* by a service, which the KDC says: proxy */
};

enum {
    AUTH_IDENTITIES_MAX = 2, /* a certificate has two: serial and key */
    AUTH_GROUPS_MAX = 1024,
    AUTH_KEY_FINGERPRINT_BYTES = 32, /* SHA-256 */
};

struct auth_identity {
    enum identity_kind kind;
    char *
        value; /* owned by the evidence; canonical (provider/base/identity.h) */
};

/*
 * A single-use token. The evidence proves nothing until the token is recorded
 * as used, in the change that opens the session (T4, T40).
 */
struct auth_once {
    bool is_open;
    unsigned char key[32]; /* of its issuer and id */
    int64_t until_s;       /* invalid after that: may be forgotten */
};

struct auth_evidence {
    enum auth_method method;
    uint32_t facts; /* of enum auth_fact */
    struct auth_identity identities[AUTH_IDENTITIES_MAX]; /* [n_identities] */
    size_t n_identities;
    char *origin; /* of a token its issuer, of a certificate the hash of the key
                     that issued it, hex; owned; NULL: none but the method */
    char *upn;    /* user principal name that its issuer may assert; owned */
    unsigned char key[AUTH_KEY_FINGERPRINT_BYTES]; /* that signed a token */
    int64_t issued_at_s; /* of a certificate: start of its validity */
    char *counted; /* what raised the level, a line each: "amr mfa"; owned */
    char *proxy;   /* the service that obtained the ticket; owned; or NULL */
    char *detail; /* for the audit: indicators, key id, amr; owned; no secret */
    char **groups; /* [n_groups] as a token claims them; owned */
    size_t n_groups;
    bool groups_unknown; /* the token says that it lists only some */
    struct auth_once once;
    char *acting_as; /* the user the client wants to act as, if no name in the
                        evidence; owned; NULL: none */
    int64_t authenticated_at_s;
    int64_t expires_at_s; /* of the ticket, certificate or token */
    int64_t
        mfa_expires_at_s; /* when AUTH_FACT_MFA ends earlier; 0: it does not */
};

void auth_evidence_clear(struct auth_evidence *evidence);

/*
 * A client may name the user it wants to act as, and the site may know its user
 * by a name that is not in the evidence. Until that is settled the evidence
 * proves nothing. True if the name is the user's own; false: it is another's
 * (T15).
 */
bool auth_evidence_acts_for(struct auth_evidence *evidence, const char *user);

/*
 * The highest level the evidence proves at now_s; AUTH_LEVEL_NONE if it has
 * expired or proves nothing. Pure. Rules A4, T6, T7, T39.
 */
enum auth_level auth_level_of(const struct auth_evidence *evidence,
                              int64_t now_s);

/*
 * Root of the provider's host, on its Unix socket: only the break-glass
 * administrator, if the policy declares one (T89).
 */
bool auth_is_break_glass(const struct auth_evidence *evidence);

/* Clears facts and groups once the evidence has expired; they do not come back
 * if the clock is set back. True: it has just expired. */
bool auth_evidence_expire(struct auth_evidence *evidence, int64_t now_s);
