#include "auth/why.h"

#include <stdarg.h>
#include <stdio.h>

enum { WHY_MAX_BYTES = 512 };

const char *why_format(const char *format, ...)
{
    static _Thread_local char line[WHY_MAX_BYTES];
    va_list args;

    va_start(args, format);
    vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    return line;
}
