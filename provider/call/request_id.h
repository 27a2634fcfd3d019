/*
 * The name of a request, from the frame to the audit: "19AD3F2B1C4-1A-3".
 *
 * When the provider started (milliseconds), the connection, and the request on
 * it. It is in the data of errors, in log lines about a request, and in audit
 * records, where an index finds it. No two requests of a site have the same;
 * it is no secret and proves nothing.
 */
#pragma once

#include <stdint.h>

enum { REQUEST_ID_BYTES = 3 * 16 + 3 };

/* The number of a new connection; the first is 1. */
uint64_t request_id_connection(void);

void request_id_write(uint64_t connection, uint64_t number,
                      char id_out[REQUEST_ID_BYTES]);
