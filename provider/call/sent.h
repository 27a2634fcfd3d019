/*
 * What a call sent, as the audit keeps it.
 */
#pragma once

#include <stdbool.h>

#include <jansson.h>

#include "provider/base/json_writer.h"
#include "provider/base/status.h"

struct call;

/*
 * The content of a change as "sent"; nothing for other calls. If it is too long
 * for a record: "sent_bytes", "sent_sha256" of its compact JSON, and how many
 * entries its lists have. Masked values are left out before that.
 */
MUST_CHECK
enum status sent_write(const struct call *call, struct json_writer *w);

/* A copy without the values of masked objects; NULL where there are none.
 * False: out of memory. */
MUST_CHECK
bool sent_mask(const json_t *sent, json_t **masked_out);
