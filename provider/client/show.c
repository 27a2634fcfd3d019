#include "provider/client/show.h"

#include <stdint.h>
#include <string.h>

#include "provider/base/own.h"

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

/* One non-ASCII character; returns its length in bytes. */
static size_t put_sequence(struct buf *out, const unsigned char *in,
                           size_t size)
{
    uint32_t code = 0;
    const size_t length =
        text_code_point((struct text){(const char *)in, size}, &code);

    if (length == 0) {
        put_byte(out, in[0]);
        return 1;
    }
    if (text_is_visible(code))
        buf_append(out, in, length);
    else
        buf_append_format(out, "\\u{%x}", code);
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

/* Characters that begin a formula, and the wide forms that some spreadsheets
 * accept for them. */
static bool begins_formula(struct text text)
{
    static const uint32_t signs[] = {'=',    '+',    '-',    '@',
                                     0xFF1D, 0xFF0B, 0xFF0D, 0xFF20};
    uint32_t code = 0;

    if (text_code_point(text, &code) == 0)
        return false;
    for (size_t i = 0; i < ARRAY_SIZE(signs); i++)
        if (code == signs[i])
            return true;
    return false;
}

void show_field(struct buf *out, struct text text)
{
    if (begins_formula(text))
        buf_append_char(out, '\\');
    put_escaped(out, text, true);
}

/* ---- JSON ---- */

/* One of the two. */
struct sheet {
    struct buf *buf;
    FILE *file;
};

static bool sheet_put(struct sheet *sheet, const char *data, size_t size)
{
    if (sheet->file)
        return fwrite(data, 1, size, sheet->file) == size;
    buf_append(sheet->buf, data, size);
    return buf_status(sheet->buf) == STATUS_OK;
}

/* The library leaves DEL as it is, which stands in strings alone. */
static int put_piece(const char *data, size_t size, void *context)
{
    while (size > 0) {
        const char *del = memchr(data, 0x7F, size);
        const size_t n = del ? (size_t)(del - data) : size;

        if (!sheet_put(context, data, n) ||
            (del && !sheet_put(context, "\\u007f", 6)))
            return -1;
        data += n + (del != NULL);
        size -= n + (del != NULL);
    }
    return 0;
}

static enum status put_json(struct sheet sheet, const json_t *value,
                            size_t flags)
{
    return json_dump_callback(value, put_piece, &sheet,
                              flags | JSON_ENSURE_ASCII | JSON_ENCODE_ANY) == 0
               ? STATUS_OK
               : STATUS_UNAVAILABLE;
}

enum status show_json(struct buf *out, const json_t *value, size_t flags)
{
    return put_json((struct sheet){.buf = out}, value, flags);
}

enum status show_json_file(FILE *file, const json_t *value, size_t flags)
{
    return put_json((struct sheet){.file = file}, value, flags);
}
