/*
 * What TLS 1.3 makes a server sign (RFC 8446, 4.4.3): a text that no other
 * protocol and no client signs, and the hash of a handshake.
 */
#pragma once

#include "provider/base/text.h"

bool server_text_is_one(struct text text);
