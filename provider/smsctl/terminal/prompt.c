#include "provider/smsctl/terminal/prompt.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "provider/base/own.h"

/* Signals that end or stop the program; the terminal's echo is restored
 * first. */
static const int ending[] = {SIGINT,  SIGTERM, SIGHUP, SIGQUIT,
                             SIGTSTP, SIGTTIN, SIGTTOU};

static volatile sig_atomic_t caught;

static void catch_signal(int number)
{
    caught = number;
}

static void drop_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

/* Reads one line; false if it does not fit, none came, or a signal did. */
static bool read_line(int fd, char *answer, size_t size)
{
    size_t n = 0;

    while (n < size && !caught) {
        const ssize_t got = read(fd, answer + n, 1);

        if (got < 0 && errno == EINTR)
            continue;
        if (got != 1)
            return false;
        if (answer[n] == '\n') {
            answer[n] = '\0';
            return true;
        }
        n++;
    }
    return false;
}

static void say(int fd, const char *text)
{
    const ssize_t ignored = write(fd, text, strlen(text));

    (void)ignored;
}

static bool ask_seen(int fd, const char *text, char *answer, size_t size)
{
    say(fd, text);
    return read_line(fd, answer, size);
}

/* Reads one line with the terminal's echo off, and restores it in any case. The
 * question is printed after that: nothing typed later is lost or visible. */
static bool ask_unseen(int fd, const char *text, char *answer, size_t size)
{
    struct termios usual, unseen;
    bool got;

    if (tcgetattr(fd, &usual) != 0)
        return false;
    unseen = usual;
    unseen.c_lflag &= ~(tcflag_t)ECHO;
    if (tcsetattr(fd, TCSAFLUSH, &unseen) != 0)
        return false;
    say(fd, text);
    got = read_line(fd, answer, size);
    (void)tcsetattr(fd, TCSAFLUSH, &usual);
    say(fd, "\n");
    return got;
}

/* Raises a caught signal again, once its handler is restored. */
static bool ask_once(int fd, const char *text, bool echo, char *answer,
                     size_t size)
{
    struct sigaction before[ARRAY_SIZE(ending)];
    struct sigaction catching = {.sa_handler = catch_signal};
    bool got;

    caught = 0;
    sigemptyset(&catching.sa_mask);
    for (size_t i = 0; i < ARRAY_SIZE(ending); i++)
        sigaction(ending[i], &catching, &before[i]);
    got = echo ? ask_seen(fd, text, answer, size)
               : ask_unseen(fd, text, answer, size);
    for (size_t i = 0; i < ARRAY_SIZE(ending); i++)
        sigaction(ending[i], &before[i], NULL);
    if (caught)
        raise(caught);
    return got;
}

bool prompt_ask(void *context, const char *text, bool echo, char *answer,
                size_t size)
{
    SCOPED(drop_fd) int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    bool got;

    (void)context;
    if (fd < 0)
        return false;
    if (size == 0) {
        say(fd, text);
        say(fd, "\n");
        return true;
    }
    do
        got = ask_once(fd, text, echo, answer, size);
    while (!got && (caught == SIGTSTP || caught == SIGTTIN ||
                    caught == SIGTTOU)); /* asked again after the stop */
    if (!got)
        explicit_bzero(answer, size);
    return got;
}
