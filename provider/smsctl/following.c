#include "provider/smsctl/following.h"

#include <string.h>
#include <unistd.h>

#include "provider/client/answer.h"
#include "provider/client/failure.h"
#include "provider/client/show.h"

enum { INTERVAL_MAX_S = 3600, WAIT_MAX_S = 16 };

/* A line of JSON, or a document of YAML. */
static enum status print_line(const struct output *output, json_t *row)
{
    if (output->format == OUTPUT_YAML) {
        fputs("---\n", output->file);
        return output_data(output, row);
    }
    if (output->format == OUTPUT_JSONPATH)
        return output_data(output, (json_t *)(uintptr_t)row);
    TRY(show_json_file(output->file, row, JSON_COMPACT));
    putc('\n', output->file);
    return STATUS_OK;
}

enum smsclient_result following_print(struct following *following,
                                      const json_t *rows,
                                      const char *const columns[],
                                      size_t n_columns)
{
    struct console *console = following->console;
    struct output output = console->output;
    enum smsclient_result printed = SMSCLIENT_OK;

    if (json_array_size(rows) == 0)
        return SMSCLIENT_OK;
    if (output_is_data(&output)) {
        for (size_t i = 0; printed == SMSCLIENT_OK && i < json_array_size(rows);
             i++)
            printed = console_printed(
                console, print_line(&output, json_array_get(rows, i)));
    } else {
        output.has_headings &= !following->has_headings;
        following->has_headings = true;
        printed = console_printed(
            console, output_rows(&output, (json_t *)(uintptr_t)rows, columns,
                                 n_columns));
    }
    if (printed == SMSCLIENT_OK && fflush(output.file) != 0)
        return console_printed(console, STATUS_UNAVAILABLE);
    return printed;
}

/* May it be different in a while? Another call may still have the watch whose
 * connection was lost. */
static bool is_passing(struct console *console, enum smsclient_result result)
{
    const char *reason =
        console->client ? smsclient_failure(console->client)->reason : "";

    return result == SMSCLIENT_UNAVAILABLE || result == SMSCLIENT_CONFLICT ||
           strcmp(reason, "limit") == 0 || strcmp(reason, "closed") == 0;
}

/* The session ended, or the connection: the next call signs in again. */
static void begin_again(struct console *console, enum smsclient_result result)
{
    if (!console->client || result == SMSCLIENT_CONFLICT ||
        strcmp(smsclient_failure(console->client)->reason, "limit") == 0)
        return;
    smsclient_free(console->client);
    console->client = NULL;
    console->is_signed_in = false;
}

/* Waits longer each time; false: no more. */
static bool wait_out(struct following *following, enum smsclient_result result,
                     unsigned *n_failures)
{
    struct console *console = following->console;
    const unsigned wait_s = 1u << *n_failures;

    if (++*n_failures >= FOLLOWING_TRIES || !is_passing(console, result))
        return false;
    console_note(console, "The provider does not answer; trying again.");
    begin_again(console, result);
    sleep(wait_s < WAIT_MAX_S ? wait_s : WAIT_MAX_S);
    return true;
}

static enum smsclient_result look(struct following *following)
{
    SCOPED(answer_drop) json_t *answer = NULL;
    const enum smsclient_result called =
        console_try(following->console, following->method,
                    following->ask(following), &answer);

    return called == SMSCLIENT_OK ? following->take(following, answer) : called;
}

static enum smsclient_result end(struct console *console,
                                 enum smsclient_result result)
{
    if (console->client && smsclient_failure(console->client)->result == result)
        return console_fail_client(console);
    return result;
}

enum smsclient_result following_run(struct following *following)
{
    struct console *console = following->console;
    json_int_t interval_s = 1;
    unsigned n_failures = 0;

    if (console_number(console, OPTION_INTERVAL, 1, &interval_s) !=
        SMSCLIENT_OK)
        return SMSCLIENT_USAGE;
    if (interval_s > INTERVAL_MAX_S)
        interval_s = INTERVAL_MAX_S;
    for (;;) {
        const enum smsclient_result looked = look(following);

        if (looked == SMSCLIENT_OK) {
            n_failures = 0;
            if (!following->has_more)
                sleep((unsigned)interval_s);
        } else if (!wait_out(following, looked, &n_failures)) {
            return end(console, looked);
        }
    }
}
