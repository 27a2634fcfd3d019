/*
 * The authorities of client certificates at a listener: how an identity names
 * them, and what they must have before anybody below them signs in.
 */
#pragma once

struct ssl_ctx_st; /* OpenSSL's SSL_CTX */

struct certificate_authority {
    const char *name;  /* as the issuer of an identity; "": too long for one */
    const char *lacks; /* without it every certificate below is refused; NULL:
                          nothing */
};

/* Both borrowed for the call. */
typedef void certificate_note_authority(
    void *context, const struct certificate_authority *authority);

/* Of a context of auth_trust_apply(); tls NULL: none. */
void certificate_authorities_note(struct ssl_ctx_st *tls,
                                  certificate_note_authority *note,
                                  void *context);
