#include "provider/method/login_proof.h"

#include <stdio.h>

#include <openssl/evp.h>

#include "auth/signer/ssh_certificate.h"
#include "provider/base/base64.h"
#include "provider/call/params.h"
#include "provider/object/ssh_login.h"

/* Base64 without padding. */
enum status login_fingerprint_write(struct text blob,
                                    char out[LOGIN_FINGERPRINT_BYTES])
{
    SCOPED(buf_free) struct buf encoded = buf_make(LOGIN_FINGERPRINT_BYTES);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned n;

    if (EVP_Digest(blob.data, blob.size, digest, &n, EVP_sha256(), NULL) != 1)
        return STATUS_NO_MEMORY;
    base64_append(&encoded, BASE64_PLAIN,
                  (struct text){(const char *)digest, n});
    TRY(buf_status(&encoded));
    while (encoded.size && encoded.data[encoded.size - 1] == '=')
        buf_truncate(&encoded, encoded.size - 1);
    snprintf(out, LOGIN_FINGERPRINT_BYTES, "SHA256:%.*s", (int)encoded.size,
             encoded.data);
    return STATUS_OK;
}

static enum rpc_error fail(struct call *call, const char *name, const char *why)
{
    call->problem = (struct rpc_problem){.why = why};
    snprintf(call->problem.at, sizeof(call->problem.at), "%s", name);
    return RPC_INVALID_PARAMS;
}

static enum rpc_error read_key(struct access *access, struct login_proof *proof)
{
    SCOPED(buf_free) struct buf blob = buf_make(SSH_BLOB_BYTES);
    struct call *call = access->call;
    struct ssh_grant grant;
    struct ssh_key key;
    const char *why;
    enum status found;

    if (ssh_key_read(params_text(call->params, "key"), &blob, &key, &why) !=
        STATUS_OK)
        return fail(call, "key", "It is no SSH key that the site accepts.");
    if (login_fingerprint_write(buf_text(&blob), proof->fingerprint) !=
        STATUS_OK)
        return RPC_UNAVAILABLE;
    found = ssh_login_key(call->ground->store, access->user, key.whole, &grant);
    if (found == STATUS_NOT_FOUND)
        return RPC_DONE;
    if (found != STATUS_OK)
        return RPC_UNAVAILABLE;
    proof->has_ended = grant.until_s <= call->ground->now_s;
    proof->counts = !proof->has_ended;
    access_set_level(access, grant.level);
    return RPC_DONE;
}

static enum rpc_error read_certificate(struct access *access,
                                       struct login_proof *proof)
{
    const struct call *call = access->call;

    if (!call->peer->settings->ssh || proof->certificate <= 0)
        return RPC_DONE;
    return ssh_login_record(call->ground->store, call->ground->generation->site,
                            access->user, (uint64_t)proof->certificate,
                            call->ground->now_s, &proof->record) == STATUS_OK
               ? RPC_DONE
               : RPC_UNAVAILABLE;
}

void login_proof_settle(struct login_proof *proof, const uint32_t *records,
                        size_t n)
{
    for (size_t i = 0; i < n && proof->record != RBAC_NONE; i++)
        if (records[i] == proof->record)
            proof->counts = true;
}

enum rpc_error login_proof_read(struct access *access,
                                struct login_proof *proof_out)
{
    const json_t *params = access->call->params;
    const bool has_key = params_value(params, "key") != NULL;
    const bool has_certificate = params_value(params, "certificate") != NULL;

    *proof_out = (struct login_proof){
        .is_there = has_key || has_certificate,
        .record = RBAC_NONE,
        .certificate = params_integer(params, "certificate", 0)};
    if (has_key == (params_value(params, "level") != NULL))
        return fail(access->call, "level", "Either a level or a key is given.");
    if (has_key && has_certificate)
        return fail(access->call, "certificate", "A key is given already.");
    if (has_certificate)
        return read_certificate(access, proof_out);
    if (!has_key)
        return RPC_DONE;
    access_set_level(access, AUTH_LEVEL_NONE);
    return read_key(access, proof_out);
}
