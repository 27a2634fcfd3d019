/* The answers of v1.0, out of those of the wire. */
#pragma once

#include "provider/odata/odata_answer.h"

/* Appends the body. False: the answer is not what it should be. */
bool v1_answer_put(const struct odata_target *target, struct text base,
                   struct text reply, struct odata_answer *answer,
                   struct buf *out);
