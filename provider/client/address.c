#include "provider/client/address.h"

#include <stdbool.h>

enum { PORT_MAX = 65535 };

static bool take_prefix(struct text *text, struct text prefix)
{
    if (text->size < prefix.size ||
        memcmp(text->data, prefix.data, prefix.size) != 0)
        return false;
    text->data += prefix.size;
    text->size -= prefix.size;
    return true;
}

static enum status copy_part(struct text part, char *out, size_t out_size)
{
    if (part.size == 0 || part.size >= out_size ||
        memchr(part.data, '\0', part.size))
        return STATUS_INVALID;
    memcpy(out, part.data, part.size);
    out[part.size] = '\0';
    return STATUS_OK;
}

static enum status read_port(struct text part, char *out, size_t out_size)
{
    unsigned port = 0;

    if (part.size == 0 || part.size >= out_size || part.data[0] == '0')
        return STATUS_INVALID;
    for (size_t i = 0; i < part.size; i++) {
        if (part.data[i] < '0' || part.data[i] > '9')
            return STATUS_INVALID;
        port = port * 10 + (unsigned)(part.data[i] - '0');
    }
    if (port > PORT_MAX)
        return STATUS_INVALID;
    return copy_part(part, out, out_size);
}

/* A name, a dotted address, or an IPv6 address in brackets. */
static bool is_host(struct text host, bool in_brackets)
{
    static const char name[] = "abcdefghijklmnopqrstuvwxyz"
                               "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
    static const char six[] = "abcdefABCDEF0123456789.:";

    for (size_t i = 0; i < host.size; i++) {
        if (host.data[i] == '\0' ||
            !strchr(in_brackets ? six : name, host.data[i]))
            return false;
    }
    return true;
}

static enum status read_host_port(struct text text, struct address *address)
{
    const char *colon = memrchr(text.data, ':', text.size);
    struct text host, port;
    bool in_brackets;

    if (!colon)
        return STATUS_INVALID;
    host = (struct text){text.data, (size_t)(colon - text.data)};
    port = (struct text){colon + 1, text.size - host.size - 1};
    in_brackets =
        host.size > 2 && host.data[0] == '[' && host.data[host.size - 1] == ']';
    if (in_brackets)
        host = (struct text){host.data + 1, host.size - 2};
    if (!is_host(host, in_brackets))
        return STATUS_INVALID;
    TRY(copy_part(host, address->host, sizeof(address->host)));
    return read_port(port, address->port, sizeof(address->port));
}

enum status address_read(struct text text, struct address *address_out)
{
    struct address address = {ADDRESS_NONE};

    if (take_prefix(&text, TEXT("unix:"))) {
        address.kind = ADDRESS_UNIX;
        TRY(copy_part(text, address.path, sizeof(address.path)));
    } else if (take_prefix(&text, TEXT("tls:"))) {
        address.kind = ADDRESS_TLS;
        if (text.size == 0)
            return STATUS_INVALID;
        TRY(read_host_port(text, &address));
    } else if (take_prefix(&text, TEXT("srv:"))) {
        address.kind = ADDRESS_SRV;
        if (!is_host(text, false))
            return STATUS_INVALID;
        TRY(copy_part(text, address.host, sizeof(address.host)));
    } else {
        return STATUS_INVALID;
    }
    *address_out = address;
    return STATUS_OK;
}
