/*
 * What a call sent, as the audit keeps it.
 */
#pragma once

#include "provider/base/json_writer.h"
#include "provider/base/status.h"

struct call;

/*
 * The content of a change as "sent"; nothing for other calls. If it is too long
 * for a record: "sent_bytes", "sent_sha256" of its compact JSON, and how many
 * entries its lists have.
 */
MUST_CHECK
enum status sent_write(const struct call *call, struct json_writer *w);
