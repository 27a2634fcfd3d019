#include "auth/pac/ndr.h"

enum {
    HEADER_VERSION = 1,
    HEADER_LITTLE_ENDIAN = 0x10,
    HEADER_BYTES = 8,
    SID_REVISION = 1,
    SID_AUTHORITY_BYTES = 6,
};

static const unsigned char zeros[8];

/* n bytes at a multiple of n; zeros, and broken: they are not there. */
static const unsigned char *take(struct ndr *ndr, size_t n)
{
    const size_t at = (ndr->at + n - 1) / n * n;

    if (ndr->is_broken || at > ndr->size || ndr->size - at < n) {
        ndr->is_broken = true;
        return zeros;
    }
    ndr->at = at + n;
    return ndr->data + at;
}

uint8_t ndr_u8(struct ndr *ndr)
{
    return take(ndr, 1)[0];
}

uint16_t ndr_u16(struct ndr *ndr)
{
    const unsigned char *b = take(ndr, 2);

    return (uint16_t)(b[0] | b[1] << 8);
}

uint32_t ndr_u32(struct ndr *ndr)
{
    const unsigned char *b = take(ndr, 4);

    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 |
           (uint32_t)b[3] << 24;
}

void ndr_skip(struct ndr *ndr, size_t n_bytes)
{
    if (ndr->is_broken || ndr->size - ndr->at < n_bytes)
        ndr->is_broken = true;
    else
        ndr->at += n_bytes;
}

static void expect(struct ndr *ndr, bool is_right)
{
    if (!is_right)
        ndr->is_broken = true;
}

struct ndr ndr_open(struct text blob)
{
    struct ndr ndr = {(const unsigned char *)blob.data, blob.size, 0, false};
    uint32_t n_bytes;

    expect(&ndr, ndr_u8(&ndr) == HEADER_VERSION);
    expect(&ndr, ndr_u8(&ndr) == HEADER_LITTLE_ENDIAN);
    expect(&ndr, ndr_u16(&ndr) == HEADER_BYTES);
    ndr_skip(&ndr, 4); /* filler */
    n_bytes = ndr_u32(&ndr);
    ndr_skip(&ndr, 4);
    expect(&ndr, n_bytes <= ndr.size - ndr.at);
    if (!ndr.is_broken)
        ndr.size = ndr.at + n_bytes;
    expect(&ndr, ndr_pointer(&ndr)); /* the structure itself */
    return ndr;
}

bool ndr_pointer(struct ndr *ndr)
{
    return ndr_u32(ndr) != 0;
}

bool ndr_array(struct ndr *ndr, uint32_t n, size_t item_bytes)
{
    expect(ndr, ndr_u32(ndr) == n);
    expect(ndr, !ndr->is_broken && n <= (ndr->size - ndr->at) / item_bytes);
    return !ndr->is_broken;
}

/* ---- Strings ---- */

struct ndr_string ndr_string_head(struct ndr *ndr)
{
    struct ndr_string head = {0};

    head.n_bytes = ndr_u16(ndr);
    expect(ndr, ndr_u16(ndr) >= head.n_bytes && head.n_bytes % 2 == 0);
    head.has_text = ndr_pointer(ndr);
    expect(ndr, head.has_text || head.n_bytes == 0);
    return head;
}

/* One code unit; halves of a pair are no characters of a name. */
static void append_unit(struct buf *out, uint16_t unit)
{
    if (unit < 0x80) {
        buf_append_char(out, (char)unit);
    } else if (unit < 0x800) {
        buf_append_char(out, (char)(0xc0 | unit >> 6));
        buf_append_char(out, (char)(0x80 | (unit & 0x3f)));
    } else if (unit >= 0xd800 && unit < 0xe000) {
        buf_append_char(out, '?');
    } else {
        buf_append_char(out, (char)(0xe0 | unit >> 12));
        buf_append_char(out, (char)(0x80 | (unit >> 6 & 0x3f)));
        buf_append_char(out, (char)(0x80 | (unit & 0x3f)));
    }
}

void ndr_string_text(struct ndr *ndr, struct ndr_string head, struct buf *out)
{
    const uint32_t n_units = head.n_bytes / 2;
    uint32_t n_most;

    if (!head.has_text)
        return;
    n_most = ndr_u32(ndr);
    expect(ndr, ndr_u32(ndr) == 0); /* offset */
    expect(ndr, ndr_u32(ndr) == n_units && n_units <= n_most);
    expect(ndr, !ndr->is_broken && n_units <= (ndr->size - ndr->at) / 2);
    for (uint32_t i = 0; !ndr->is_broken && i < n_units; i++) {
        const uint16_t unit = ndr_u16(ndr);

        if (out)
            append_unit(out, unit);
    }
}

/* ---- SIDs ---- */

void ndr_sid(struct ndr *ndr, struct sid *sid_out)
{
    const uint32_t n = ndr_u32(ndr);
    struct sid sid = {0};

    expect(ndr, ndr_u8(ndr) == SID_REVISION);
    sid.n_parts = ndr_u8(ndr);
    expect(ndr, sid.n_parts == n && n > 0 && n <= SID_PARTS_MAX);
    for (size_t i = 0; i < SID_AUTHORITY_BYTES; i++)
        sid.authority = sid.authority << 8 | ndr_u8(ndr);
    for (uint32_t i = 0; !ndr->is_broken && i < n; i++)
        sid.parts[i] = ndr_u32(ndr);
    if (ndr->is_broken)
        sid = (struct sid){0};
    *sid_out = sid;
}

enum status ndr_end(const struct ndr *ndr)
{
    return ndr->is_broken ? STATUS_INVALID : STATUS_OK;
}
