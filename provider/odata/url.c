#include "provider/odata/url.h"

enum { DELETE_CHARACTER = 0x7f };

static int hex_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool url_decode(struct text from, bool is_query, struct buf *out)
{
    for (size_t i = 0; i < from.size; i++) {
        int high, low;

        if (from.data[i] != '%') {
            buf_append_char(
                out, is_query && from.data[i] == '+' ? ' ' : from.data[i]);
            continue;
        }
        if (from.size - i < 3)
            return false;
        high = hex_of(from.data[i + 1]);
        low = hex_of(from.data[i + 2]);
        if (high < 0 || low < 0 || high * 16 + low < ' ' ||
            high * 16 + low == DELETE_CHARACTER)
            return false;
        buf_append_char(out, (char)(high * 16 + low));
        i += 2;
    }
    return buf_status(out) == STATUS_OK && text_is_utf8(buf_text(out));
}

void url_encode(struct text from, struct buf *out)
{
    static const char plain[] = "-._~";

    for (size_t i = 0; i < from.size; i++) {
        const char c = from.data[i];

        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
            (c >= '0' && c <= '9') || memchr(plain, c, sizeof(plain) - 1))
            buf_append_char(out, c);
        else
            buf_append_format(out, "%%%02X", (unsigned)(unsigned char)c);
    }
}
