#include "provider/base/key.h"

enum { KEY_BYTES = 8, CODE_BYTES = 3 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool is_alphanumeric(char c)
{
    return is_digit(c) || (upper(c) >= 'A' && upper(c) <= 'Z');
}

static bool is_hexadecimal(char c)
{
    return is_digit(c) || (upper(c) >= 'A' && upper(c) <= 'F');
}

/* Words such as SMSUsers have no digit; keys do. */
bool key_is_like(struct text text)
{
    const struct text code = {text.data, CODE_BYTES};
    bool is_built_in;
    bool has_digit = false;

    if (text.size != KEY_BYTES)
        return false;
    is_built_in = text_equal_nocase(code, TEXT("SMS"));
    for (size_t i = 0; i < CODE_BYTES; i++)
        if (!is_alphanumeric(text.data[i]))
            return false;
    for (size_t i = CODE_BYTES; i < KEY_BYTES; i++) {
        has_digit |= is_digit(text.data[i]);
        if (is_built_in ? !is_alphanumeric(text.data[i])
                        : !is_hexadecimal(text.data[i]))
            return false;
    }
    return has_digit;
}
