/* Bytes as hexadecimal digits: hex_out[2 * size + 1], terminated. */
#pragma once

#include <stddef.h>

void hex_write(const unsigned char *bytes, size_t size, char *hex_out);

/* The same with capitals. */
void hex_write_upper(const unsigned char *bytes, size_t size, char *hex_out);
