/*
 * The answers of the administration service, out of those of the wire.
 */
#pragma once

#include "provider/odata/odata_target.h"
#include "provider/wire/reply.h"

/* What an answer has besides its body. */
struct odata_answer {
    unsigned status;
    const char *type;    /* of the body; NULL: the page's */
    int64_t version;     /* of the one object in it, for ETag; -1: none */
    struct buf location; /* of the object that was made; owned */
};
void odata_answer_clear(struct odata_answer *answer); /* for SCOPED() */

/*
 * Appends the body of an answer that is a result; base:
 * "https://HOST/AdminService/wmi/". False: it is not what it should be.
 */
bool odata_answer_put(const struct odata_target *target, struct text base,
                      struct text reply, struct odata_answer *answer,
                      struct buf *out);

/* The number in the answer to a query that counts. False: there is none. */
bool odata_answer_put_count(const json_t *result, struct odata_answer *answer,
                            struct buf *out);

/* The status that tells an error of the wire, which says it with otherwise. */
unsigned odata_status_of(const struct odata_target *target,
                         const struct rpc_reply *read, unsigned otherwise);

/* {"error": {"code": "404", ...}}; data: more about it, an object, or NULL. */
void odata_answer_put_error(unsigned status, const char *message,
                            const json_t *data, struct buf *out);
