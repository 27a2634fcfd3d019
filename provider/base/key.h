/*
 * The syntax of object keys: "P0100014", "SMS0001R". Nobody may choose a name
 * that looks like a key, because a reference that could be a key is taken as
 * one.
 */
#pragma once

#include "provider/base/text.h"

/* Eight characters: a site code and a number of five hex digits, or SMS and the
 * rest of a built-in key; case is ignored. */
bool key_is_like(struct text text);
