/*
 * One run of smsctl: the arguments, the connection, and the output streams.
 *
 * Data goes to standard output, everything else to standard error. A verb
 * returns the exit status; the first to see a failure prints it.
 */
#pragma once

#include <jansson.h>

#include "provider/agent/agent_answer.h"
#include "provider/client/smsclient.h"
#include "provider/smsctl/arguments.h"
#include "provider/smsctl/defaults.h"
#include "provider/smsctl/terminal/output.h"

struct console {
    struct arguments arguments;
    struct defaults defaults;
    struct output output;
    struct output_missing missing;
    struct jsonpath *path;    /* owned: the template of -o jsonpath= */
    FILE *errors;             /* borrowed */
    struct smsclient *client; /* NULL: not connected yet */
    bool is_signed_in;
    bool is_relayed; /* in a session of the user's agent */
    bool is_front;   /* in the program that cannot sign in itself */
    bool is_own;     /* wants a session of its own, not the agent's */
    struct agent_opened agent;
    unsigned patience_s; /* default timeout of a verb without --timeout; 0: the
                            usual */
    bool is_shell;       /* one connection for several verbs */
};

void console_close(struct console *console); /* for SCOPED() */

/* Sets the output format, and what else the arguments say of printing; NULL
 * keeps the format. */
MUST_CHECK
enum smsclient_result console_take_format(struct console *console,
                                          const char *format);

/* Connects and signs in, unless already done. */
MUST_CHECK
enum smsclient_result console_sign_in(struct console *console);

/* The same with these options, in any case. */
MUST_CHECK
enum smsclient_result console_sign_in_as(
    struct console *console, const struct smsclient_options *options);

/* The connection's options, from command line and defaults. */
MUST_CHECK
enum smsclient_result console_options(struct console *console,
                                      struct smsclient_options *options_out);

/*
 * Signs in and makes one call; if the level is too low and stronger evidence is
 * available, steps up and repeats the call. Takes params over; gives
 * result_out. Any failure has been printed unless this returns SMSCLIENT_OK.
 */
MUST_CHECK
enum smsclient_result console_call(struct console *console, const char *method,
                                   json_t *params, json_t **result_out);

/* console_call that leaves a failure of the call itself to its caller
 * (console_fail_client); a failed sign-in has been printed. */
MUST_CHECK
enum smsclient_result console_try(struct console *console, const char *method,
                                  json_t *params, json_t **result_out);

/* The parameters of object.list for up to n objects of a class whose property
 * has this value; NULL: that is too long. */
json_t *console_named(const char *class_name, const char *property,
                      const char *value, int n);

/* console_call, and prints its result. */
MUST_CHECK
enum smsclient_result console_show(struct console *console, const char *method,
                                   json_t *params);

/* Prints "smsctl: sentence" on standard error; returns result. */
enum smsclient_result console_fail(struct console *console,
                                   enum smsclient_result result,
                                   const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* "Unknown WHAT WORD.", with the nearest of words[n_words] if one is near;
 * returns SMSCLIENT_USAGE. */
enum smsclient_result console_unknown(struct console *console, const char *what,
                                      const char *word,
                                      const char *const words[],
                                      size_t n_words);

/* Prints the client's last failure with its next step; returns its result. */
enum smsclient_result console_fail_client(struct console *console);

/* The same for a sign-in or a step-up, with each mechanism tried. */
enum smsclient_result console_fail_signing(struct console *console);

/* SMSCLIENT_FAILED with a sentence if printing failed. */
MUST_CHECK
enum smsclient_result console_printed(struct console *console,
                                      enum status status);

/* Prints a note on standard error. */
void console_note(struct console *console, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Prints a note during long work; at a terminal only. */
void console_progress(struct console *console, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Asks at the terminal; anything but "y" or "yes" is no. */
bool console_confirm(struct console *console, const char *question);

/* The same without the program's name. */
void console_line(struct console *console, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The option's value, from command line or defaults; NULL: not given. */
const char *console_value(const struct console *console, enum option option);

/* A whole number of at least least; fallback if not given. */
MUST_CHECK
enum smsclient_result console_number(struct console *console,
                                     enum option option, json_int_t least,
                                     json_int_t *number);

/* "A,B,C" as an array of strings; NULL if the option is not given. */
json_t *console_list(const struct console *console, enum option option);
