/*
 * A place in JSON that the provider itself wrote: passes over values without
 * reading them into a tree.
 */
#pragma once

#include <stdbool.h>

#include "provider/base/text.h"

struct json_scan {
    struct text text;
    size_t at;
};

/* '\0': there is no more. */
char json_scan_now(const struct json_scan *scan);

/* Is that next? Then it is passed over. */
bool json_scan_is(struct json_scan *scan, char c);

/* What the quotes hold, as it is written. False: there are none. */
bool json_scan_string(struct json_scan *scan, struct text *inner_out);

/* A value of any kind. False: it does not end. */
bool json_scan_value(struct json_scan *scan, struct text *value_out);
