/*
 * What keys of objects look like: "P0100014" and "SMS0001R". A key is a key
 * first, so nobody may give a name that passes for one.
 */
#pragma once

#include "provider/base/text.h"

/* Eight characters: a site code and five digits of a number to base 16, or SMS
 * and what built-in keys go on with; the case of letters is ignored. */
bool key_is_like(struct text text);
