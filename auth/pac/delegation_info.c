#include "auth/pac/delegation_info.h"

#include "provider/base/own.h"

enum {
    SERVICES_MAX = 32,
    STRING_BYTES = 8, /* two lengths and a pointer */
    NAME_MAX_BYTES = 512,
};

static enum status read_service(struct ndr *ndr, struct ndr_string head,
                                struct buf *out)
{
    SCOPED(buf_free) struct buf name = buf_make(NAME_MAX_BYTES);

    ndr_string_text(ndr, head, &name);
    TRY(ndr_end(ndr));
    TRY(buf_status(&name));
    if (!text_is_name(buf_text(&name), NAME_MAX_BYTES) ||
        memchr(buf_text(&name).data, ' ', name.size))
        return STATUS_INVALID;
    if (out->size > 0)
        buf_append_char(out, ' ');
    buf_append_text(out, buf_text(&name));
    return buf_status(out);
}

enum status delegation_info_read(struct text blob, struct buf *services_out)
{
    struct ndr_string services[SERVICES_MAX];
    struct ndr ndr = ndr_open(blob);
    const struct ndr_string target = ndr_string_head(&ndr);
    const uint32_t n = ndr_u32(&ndr);
    const bool has_list = ndr_pointer(&ndr);

    ndr_string_text(&ndr, target, NULL);
    TRY(ndr_end(&ndr));
    if (!has_list || n == 0 || n > SERVICES_MAX)
        return STATUS_INVALID;
    if (!ndr_array(&ndr, n, STRING_BYTES))
        return STATUS_INVALID;
    for (uint32_t i = 0; i < n; i++)
        services[i] = ndr_string_head(&ndr);
    for (uint32_t i = 0; i < n; i++)
        TRY(read_service(&ndr, services[i], services_out));
    return STATUS_OK;
}
