/*
 * What a host is given beside a yes, to go by while it cannot ask: signed, for
 * the users and hosts that provider.yaml names, with an end of its own.
 */
#pragma once

#include "provider/call/access.h"

/* device: the host's ResourceID. Writes nothing where nothing is given; the
 * answer is its end, 0 without. */
int64_t offline_answer_put(const struct access *access, const char *operation,
                           const char *device, struct json_writer *w);
