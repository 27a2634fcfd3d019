/*
 * Prints the ranges of characters beyond ASCII that have no shape, as Unicode
 * says by ICU: for text.c, at build time. Programs that only show text then
 * need no ICU, whose start costs more than all of theirs.
 */
#include <stdbool.h>
#include <stdio.h>
#include <unicode/uchar.h>

static bool has_shape(UChar32 code)
{
    switch (u_charType(code)) {
    case U_UNASSIGNED:
    case U_SPACE_SEPARATOR:
    case U_LINE_SEPARATOR:
    case U_PARAGRAPH_SEPARATOR:
    case U_CONTROL_CHAR:
    case U_FORMAT_CHAR:
    case U_PRIVATE_USE_CHAR:
    case U_SURROGATE:
        return false;
    default:
        return !u_hasBinaryProperty(code, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
    }
}

int main(void)
{
    UChar32 first = -1;

    for (UChar32 code = 0x80; code <= UCHAR_MAX_VALUE + 1; code++) {
        const bool is_in = code <= UCHAR_MAX_VALUE && !has_shape(code);

        if (is_in && first < 0)
            first = code;
        if (!is_in && first >= 0) {
            printf("{0x%x, 0x%x},\n", (unsigned)first, (unsigned)code - 1);
            first = -1;
        }
    }
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
