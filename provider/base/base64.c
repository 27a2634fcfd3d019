#include "provider/base/base64.h"

#include <stdint.h>

static const char *letters(enum base64_alphabet alphabet)
{
    return alphabet == BASE64_URL
               ? "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                 "0123456789-_"
               : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                 "0123456789+/";
}

void base64_append(struct buf *out, enum base64_alphabet alphabet,
                   struct text bytes)
{
    const unsigned char *in = (const unsigned char *)bytes.data;
    const char *letter = letters(alphabet);

    for (size_t at = 0; at < bytes.size; at += 3) {
        const size_t left = bytes.size - at;
        const uint32_t group = (uint32_t)in[at] << 16 |
                               (left > 1 ? (uint32_t)in[at + 1] << 8 : 0) |
                               (left > 2 ? in[at + 2] : 0);

        buf_append_char(out, letter[group >> 18]);
        buf_append_char(out, letter[group >> 12 & 63]);
        if (left > 1)
            buf_append_char(out, letter[group >> 6 & 63]);
        if (left > 2)
            buf_append_char(out, letter[group & 63]);
        for (size_t pad = left; alphabet == BASE64_PLAIN && pad < 3; pad++)
            buf_append_char(out, '=');
    }
}

static int value_of(enum base64_alphabet alphabet, char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == (alphabet == BASE64_URL ? '-' : '+'))
        return 62;
    if (c == (alphabet == BASE64_URL ? '_' : '/'))
        return 63;
    return -1;
}

/* The text without its padding, which must be exact. */
static enum status strip_padding(enum base64_alphabet alphabet,
                                 struct text *encoded)
{
    if (alphabet == BASE64_URL)
        return encoded->size % 4 == 1 ? STATUS_INVALID : STATUS_OK;
    if (encoded->size % 4 != 0)
        return STATUS_INVALID;
    for (int pads = 0; pads < 2 && encoded->size > 0 &&
                       encoded->data[encoded->size - 1] == '=';
         pads++)
        encoded->size--;
    return STATUS_OK;
}

enum status base64_read(enum base64_alphabet alphabet, struct text encoded,
                        struct buf *out)
{
    uint32_t bits = 0;
    unsigned n_bits = 0;

    TRY(strip_padding(alphabet, &encoded));
    for (size_t at = 0; at < encoded.size; at++) {
        const int value = value_of(alphabet, encoded.data[at]);

        if (value < 0)
            return STATUS_INVALID;
        bits = bits << 6 | (uint32_t)value;
        n_bits += 6;
        if (n_bits >= 8) {
            n_bits -= 8;
            buf_append_char(out, (char)(bits >> n_bits & 0xFF));
        }
    }
    if (n_bits >= 6 || (bits & ((1u << n_bits) - 1)) != 0)
        return STATUS_INVALID;
    return buf_status(out);
}
