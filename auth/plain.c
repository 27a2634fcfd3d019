#include "auth/plain.h"

#include "auth/pam_wire.h"

static enum status take_field(struct text *rest, struct text *out)
{
    const char *end = rest->size ? memchr(rest->data, '\0', rest->size) : NULL;

    if (!end)
        return STATUS_INVALID;
    *out = (struct text){rest->data, (size_t)(end - rest->data)};
    rest->data = end + 1;
    rest->size -= out->size + 1;
    return STATUS_OK;
}

enum status plain_read(struct text message, struct plain_message *out)
{
    struct text rest = message;

    TRY(take_field(&rest, &out->authzid));
    TRY(take_field(&rest, &out->user));
    out->secret = rest;
    if (!text_is_name(out->user, PAM_NAME_MAX_BYTES) ||
        out->secret.size > PAM_TEXT_MAX_BYTES || !text_is_utf8(out->secret) ||
        (rest.size && memchr(rest.data, '\0', rest.size)))
        return STATUS_INVALID;
    if (out->authzid.size && !text_is_name(out->authzid, PAM_NAME_MAX_BYTES))
        return STATUS_INVALID;
    return STATUS_OK;
}
