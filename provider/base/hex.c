#include "provider/base/hex.h"

void hex_write(const unsigned char *bytes, size_t size, char *hex_out)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < size; i++) {
        *hex_out++ = digits[bytes[i] >> 4];
        *hex_out++ = digits[bytes[i] & 0xf];
    }
    *hex_out = '\0';
}
