/*
 * The administration service as OpenAPI 3.1 describes it: each class, what may
 * be asked of it, and its methods, made from the table that the provider itself
 * works by. The same for everybody, and about no object.
 */
#pragma once

#include "provider/base/buf.h"
#include "provider/base/text.h"

/* server: "https://HOST/AdminService/wmi/" */
void openapi_put(struct text server, struct buf *out);
