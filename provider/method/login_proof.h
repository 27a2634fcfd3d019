/*
 * What somebody shows to the host that asks host.login, beside their name: an
 * SSH key of theirs, or an SSH certificate, which the host has checked.
 *
 * A host asks about the one key that is shown to it, and is told whether it is
 * this user's: it learns no other, and not whose else it may be (T125).
 */
#pragma once

#include "provider/call/access.h"

enum { LOGIN_FINGERPRINT_BYTES = 64 };

struct login_proof {
    bool is_there; /* else the host says a level */
    bool counts;
    /* Of a certificate, the record by which it would: it counts if that is one
     * of the user's. */
    uint32_t record;
    bool has_ended;
    int64_t certificate; /* its serial number; 0: it is a key */
    char fingerprint[LOGIN_FINGERPRINT_BYTES]; /* as ssh-keygen -l shows it */
};

/* "SHA256:..", of a blob. */
MUST_CHECK
enum status login_fingerprint_write(struct text blob,
                                    char out[LOGIN_FINGERPRINT_BYTES]);

/* Reads it from the parameters, and sets the level that it proves. */
enum rpc_error login_proof_read(struct access *access,
                                struct login_proof *proof_out);

/* The records that the user is known by, as far as is known now. */
void login_proof_settle(struct login_proof *proof, const uint32_t *records,
                        size_t n);
