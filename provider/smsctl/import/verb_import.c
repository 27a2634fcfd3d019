/*
 * Sends the rows of a file in batches. A batch holds about as many as the
 * server took of the last one; what it did not take is sent again, first.
 * While the server stores a batch, the next one is read and sent: it is taken
 * only if all of the one before it was. After the first row that fails they are
 * sent one by one, so that hardly more is sent than may fail.
 */
#include "provider/smsctl/import/verb_import.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "provider/base/json_writer.h"
#include "provider/client/answer.h"
#include "provider/client/client.h"
#include "provider/smsctl/import/import_rows.h"

enum {
    ROWS_FIRST = 250,
    ROWS_LEAST = 16,
    REQUEST_MAX_BYTES = IMPORT_BATCH_MAX_BYTES + IMPORT_LINE_MAX_BYTES + 8192,
    ERRORS_DEFAULT = 100,
    RETRIES_MAX = 1000,
};

static volatile sig_atomic_t is_interrupted;

static void interrupt(int signal)
{
    (void)signal;
    is_interrupted = 1;
}

static void import_clear(struct import *import)
{
    import_progress_end(&import->progress);
    import_file_close(&import->file);
    buf_free(&import->rows);
}

/* ---- Sending ---- */

/* A batch of the rows from the first on, which follows another one or none. */
struct batch {
    size_t first;
    size_t n;
    int64_t after;
};

static enum status put_params(struct import *import, const struct batch *batch,
                              struct buf *params)
{
    const size_t begin = import_row_begin(import, batch->first);
    const size_t end = import_row_begin(import, batch->first + batch->n);
    struct json_writer w = json_writer_make(params);

    writer_object_begin(&w);
    writer_put_string(&w, "class", import->class);
    if (console_value(import->console, OPTION_BY))
        writer_put_string(&w, "key", console_value(import->console, OPTION_BY));
    if (console_value(import->console, OPTION_DRY_RUN))
        writer_put_bool(&w, "dry_run", true);
    writer_put_int(&w, "batch", import->batch);
    if (batch->after)
        writer_put_int(&w, "after", batch->after);
    writer_key(&w, "rows");
    buf_append_char(params, '[');
    buf_append(params, buf_text(&import->rows).data + begin,
               end - begin - 1); /* without the last comma */
    buf_append_string(params, "]}");
    return buf_status(params);
}

static struct client_sent send_batch(struct import *import,
                                     const struct batch *batch)
{
    SCOPED(buf_free) struct buf params = buf_make(REQUEST_MAX_BYTES);

    import->batch++;
    if (put_params(import, batch, &params) != STATUS_OK)
        return (struct client_sent){.status = STATUS_NO_MEMORY};
    return client_send(import->console->client, "object.import",
                       buf_text(&params));
}

/* How long the server asks to wait; 0: it does not. */
static int64_t wait_of(const struct smsclient *client)
{
    SCOPED(answer_drop)
    json_t *data = json_loads(client->failure.view.data, 0, NULL);

    return json_integer_value(json_object_get(data, "retry_after_ms"));
}

static void sleep_ms(int64_t ms)
{
    const struct timespec time = {ms / 1000, ms % 1000 * 1000000};

    nanosleep(&time, NULL);
}

/* After a failure: is the same to be sent again? */
static bool goes_again(struct import *import, unsigned tries)
{
    struct smsclient *client = import->console->client;
    struct smsclient_options options;
    const int64_t wait_ms = wait_of(client);

    if (client->failure.view.result == SMSCLIENT_LEVEL_TOO_LOW && tries == 0)
        return console_options(import->console, &options) == SMSCLIENT_OK &&
               smsclient_step_up(client, &options) == SMSCLIENT_OK;
    if (wait_ms <= 0 || is_interrupted || tries > RETRIES_MAX)
        return false;
    sleep_ms(wait_ms);
    return !is_interrupted;
}

/* How many of the rows from there on are a batch. */
static size_t n_to_send(const struct import *import, size_t first)
{
    const size_t max = import_row_begin(import, first) + IMPORT_BATCH_MAX_BYTES;
    size_t n = import->n - first;

    n = n < import->n_wanted ? n : import->n_wanted;
    while (n > 1 && import->end_of[first + n - 1] > max)
        n--;
    return n;
}

static void send_first(struct import *import)
{
    const struct batch batch = {.n = n_to_send(import, 0)};

    failure_clear(&import->console->client->failure);
    import->n_sent = batch.n;
    import->sent = send_batch(import, &batch);
}

static void send_behind(struct import *import)
{
    const struct batch batch = {
        import->n_sent, n_to_send(import, import->n_sent), import->batch};

    if (import->n_behind || batch.n == 0 || import->n_failed > 0 ||
        import->sent.status != STATUS_OK || is_interrupted)
        return;
    import->n_behind = batch.n;
    import->behind = send_batch(import, &batch);
}

/* The first was not stored whole, so nothing of the one behind it was. */
static void forget_behind(struct import *import)
{
    SCOPED(answer_drop) json_t *answer = NULL;
    struct smsclient *client = import->console->client;
    struct failure first = {{SMSCLIENT_OK}};

    if (import->n_behind == 0)
        return;
    import->n_behind = 0;
    failure_move(&first, &client->failure);
    if (client_receive(client, &import->behind, &answer) != STATUS_OK)
        failure_clear(&client->failure);
    failure_move(&client->failure, &first);
}

static enum smsclient_result receive_first(struct import *import,
                                           json_t **answer)
{
    for (unsigned tries = 0;; tries++) {
        if (client_receive(import->console->client, &import->sent, answer) ==
            STATUS_OK)
            return SMSCLIENT_OK;
        forget_behind(import);
        if (!goes_again(import, tries))
            break;
        send_first(import);
    }
    import_progress_end(&import->progress);
    return console_fail_client(import->console);
}

/* ---- Answers ---- */

static enum smsclient_result result_of(const char *reason)
{
    static const struct {
        const char *reason;
        enum smsclient_result result;
    } results[] = {
        {"level_too_low", SMSCLIENT_LEVEL_TOO_LOW},
        {"denied", SMSCLIENT_DENIED},
        {"not_found", SMSCLIENT_NOT_FOUND},
        {"conflict", SMSCLIENT_CONFLICT},
    };

    for (size_t i = 0; i < ARRAY_SIZE(results); i++)
        if (reason && strcmp(reason, results[i].reason) == 0)
            return results[i].result;
    return SMSCLIENT_INVALID;
}

static void tell_errors(struct import *import, const json_t *errors)
{
    for (size_t i = 0; i < json_array_size(errors); i++) {
        const json_t *error = json_array_get(errors, i);
        const json_int_t row =
            json_integer_value(json_object_get(error, "row"));
        const char *why = json_string_value(json_object_get(error, "why"));

        if (row < 0 || (size_t)row >= import->n_sent)
            continue;
        import_line_fail(
            import, import->line_of[row], why ? why : "It failed.",
            json_string_value(json_object_get(error, "property")),
            result_of(json_string_value(json_object_get(error, "reason"))));
    }
}

static int64_t number_in(const json_t *answer, const char *name)
{
    return json_integer_value(json_object_get(answer, name));
}

/*
 * All were taken: a few more. Some were not: a few less, for then the batch
 * behind was sent in vain, which should be rare.
 */
static void set_wanted(struct import *import, size_t n_sent, size_t n_taken)
{
    const size_t more = n_sent / (import->was_cut ? 64 : 4) + 1;
    const size_t wanted =
        n_taken == n_sent ? n_sent + more : n_taken - n_taken / 8;

    import->was_cut |= n_taken < n_sent;
    if (n_taken == n_sent && n_sent < import->n_wanted)
        return;
    import->n_wanted = wanted > IMPORT_ROWS_MAX ? IMPORT_ROWS_MAX : wanted;
    if (import->n_wanted < ROWS_LEAST)
        import->n_wanted = ROWS_LEAST;
}

static enum smsclient_result take_answer(struct import *import,
                                         const json_t *answer)
{
    const size_t n_sent = import->n_sent;
    const int64_t n_taken = number_in(answer, "taken");

    if (n_taken < 1 || (uint64_t)n_taken > n_sent)
        return console_fail(import->console, SMSCLIENT_FAILED,
                            "The server's answer cannot be understood.");
    tell_errors(import, json_object_get(answer, "errors"));
    import->n_taken += n_taken;
    import->n_created += number_in(answer, "created");
    import->n_updated += number_in(answer, "updated");
    import->n_unchanged += number_in(answer, "unchanged");
    import_rows_drop(import, (size_t)n_taken);
    set_wanted(import, n_sent, (size_t)n_taken);
    if ((size_t)n_taken < n_sent)
        forget_behind(import);
    import->n_sent = import->n_behind;
    import->sent = import->behind;
    import->n_behind = 0;
    return SMSCLIENT_OK;
}

/* ---- All of it ---- */

static void show(struct import *import)
{
    import_progress_show(
        &import->progress,
        &(const struct import_point){.n_rows = import->n_taken,
                                     .n_failed = import->n_failed,
                                     .n_lines = import->done_line,
                                     .n_bytes = import->file.n_bytes -
                                                (int64_t)import->rows.size,
                                     .size = import->file.size});
}

/* What is acknowledged stays; the rest may be sent again from there. */
static enum smsclient_result stop(struct import *import,
                                  enum smsclient_result result)
{
    import_progress_end(&import->progress);
    console_note(import->console,
                 "Stopped: lines up to %lld are done. Run it again with "
                 "--from-line %lld, or as before: rows that are done stay as "
                 "they are.",
                 (long long)import->done_line,
                 (long long)import->done_line + 1);
    return result;
}

/* Its answer, and meanwhile as much of the next ones as can be done. */
static enum smsclient_result run_batch(struct import *import)
{
    SCOPED(answer_drop) json_t *answer = NULL;
    enum smsclient_result result;

    if (import->n_sent == 0)
        send_first(import);
    import_rows_read_ahead(import, import->n_sent);
    send_behind(import);
    import_rows_read_ahead(import, import->n_sent + import->n_behind);
    result = receive_first(import, &answer);
    if (result == SMSCLIENT_OK)
        result = take_answer(import, answer);
    return result;
}

static enum smsclient_result stop_failed(struct import *import)
{
    console_note(import->console, "Too many lines failed.");
    return stop(import, import->worst);
}

static enum smsclient_result run_batches(struct import *import)
{
    for (;;) {
        enum smsclient_result result = SMSCLIENT_OK;

        if (import->n_sent == 0)
            result = import_rows_read(import);
        if (result == SMSCLIENT_OK && import->n == 0)
            return import_has_failed(import) ? stop_failed(import)
                                             : SMSCLIENT_OK;
        if (result == SMSCLIENT_OK)
            result = run_batch(import);
        if (result != SMSCLIENT_OK)
            return stop(import, result);
        show(import);
        if (import->n_sent > 0)
            continue; /* one is on its way */
        if (is_interrupted)
            return stop(import, SMSCLIENT_FAILED);
        if (import_has_failed(import) && import->n > 0)
            return stop_failed(import);
    }
}

static enum smsclient_result print_counts(const struct import *import)
{
    SCOPED(answer_drop)
    json_t *counts = json_pack("{s:I, s:I, s:I, s:I}", "created",
                               (json_int_t)import->n_created, "updated",
                               (json_int_t)import->n_updated, "unchanged",
                               (json_int_t)import->n_unchanged, "failed",
                               (json_int_t)import->n_failed);

    if (!counts)
        return console_printed(import->console, STATUS_NO_MEMORY);
    return console_printed(import->console,
                           output_result(&import->console->output, counts));
}

static enum smsclient_result run(struct import *import)
{
    enum smsclient_result result = console_sign_in(import->console);
    enum smsclient_result printed;

    if (result == SMSCLIENT_OK)
        result = import_heading(import);
    if (result == SMSCLIENT_OK)
        result = import_skip(import);
    if (result != SMSCLIENT_OK)
        return result;
    result = run_batches(import);
    import_progress_end(&import->progress);
    printed = print_counts(import);
    if (result == SMSCLIENT_OK && import->n_failed)
        result = import->worst;
    return result == SMSCLIENT_OK ? printed : result;
}

enum smsclient_result verb_import(struct console *console)
{
    SCOPED(import_clear)
    struct import import = {
        .console = console,
        .class = console->arguments.words[0],
        .path = console->arguments.words[1],
        .progress = import_progress_make(console),
        .rows =
            buf_make(3 * IMPORT_BATCH_MAX_BYTES + 2 * IMPORT_LINE_MAX_BYTES),
        .n_wanted = ROWS_FIRST,
        .max_errors = ERRORS_DEFAULT,
    };
    struct sigaction before;
    const struct sigaction caught = {.sa_handler = interrupt};
    enum smsclient_result result;

    console->is_own = true; /* batches of two imports must not meet */
    if (console_number(console, OPTION_MAX_ERRORS, 0, &import.max_errors) !=
        SMSCLIENT_OK)
        return SMSCLIENT_USAGE;
    if (import_file_open(&import.file, import.path) != STATUS_OK)
        return console_fail(console, SMSCLIENT_USAGE,
                            "%s cannot be opened: %s.", import.path,
                            strerror(errno));
    is_interrupted = 0;
    sigaction(SIGINT, &caught, &before);
    result = run(&import);
    sigaction(SIGINT, &before, NULL);
    return result;
}
