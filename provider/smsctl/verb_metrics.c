#include "provider/smsctl/verb_metrics.h"

#include "provider/base/clock.h"
#include "provider/client/answer.h"
#include "provider/smsctl/terminal/status_page.h"
#include "provider/wire/metric_text.h"

enum { TEXT_MAX_BYTES = 1024 * 1024 };

static enum status print_prometheus(struct console *console,
                                    const json_t *metrics)
{
    SCOPED(buf_free) struct buf text = buf_make(TEXT_MAX_BYTES);

    metric_write_text(metrics, &text);
    TRY(buf_status(&text));
    fwrite(buf_text(&text).data, 1, buf_text(&text).size, console->output.file);
    return STATUS_OK;
}

enum smsclient_result verb_metrics(struct console *console)
{
    SCOPED(answer_drop) json_t *metrics = NULL;
    const enum smsclient_result called =
        console_call(console, "server.metrics", json_object(), &metrics);

    if (called != SMSCLIENT_OK)
        return called;
    return console_printed(console,
                           console->output.format == OUTPUT_PROMETHEUS
                               ? print_prometheus(console, metrics)
                               : output_object(&console->output, metrics));
}

enum smsclient_result verb_status(struct console *console)
{
    SCOPED(memory_drop) char *text = NULL;
    SCOPED(answer_drop) json_t *status = NULL;
    struct smsclient_options options;
    enum smsclient_result result = console_options(console, &options);

    if (result != SMSCLIENT_OK)
        return result;
    if (!console->client)
        console->client = smsclient_new();
    if (!console->client)
        return console_printed(console, STATUS_NO_MEMORY);
    result = smsclient_connect(console->client, &options);
    if (result == SMSCLIENT_OK)
        result = smsclient_call(console->client, "server.status", NULL, &text);
    if (result == SMSCLIENT_NOT_AUTHENTICATED)
        return console_fail(console, result,
                            "Only root of the provider's host and its own user "
                            "can read the status, at the Unix socket. Others: "
                            "sign in and run smsctl metrics.");
    if (result != SMSCLIENT_OK)
        return console_fail_client(console);
    status = json_loads(text, 0, NULL);
    if (console->output.format != OUTPUT_TABLE)
        return console_printed(console,
                               output_object(&console->output, status));
    return console_printed(
        console, status_page_print(&console->output, status, clock_wall_s()));
}
