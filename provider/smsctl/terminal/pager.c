#include "provider/smsctl/terminal/pager.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOT_FOUND_STATUS = 127, NOT_RUNNABLE_STATUS = 126 };

const char *pager_command(void)
{
    const char *chosen = secure_getenv("SMSCTL_PAGER");

    if (!isatty(STDOUT_FILENO) || getauxval(AT_SECURE))
        return NULL;
    if (!chosen)
        chosen = secure_getenv("PAGER");
    if (!chosen)
        chosen = "less";
    return *chosen && strcmp(chosen, "cat") != 0 ? chosen : NULL;
}

/* Does it fit, a line of the terminal being left for the prompt? */
static bool is_long(struct text text)
{
    struct winsize size = {0};
    size_t n = 1;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0)
        return false;
    for (size_t i = 0; i < text.size; i++)
        n += text.data[i] == '\n';
    return n > size.ws_row;
}

static void print(struct text text)
{
    fwrite(text.data, 1, text.size, stdout);
    fflush(stdout);
}

/* In the child: the shell splits the command into words. */
static void become(const char *command, int fd)
{
    signal(SIGPIPE, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    setenv("LESS", "FRX", 0); /* colours; quits if all fits; no clearing */
    setenv("LV", "-c", 0);
    if (dup2(fd, STDIN_FILENO) < 0)
        _exit(NOT_RUNNABLE_STATUS);
    closefrom(STDERR_FILENO + 1);
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(NOT_FOUND_STATUS);
}

/* The reader may leave before the end: what is left is not written. */
static void write_all(int fd, struct text text)
{
    while (text.size) {
        const ssize_t n = write(fd, text.data, text.size);

        if (n <= 0)
            return;
        text.data += n;
        text.size -= (size_t)n;
    }
}

/* Until the pager ends, an interrupt is for it alone. */
static bool run(const char *command, struct text text)
{
    void (*before)(int);
    int ends[2], status = 0;
    pid_t child;

    if (pipe(ends) != 0)
        return false;
    before = signal(SIGINT, SIG_IGN);
    child = fork();
    if (child == 0)
        become(command, ends[0]);
    close(ends[0]);
    if (child > 0)
        write_all(ends[1], text);
    close(ends[1]);
    if (child > 0 && waitpid(child, &status, 0) != child)
        child = -1;
    signal(SIGINT, before);
    return child > 0 &&
           (!WIFEXITED(status) || (WEXITSTATUS(status) != NOT_FOUND_STATUS &&
                                   WEXITSTATUS(status) != NOT_RUNNABLE_STATUS));
}

void pager_show(const char *command, struct text text)
{
    fflush(stdout);
    if (!command || !is_long(text) || !run(command, text))
        print(text);
}
