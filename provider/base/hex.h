/* Bytes as lower-case hexadecimal digits. */
#pragma once

#include <stddef.h>

/* hex_out[2 * size + 1], terminated. */
void hex_write(const unsigned char *bytes, size_t size, char *hex_out);
