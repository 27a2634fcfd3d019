#include "provider/client/show.h"

#include <stdint.h>

#include "provider/base/own.h"

/* Inclusive ranges of code points that reorder, join or hide text. */
static const struct {
    uint32_t first;
    uint32_t last;
} deceiving[] = {
    {0x00AD, 0x00AD}, {0x034F, 0x034F}, {0x061C, 0x061C},   {0x115F, 0x1160},
    {0x17B4, 0x17B5}, {0x180B, 0x180F}, {0x200B, 0x200F},   {0x2028, 0x202E},
    {0x2060, 0x206F}, {0x3164, 0x3164}, {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},
    {0xFFA0, 0xFFA0}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE0FFF}, {0x1D173, 0x1D17A},
    {0xE000, 0xF8FF}, {0xFDD0, 0xFDEF}, {0xFFFE, 0xFFFF},   {0xF0000, 0x10FFFF},
};

static bool is_deceiving(uint32_t code)
{
    for (size_t i = 0; i < ARRAY_SIZE(deceiving); i++) {
        if (code >= deceiving[i].first && code <= deceiving[i].last)
            return true;
    }
    return false;
}

/* Bytes of the valid UTF-8 sequence at in (two at least), 0 for none. */
static size_t sequence_length(const unsigned char *in, size_t size)
{
    const size_t length = in[0] >= 0xF0 ? 4 : in[0] >= 0xE0 ? 3 : 2;

    if (length > size || !text_is_utf8((struct text){(const char *)in, length}))
        return 0;
    return length;
}

static uint32_t code_of(const unsigned char *in, size_t length)
{
    uint32_t code = in[0] & (0x7Fu >> length);

    for (size_t i = 1; i < length; i++)
        code = code << 6 | (in[i] & 0x3Fu);
    return code;
}

static void put_byte(struct buf *out, unsigned char byte)
{
    switch (byte) {
    case '\n':
        buf_append_string(out, "\\n");
        return;
    case '\t':
        buf_append_string(out, "\\t");
        return;
    case '\r':
        buf_append_string(out, "\\r");
        return;
    default:
        buf_append_format(out, byte < 0x80 ? "\\u{%x}" : "\\x%02x", byte);
    }
}

/* One character beyond ASCII; answers the bytes it took. */
static size_t put_sequence(struct buf *out, const unsigned char *in,
                           size_t size)
{
    const size_t length = sequence_length(in, size);
    uint32_t code;

    if (length == 0) {
        put_byte(out, in[0]);
        return 1;
    }
    code = code_of(in, length);
    if (code < 0xA0 || is_deceiving(code))
        buf_append_format(out, "\\u{%x}", code);
    else
        buf_append(out, in, length);
    return length;
}

static void put_escaped(struct buf *out, struct text text, bool reversible)
{
    const unsigned char *in = (const unsigned char *)text.data;
    size_t at = 0;

    while (at < text.size) {
        if (in[at] >= 0x80) {
            at += put_sequence(out, in + at, text.size - at);
            continue;
        }
        if (in[at] == '\\' && reversible)
            buf_append_char(out, '\\');
        if (in[at] < 0x20 || in[at] == 0x7F)
            put_byte(out, in[at]);
        else
            buf_append_char(out, (char)in[at]);
        at++;
    }
}

void show_text(struct buf *out, struct text text)
{
    put_escaped(out, text, false);
}

void show_field(struct buf *out, struct text text)
{
    if (text.size && text.data[0] != '\0' && strchr("=+-@", text.data[0]))
        buf_append_char(out, '\\');
    put_escaped(out, text, true);
}
