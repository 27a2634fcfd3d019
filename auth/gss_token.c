#include "auth/gss_token.h"

#include "provider/base/own.h"

enum {
    TAG_OID = 0x06,
    TAG_SEQUENCE = 0x30,
    TAG_APPLICATION = 0x60,
    TAG_CONTEXT_0 = 0xA0,
    OFFER_MAX_MECHANISMS = 16,
};

static const struct text krb5 = {"\x2A\x86\x48\x86\xF7\x12\x01\x02\x02", 9};
static const struct text spnego = {"\x2B\x06\x01\x05\x05\x02", 6};

/* The allowed first choices of an offer: Kerberos by its name, and by the name
 * of an early Windows (1.2.840.48018.1.2.2). */
static const struct text ms_krb5 = {"\x2A\x86\x48\x82\xF7\x12\x01\x02\x02", 9};
static const struct text negoex = {"\x2B\x06\x01\x04\x01\x82\x37\x02\x02\x1E",
                                   10};

/* A definite DER length of at most three bytes. */
static enum status read_length(struct text *rest, size_t *length_out)
{
    const unsigned char *bytes = (const unsigned char *)rest->data;
    size_t n_bytes, length = 0;

    if (rest->size == 0)
        return STATUS_INVALID;
    if (bytes[0] < 0x80) {
        *length_out = bytes[0];
        rest->data++;
        rest->size--;
        return STATUS_OK;
    }
    n_bytes = bytes[0] & 0x7Fu;
    if (n_bytes == 0 || n_bytes > 3 || rest->size < 1 + n_bytes)
        return STATUS_INVALID;
    for (size_t i = 1; i <= n_bytes; i++)
        length = length << 8 | bytes[i];
    rest->data += 1 + n_bytes;
    rest->size -= 1 + n_bytes;
    *length_out = length;
    return STATUS_OK;
}

/* One element with that tag: its content in out, what follows it in rest. */
static enum status read_element(struct text *rest, unsigned char tag,
                                struct text *content_out)
{
    size_t length;

    if (rest->size == 0 || (unsigned char)rest->data[0] != tag)
        return STATUS_INVALID;
    rest->data++;
    rest->size--;
    TRY(read_length(rest, &length));
    if (length > rest->size)
        return STATUS_INVALID;
    *content_out = (struct text){rest->data, length};
    rest->data += length;
    rest->size -= length;
    return STATUS_OK;
}

/* The frame of a first token: its mechanism and the mechanism's token. */
static enum status read_frame(struct text token, struct text *mechanism_out,
                              struct text *inner_out)
{
    TRY(read_element(&token, TAG_APPLICATION, inner_out));
    if (token.size != 0)
        return STATUS_INVALID;
    return read_element(inner_out, TAG_OID, mechanism_out);
}

enum status gss_token_check_krb5(struct text token)
{
    struct text mechanism, inner;

    TRY(read_frame(token, &mechanism, &inner));
    return text_equal(mechanism, krb5) ? STATUS_OK : STATUS_DENIED;
}

static bool is_kerberos(struct text mechanism)
{
    return text_equal(mechanism, krb5) || text_equal(mechanism, ms_krb5);
}

static enum status check_offer(struct text mechanisms)
{
    size_t n = 0;

    while (mechanisms.size) {
        struct text mechanism;

        if (n == OFFER_MAX_MECHANISMS)
            return STATUS_INVALID;
        TRY(read_element(&mechanisms, TAG_OID, &mechanism));
        if ((n == 0 && !is_kerberos(mechanism)) ||
            text_equal(mechanism, negoex))
            return STATUS_DENIED;
        n++;
    }
    return n ? STATUS_OK : STATUS_INVALID;
}

enum status gss_token_check_spnego(struct text token)
{
    static const unsigned char nesting[] = {TAG_CONTEXT_0, TAG_SEQUENCE,
                                            TAG_CONTEXT_0, TAG_SEQUENCE};
    struct text mechanism, inner;

    TRY(read_frame(token, &mechanism, &inner));
    if (!text_equal(mechanism, spnego))
        return STATUS_DENIED;
    for (size_t i = 0; i < ARRAY_SIZE(nesting); i++) {
        struct text content;

        TRY(read_element(&inner, nesting[i], &content));
        inner = content;
    }
    return check_offer(inner);
}
