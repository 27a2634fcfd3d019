#include "provider/web/proof.h"

#include <string.h>

#include <openssl/evp.h>

#include "provider/base/base64.h"
#include "provider/base/json_writer.h"
#include "provider/base/secret.h"
#include "provider/wire/reply.h"

/* "Bearer x": the scheme in any case, and one space. False: another. */
static bool cut_scheme(struct text *value, struct text scheme)
{
    if (value->size <= scheme.size + 1 || value->data[scheme.size] != ' ' ||
        !text_equal_nocase((struct text){value->data, scheme.size}, scheme))
        return false;
    value->data += scheme.size + 1;
    value->size -= scheme.size + 1;
    return true;
}

/* The characters of RFC 9110's token68, of which nothing needs an escape. */
static bool is_token68(struct text text)
{
    for (size_t i = 0; i < text.size; i++) {
        const char c = text.data[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
              (c >= '0' && c <= '9') || (c && strchr("-._~+/=", c))))
            return false;
    }
    return text.size > 0;
}

static void write_start(struct buf *line, enum auth_mechanism mechanism,
                        struct text data)
{
    struct json_writer w = json_writer_make(line);

    request_begin(&w, 0, "auth.start");
    writer_object_begin(&w);
    writer_put_string(&w, "mechanism", auth_mechanism_name(mechanism));
    writer_put_text(&w, "data", data);
    writer_object_end(&w);
    request_end(&w);
}

static struct proof of_certificate(const struct peer *peer, struct buf *line)
{
    if (!peer_may_use(peer, AUTH_EXTERNAL))
        return (struct proof){PROOF_NONE};
    write_start(line, AUTH_EXTERNAL, TEXT(""));
    return (struct proof){PROOF_CERTIFICATE};
}

/* The message of RFC 7628. */
static void write_token(struct text token, struct buf *line)
{
    SCOPED(buf_wipe) struct buf message = buf_make(AUTH_MESSAGE_MAX_BYTES);
    SCOPED(buf_wipe) struct buf data = buf_make(2 * AUTH_MESSAGE_MAX_BYTES);

    buf_append_text(&message, TEXT("n,,\1auth=Bearer "));
    buf_append_text(&message, token);
    buf_append_text(&message, TEXT("\1\1"));
    base64_append(&data, BASE64_PLAIN, buf_text(&message));
    if (buf_status(&message) == STATUS_OK && buf_status(&data) == STATUS_OK)
        write_start(line, AUTH_OAUTHBEARER, buf_text(&data));
}

static struct proof of_token(struct text token, struct buf *line)
{
    struct proof proof = {PROOF_TOKEN};

    if (EVP_Digest(token.data, token.size, proof.digest, NULL, EVP_sha256(),
                   NULL) != 1)
        return (struct proof){PROOF_UNKNOWN};
    write_token(token, line);
    return proof;
}

static struct proof of_ticket(struct text ticket, struct buf *line)
{
    write_start(line, AUTH_GSS_SPNEGO, ticket);
    return (struct proof){PROOF_TICKET};
}

struct proof proof_read(const struct peer *peer, struct text authorization,
                        struct buf *line)
{
    struct text value = authorization;
    struct proof proof = {PROOF_UNKNOWN};

    if (!authorization.data)
        return of_certificate(peer, line);
    if (cut_scheme(&value, TEXT("Bearer"))) {
        if (is_token68(value) && peer_may_use(peer, AUTH_OAUTHBEARER))
            proof = of_token(value, line);
    } else if (cut_scheme(&value, TEXT("Negotiate"))) {
        if (is_token68(value) && peer_may_use(peer, AUTH_GSS_SPNEGO))
            proof = of_ticket(value, line);
    }
    if (line->size == 0)
        proof.kind = PROOF_UNKNOWN;
    return proof;
}

bool proof_is_same(const struct proof *proof, const struct proof *other)
{
    const struct text mine = {(const char *)proof->digest,
                              sizeof(proof->digest)};
    const struct text others = {(const char *)other->digest,
                                sizeof(other->digest)};

    if (proof->kind != other->kind)
        return false;
    return proof->kind == PROOF_CERTIFICATE ||
           (proof->kind == PROOF_TOKEN && secret_equal(mine, others));
}
