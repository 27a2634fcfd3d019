#include "auth/token/bearer.h"

#define SEPARATOR '\x01'

void bearer_message_clear(struct bearer_message *message)
{
    buf_free(&message->authzid);
    message->token = (struct text){0};
}

/* What precedes the first stop; removes both from rest. */
static enum status take_until(struct text *rest, char stop, struct text *out)
{
    const char *end = rest->size ? memchr(rest->data, stop, rest->size) : NULL;
    size_t size;

    if (!end)
        return STATUS_INVALID;
    size = (size_t)(end - rest->data);
    *out = (struct text){rest->data, size};
    rest->data += size + 1;
    rest->size -= size + 1;
    return STATUS_OK;
}

static bool take_prefix(struct text *rest, struct text prefix)
{
    if (rest->size < prefix.size ||
        !text_equal_nocase((struct text){rest->data, prefix.size}, prefix))
        return false;
    rest->data += prefix.size;
    rest->size -= prefix.size;
    return true;
}

/* "=2C" and "=3D" stand for comma and equals sign (RFC 5801). */
static enum status read_saslname(struct text escaped, struct buf *out)
{
    for (size_t i = 0; i < escaped.size; i++) {
        struct text rest = {escaped.data + i, escaped.size - i};

        if (escaped.data[i] == '\0')
            return STATUS_INVALID;
        if (escaped.data[i] != '=') {
            buf_append_char(out, escaped.data[i]);
            continue;
        }
        if (take_prefix(&rest, TEXT("=2C")))
            buf_append_char(out, ',');
        else if (take_prefix(&rest, TEXT("=3D")))
            buf_append_char(out, '=');
        else
            return STATUS_INVALID;
        i += 2;
    }
    return buf_status(out);
}

/* "n,[a=NAME],": the client cannot bind the channel in this mechanism. */
static enum status read_gs2_header(struct text *rest, struct buf *authzid)
{
    struct text flag, name;

    TRY(take_until(rest, ',', &flag));
    if (!text_equal(flag, TEXT("n")) && !text_equal(flag, TEXT("y")))
        return STATUS_INVALID;
    TRY(take_until(rest, ',', &name));
    if (name.size == 0)
        return STATUS_OK;
    if (name.size == 2 || !take_prefix(&name, TEXT("a=")))
        return STATUS_INVALID;
    return read_saslname(name, authzid);
}

/* RFC 6750's b64token. */
static bool is_token(struct text token)
{
    for (size_t i = 0; i < token.size; i++)
        if (token.data[i] <= ' ' || token.data[i] >= 0x7F)
            return false;
    return token.size > 0;
}

/* host= and port= are for proxies and ignored here. */
static bool is_known_pair(struct text pair)
{
    return take_prefix(&pair, TEXT("host=")) ||
           take_prefix(&pair, TEXT("port="));
}

enum status bearer_read(struct text message, struct bearer_message *out)
{
    struct text rest = message;
    struct text pair;

    *out =
        (struct bearer_message){.authzid = buf_make(BEARER_AUTHZID_MAX_BYTES)};
    TRY(read_gs2_header(&rest, &out->authzid));
    TRY(take_until(&rest, SEPARATOR, &pair));
    if (pair.size != 0)
        return STATUS_INVALID;
    for (;;) {
        TRY(take_until(&rest, SEPARATOR, &pair));
        if (pair.size == 0)
            break;
        if (take_prefix(&pair, TEXT("auth=Bearer "))) {
            if (out->token.data || !is_token(pair))
                return STATUS_INVALID;
            out->token = pair;
        } else if (!is_known_pair(pair)) {
            return STATUS_INVALID;
        }
    }
    return rest.size == 0 && out->token.data ? STATUS_OK : STATUS_INVALID;
}

static void write_saslname(struct buf *out, struct text name)
{
    for (size_t i = 0; i < name.size; i++) {
        if (name.data[i] == ',')
            buf_append_string(out, "=2C");
        else if (name.data[i] == '=')
            buf_append_string(out, "=3D");
        else
            buf_append_char(out, name.data[i]);
    }
}

void bearer_write(struct buf *out, struct text authzid, struct text token)
{
    buf_append_string(out, "n,");
    if (authzid.size) {
        buf_append_string(out, "a=");
        write_saslname(out, authzid);
    }
    buf_append_char(out, ',');
    buf_append_char(out, SEPARATOR);
    buf_append_string(out, "auth=Bearer ");
    buf_append_text(out, token);
    buf_append_char(out, SEPARATOR);
    buf_append_char(out, SEPARATOR);
}
