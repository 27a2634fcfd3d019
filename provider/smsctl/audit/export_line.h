/*
 * A record of the audit as other programs read it: a line of JSON, or a message
 * of syslog.
 *
 * Both hold the record's position. The JSON is ASCII, as the published schema
 * describes it (examples/siem/audit-record-1.schema.json). The message is that
 * of RFC 5424: each column is a parameter of the structured data, and the text
 * is the JSON. No byte of a record is a control character there, so that one
 * record is one message, whatever the receiver takes for its end.
 */
#pragma once

#include <jansson.h>

#include "provider/base/buf.h"

enum { EXPORT_VERSION = 1, EXPORT_LINE_MAX_BYTES = 1024 * 1024 };

/* item: as audit.follow has it. Without a newline. */
void export_line_json(const json_t *item, struct buf *out);

/* That records after one and before another were removed before they could be
 * exported. */
json_t *export_line_gap(json_int_t after, json_int_t before);

/* host: of the provider; what is no name there becomes "-". */
void export_line_syslog(const json_t *item, const char *host, struct buf *out);

/* "<LEN> " and the message, as in RFC 5425. */
void export_line_frame(struct text message, struct buf *out);
