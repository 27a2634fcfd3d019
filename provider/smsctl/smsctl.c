/*
 * smsctl: the console and scripting client of the SMS Provider.
 */
#include <stdio.h>
#include <string.h>

#include "provider/smsctl/console_run.h"
#include "provider/smsctl/help.h"
#include "provider/smsctl/paging.h"

static enum smsclient_result bad_usage(const char *problem)
{
    fprintf(stderr,
            "smsctl: %s\n  next: run smsctl --help for verbs and options.\n",
            problem);
    return SMSCLIENT_USAGE;
}

static enum smsclient_result run(struct console *console)
{
    const struct arguments *arguments = &console->arguments;
    enum smsclient_result read;

    if (arguments->values[OPTION_HELP]) {
        help_print(arguments->verb, stdout);
        return SMSCLIENT_OK;
    }
    if (arguments_ask_version(arguments)) {
        printf("smsctl %s\n", smsclient_version());
        return SMSCLIENT_OK;
    }
    if (!arguments->verb)
        return bad_usage("A verb is missing.");
    read = console_start(console);
    return read == SMSCLIENT_OK ? paging_run(console) : read;
}

/* There, 2 means changes; whether it was read or not. */
static bool is_detailed(int argc, char *const argv[])
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], option_rows[OPTION_DETAILED_EXITCODE].name) == 0)
            return true;
    }
    return false;
}

int main(int argc, char *argv[])
{
    SCOPED(console_close)
    struct console console = {.output = {OUTPUT_TABLE, true, stdout},
                              .errors = stderr};
    enum smsclient_result result;

    if (!console_has_streams())
        return (int)SMSCLIENT_FAILED;
    if (arguments_read(argc, argv, &console.arguments) != STATUS_OK) {
        result = bad_usage(console.arguments.problem);
        return (int)(is_detailed(argc, argv) ? SMSCLIENT_FAILED : result);
    }
    console.output.has_headings = !console.arguments.values[OPTION_NO_HEADINGS];
    result = run(&console);
    if (console_finish(&console) != SMSCLIENT_OK)
        result = SMSCLIENT_FAILED;
    return (int)result;
}
