/*
 * The answers of the administration service, out of those of the wire.
 */
#pragma once

#include "provider/web/odata_target.h"
#include "provider/wire/reply.h"

/*
 * Appends the body of an answer that is a result; base:
 * "https://HOST/AdminService/wmi/". False: it is not what it should be.
 */
bool odata_answer_put(const struct odata_target *target, struct text base,
                      struct text reply, struct buf *out);

/* {"error": {"code": "404", ...}}; data: more about it, an object, or NULL. */
void odata_answer_put_error(unsigned status, const char *message,
                            const json_t *data, struct buf *out);
