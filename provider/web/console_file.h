/*
 * Requests for the console's files: answered from memory, to whoever asks, and
 * a piece at a time, as the peer takes them. A stranger gets one file a
 * connection: nobody holds a place by asking for files.
 */
#pragma once

#include "provider/web/web_private.h"

/* Begins the answer to a request for what is below the page. */
enum web_want console_file_begin(struct web *web, struct peer *peer,
                                 struct text below, struct buf *out);

/* The next piece of it. */
enum web_want console_file_step(struct web *web, struct buf *out);

/* No more of it is sent. */
void console_file_drop(struct web *web);
