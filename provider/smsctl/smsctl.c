/*
 * smsctl: the console and scripting client of the SMS Provider.
 */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "provider/smsctl/console.h"
#include "provider/smsctl/help.h"
#include "provider/smsctl/paging.h"

/* Keeps a file opened later from becoming standard output by its number. */
static bool has_standard_streams(void)
{
    for (int fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) == -1 && errno == EBADF &&
            open("/dev/null", fd == 0 ? O_RDONLY : O_WRONLY) != fd)
            return false;
    }
    return true;
}

static enum smsclient_result bad_usage(const char *problem)
{
    fprintf(stderr,
            "smsctl: %s\n  next: run smsctl --help for verbs and options.\n",
            problem);
    return SMSCLIENT_USAGE;
}

static enum smsclient_result read_defaults(struct console *console)
{
    SCOPED(memory_drop) char *path = settings_path();
    SCOPED(buf_free) struct buf why = buf_make(1 << 20);

    if (defaults_read(&console->arguments, path, SETTINGS_SITE_PATH,
                      &console->defaults, &why) != STATUS_OK) {
        fwrite(buf_text(&why).data, 1, buf_text(&why).size, stderr);
        return console_fail(console, SMSCLIENT_USAGE,
                            "The settings cannot be used.");
    }
    return console_take_format(console, console_value(console, OPTION_OUTPUT));
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
    read = read_defaults(console);
    console->patience_s = arguments->verb->patience_s;
    return read == SMSCLIENT_OK ? paging_run(console) : read;
}

/* Output counts only once it is written. */
static enum smsclient_result flush_output(struct console *console)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return SMSCLIENT_OK;
    return console_fail(console, SMSCLIENT_FAILED,
                        "Standard output cannot be written: %s.",
                        strerror(errno));
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

    if (!has_standard_streams())
        return (int)SMSCLIENT_FAILED;
    /* For the width of characters in tables; nothing else uses the locale. */
    setlocale(LC_CTYPE, "");
    signal(SIGPIPE, SIG_IGN);
    if (arguments_read(argc, argv, &console.arguments) != STATUS_OK) {
        result = bad_usage(console.arguments.problem);
        return (int)(is_detailed(argc, argv) ? SMSCLIENT_FAILED : result);
    }
    console.output.has_headings = !console.arguments.values[OPTION_NO_HEADINGS];
    result = run(&console);
    if (flush_output(&console) != SMSCLIENT_OK)
        result = SMSCLIENT_FAILED;
    return (int)result;
}
