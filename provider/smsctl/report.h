/*
 * Messages about files that the user named.
 */
#pragma once

#include "policy/message.h"
#include "provider/smsctl/console.h"

/* SMSCLIENT_USAGE, with the cause; errno is that of the failed call. */
enum smsclient_result report_unreadable(struct console *console,
                                        const char *path, enum status status);

/*
 * Prints messages like a compiler, on standard error; in JSON they are the
 * data, an array on standard output.
 */
MUST_CHECK
enum smsclient_result report_messages(struct console *console,
                                      const struct policy_message *messages,
                                      size_t n);

/* The two forms separately: lines on standard error; an array, given. */
void report_lines(struct console *console,
                  const struct policy_message *messages, size_t n);
json_t *report_list(const struct policy_message *messages, size_t n);

/* Prints lines on standard error from [{file, line, column, severity, text}],
 * as received from a provider. */
void report_answer(struct console *console, const json_t *messages);

/* Does one of these messages say the same as the sentence? */
bool report_says(const json_t *messages, const char *sentence);
