/*
 * The encoding of addresses: RFC 3986, and + for a blank in a query.
 */
#pragma once

#include "provider/base/buf.h"

/* Appends what it stands for. False: it is not encoded well, is no text, or has
 * a control character. */
bool url_decode(struct text from, bool is_query, struct buf *out);

/* Appends it so that it is one value of a query, or one part of a path. */
void url_encode(struct text from, struct buf *out);
