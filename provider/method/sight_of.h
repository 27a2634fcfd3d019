/*
 * Asks the gate for every row of a list, on behalf of a call.
 */
#pragma once

#include "provider/call/call.h"

struct reader {
    const struct rbac_subject *subject;
    enum auth_level level;
    int64_t now_s;
    const struct site *site;
};

struct reader reader_of(const struct call *call);

/* For a list, a query or a watch; borrows the reader. */
struct object_filter filter_of(const struct call *call, struct reader *reader);
