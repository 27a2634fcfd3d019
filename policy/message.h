/*
 * Messages about a file, with their places in it.
 */
#pragma once

#include <stdarg.h>
#include <stddef.h>

#include "policy/arena.h"
#include "policy/place.h"
#include "provider/base/buf.h"
#include "provider/base/text.h"

enum policy_severity {
    POLICY_ERROR = 0,
    POLICY_WARNING,
};

struct policy_message {
    enum policy_severity severity;
    struct policy_place place;
    const char *text; /* what, what was expected, did you mean */
};

enum { MESSAGES_MAX = 1000, MESSAGE_QUOTE_MAX_BYTES = 80 };

/*
 * Messages of one run, kept in an arena. Beyond MESSAGES_MAX they are only
 * counted.
 */
struct policy_messages {
    struct arena *arena; /* borrowed */
    struct policy_message *items;
    size_t n_items;
    size_t n_room;
    size_t n_errors;
    size_t n_dropped;
};

struct policy_messages messages_make(struct arena *arena);

void messages_error(struct policy_messages *messages, struct policy_place place,
                    const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void messages_warn(struct policy_messages *messages, struct policy_place place,
                   const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void messages_add(struct policy_messages *messages,
                  enum policy_severity severity, struct policy_place place,
                  const char *format, va_list arguments)
    __attribute__((format(printf, 4, 0)));

/* Sorted by file (as names compare), line and column; otherwise stable. */
void messages_sort(struct policy_messages *messages);

/*
 * Text from outside for a message: in double quotes, on one line, controls
 * escaped, truncated after MESSAGE_QUOTE_MAX_BYTES. Never NULL.
 */
const char *message_quote(struct arena *arena, struct text text);

/* "; did you mean "x"?" if a word of words[n_words] is near, else "". */
const char *message_hint(struct arena *arena, struct text text,
                         const char *const words[], size_t n_words);

/* "file:line:column: error: text\n" */
void policy_message_write(const struct policy_message *message,
                          struct buf *out);
