#include "provider/client/prompt.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "provider/base/own.h"

static void drop_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

/* One line; false when it does not fit or none came. */
static bool read_line(int fd, char *answer, size_t size)
{
    size_t n = 0;

    while (n < size) {
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

/* With echo off nobody may stop the program: the terminal would stay so. */
static bool read_unseen(int fd, char *answer, size_t size)
{
    struct termios usual, unseen;
    sigset_t blocked, before;
    bool got;

    if (tcgetattr(fd, &usual) != 0)
        return false;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGINT);
    sigaddset(&blocked, SIGTSTP);
    sigaddset(&blocked, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &blocked, &before);
    unseen = usual;
    unseen.c_lflag &= ~(tcflag_t)ECHO;
    (void)tcsetattr(fd, TCSAFLUSH, &unseen);
    got = read_line(fd, answer, size);
    (void)tcsetattr(fd, TCSAFLUSH, &usual);
    say(fd, "\n");
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return got;
}

bool prompt_ask(void *context, const char *text, bool echo, char *answer,
                size_t size)
{
    SCOPED(drop_fd) int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    bool got;

    (void)context;
    if (fd < 0 || size == 0)
        return false;
    say(fd, text);
    got = echo ? read_line(fd, answer, size) : read_unseen(fd, answer, size);
    if (!got)
        explicit_bzero(answer, size);
    return got;
}
