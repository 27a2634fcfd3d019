/*
 * What a client says to sign in by its certificate and to read one object, to a
 * provider and to an LDAP server: the same work for both.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { DIALECT_MESSAGE_MAX_BYTES = 4096 };

struct dialect {
    const char *name;
    const char *protocol; /* of ALPN; NULL: none */
    size_t (*write_sign_in)(char room[DIALECT_MESSAGE_MAX_BYTES]);
    size_t (*write_read)(char room[DIALECT_MESSAGE_MAX_BYTES], unsigned number);
    /* The size of the whole answer at the beginning of got[n]; 0: a part. */
    size_t (*find_answer)(const char *got, size_t n);
    bool (*is_signed_in)(const char *answer, size_t n);
    bool (*is_right)(const char *answer, size_t n, unsigned number);
};

/* NULL: there is none of that name. */
const struct dialect *dialect_of(const char *name);
