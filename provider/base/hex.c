#include "provider/base/hex.h"

static void write_with(const char digits[16], const unsigned char *bytes,
                       size_t size, char *hex_out)
{
    for (size_t i = 0; i < size; i++) {
        *hex_out++ = digits[bytes[i] >> 4];
        *hex_out++ = digits[bytes[i] & 0xf];
    }
    *hex_out = '\0';
}

void hex_write(const unsigned char *bytes, size_t size, char *hex_out)
{
    write_with("0123456789abcdef", bytes, size, hex_out);
}

void hex_write_upper(const unsigned char *bytes, size_t size, char *hex_out)
{
    write_with("0123456789ABCDEF", bytes, size, hex_out);
}
