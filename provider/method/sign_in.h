/* What both halves of a sign-in write into their answers. */
#pragma once

#include "provider/base/json_writer.h"

/* The next message of the mechanism, as base64. */
void sign_in_put_data(struct json_writer *w, struct text bytes);
