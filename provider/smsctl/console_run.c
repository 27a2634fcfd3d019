#include "provider/smsctl/console_run.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Keeps a file opened later from becoming standard output by its number. */
bool console_has_streams(void)
{
    /* For the width of characters in tables; nothing else uses the locale. */
    setlocale(LC_CTYPE, "");
    signal(SIGPIPE, SIG_IGN);
    for (int fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) == -1 && errno == EBADF &&
            open("/dev/null", fd == 0 ? O_RDONLY : O_WRONLY) != fd)
            return false;
    }
    return true;
}

enum smsclient_result console_start(struct console *console)
{
    SCOPED(memory_drop) char *path = settings_path();
    SCOPED(buf_free) struct buf why = buf_make(1 << 20);

    if (defaults_read(&console->arguments, path, SETTINGS_SITE_PATH,
                      &console->defaults, &why) != STATUS_OK) {
        fwrite(buf_text(&why).data, 1, buf_text(&why).size, stderr);
        return console_fail(console, SMSCLIENT_USAGE,
                            "The settings cannot be used.");
    }
    console->patience_s = console->arguments.verb->patience_s;
    return console_take_format(console, console_value(console, OPTION_OUTPUT));
}

enum smsclient_result console_finish(struct console *console)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return SMSCLIENT_OK;
    return console_fail(console, SMSCLIENT_FAILED,
                        "Standard output cannot be written: %s.",
                        strerror(errno));
}
