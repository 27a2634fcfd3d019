/* Digests accepted in signatures. */
#pragma once

#include <stdbool.h>

/* By NID of OpenSSL; NID_undef: the key implies its own. */
bool digest_may_sign(int digest);
