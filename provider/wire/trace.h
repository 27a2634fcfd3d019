/*
 * The trace context of a request, as in W3C Trace Context:
 *
 *     "traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
 *
 * A member beside "method", for it says nothing of what is asked. The provider
 * keeps it in the audit and answers nothing of it. Source: W3C Trace Context
 * (2021), section 3.2.
 */
#pragma once

#include <stdbool.h>

#include "provider/base/text.h"

enum { TRACE_BYTES = 55, TRACE_ID_BYTES = 32, TRACE_SPAN_BYTES = 16 };

/*
 * Version, trace id, span id and flags: 2, 32, 16 and 2 lower-case hexadecimal
 * digits with dashes between. Neither id is all zeros. Version ff is none; of
 * later versions than 00 the same four fields are read, and nothing may follow.
 */
bool trace_is_valid(struct text traceparent);

/* The ids of a valid one; of an empty text, empty. */
struct text trace_id(struct text traceparent);
struct text trace_span(struct text traceparent);

/* Is it a trace id: 32 digits as above? */
bool trace_id_is_valid(struct text id);
