/*
 * One run of smsctl: what was asked, the connection, and where answers go.
 *
 * Data goes to standard output, everything else to standard error. A verb
 * answers the exit status; who first meets a failure tells it.
 */
#pragma once

#include <jansson.h>

#include "provider/client/smsclient.h"
#include "provider/smsctl/arguments.h"
#include "provider/smsctl/output.h"
#include "provider/smsctl/settings.h"

struct console {
    struct arguments arguments;
    struct settings settings;
    struct output output;
    FILE *errors;             /* borrowed */
    struct smsclient *client; /* NULL: nothing was called yet */
    bool is_signed_in;
    unsigned patience_s; /* for each answer without --timeout; 0: as usual */
    bool is_shell;       /* one connection for many verbs */
};

void console_close(struct console *console); /* for SCOPED() */

/* Takes the form of output that was asked for, NULL: the one there is. */
MUST_CHECK
enum smsclient_result console_take_format(struct console *console,
                                          const char *format);

/* Connects and signs in unless that was done. */
MUST_CHECK
enum smsclient_result console_sign_in(struct console *console);

/* The same with these options, whatever was done. */
MUST_CHECK
enum smsclient_result console_sign_in_as(
    struct console *console, const struct smsclient_options *options);

/* The options of the connection, from command line and settings. */
MUST_CHECK
enum smsclient_result console_options(struct console *console,
                                      struct smsclient_options *options_out);

/*
 * One call, signed in; where the level is too low and stronger evidence is at
 * hand, it steps up and calls once more. params is taken over. result_out is
 * given. What went wrong has been told when this does not answer SMSCLIENT_OK.
 */
MUST_CHECK
enum smsclient_result console_call(struct console *console, const char *method,
                                   json_t *params, json_t **result_out);

/* console_call, and its result printed. */
MUST_CHECK
enum smsclient_result console_show(struct console *console, const char *method,
                                   json_t *params);

/* "smsctl: sentence" on standard error; answers result. */
enum smsclient_result console_fail(struct console *console,
                                   enum smsclient_result result,
                                   const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Tells the client's last failure with its next step; answers its result. */
enum smsclient_result console_fail_client(struct console *console);

/* The same of a sign-in or a step-up, with each way that was tried. */
enum smsclient_result console_fail_signing(struct console *console);

/* SMSCLIENT_FAILED with a sentence when printing did not work. */
MUST_CHECK
enum smsclient_result console_printed(struct console *console,
                                      enum status status);

/* A remark on standard error. */
void console_note(struct console *console, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A remark while something takes its time; at a terminal only. */
void console_progress(struct console *console, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Asks at the terminal; anything but "y" or "yes" is no. */
bool console_confirm(struct console *console, const char *question);

/* The same without the program's name. */
void console_line(struct console *console, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The option's value, of command line or settings; NULL: not given. */
const char *console_value(const struct console *console, enum option option);

/* A whole number from least on; not given: the default. */
MUST_CHECK
enum smsclient_result console_number(struct console *console,
                                     enum option option, json_int_t least,
                                     json_int_t *number);

/* "A,B,C" as an array of strings; NULL when the option is not given. */
json_t *console_list(const struct console *console, enum option option);
