#include "provider/wire/trace.h"

enum { AT_ID = 3, AT_SPAN = 36, AT_FLAGS = 53 };

/* Of that size, and lower-case hexadecimal. */
static bool is_hex(struct text text, size_t size)
{
    if (text.size != size)
        return false;
    for (size_t i = 0; i < size; i++)
        if (!(text.data[i] >= '0' && text.data[i] <= '9') &&
            !(text.data[i] >= 'a' && text.data[i] <= 'f'))
            return false;
    return true;
}

static bool is_id(struct text text, size_t size)
{
    if (!is_hex(text, size))
        return false;
    for (size_t i = 0; i < size; i++)
        if (text.data[i] != '0')
            return true;
    return false;
}

static struct text part(struct text whole, size_t at, size_t size)
{
    return (struct text){whole.data + at, size};
}

bool trace_is_valid(struct text traceparent)
{
    if (traceparent.size != TRACE_BYTES || traceparent.data[2] != '-' ||
        traceparent.data[AT_SPAN - 1] != '-' ||
        traceparent.data[AT_FLAGS - 1] != '-')
        return false;
    return is_hex(part(traceparent, 0, 2), 2) &&
           !text_equal(part(traceparent, 0, 2), TEXT("ff")) &&
           is_id(trace_id(traceparent), TRACE_ID_BYTES) &&
           is_id(trace_span(traceparent), TRACE_SPAN_BYTES) &&
           is_hex(part(traceparent, AT_FLAGS, 2), 2);
}

struct text trace_id(struct text traceparent)
{
    return traceparent.size ? part(traceparent, AT_ID, TRACE_ID_BYTES)
                            : (struct text){0};
}

struct text trace_span(struct text traceparent)
{
    return traceparent.size ? part(traceparent, AT_SPAN, TRACE_SPAN_BYTES)
                            : (struct text){0};
}

bool trace_id_is_valid(struct text id)
{
    return is_id(id, TRACE_ID_BYTES);
}
