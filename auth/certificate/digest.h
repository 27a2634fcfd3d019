/* Digests that a signature may be made with. */
#pragma once

#include <stdbool.h>

/* By NID of OpenSSL; NID_undef: the key brings its own. */
bool digest_may_sign(int digest);
