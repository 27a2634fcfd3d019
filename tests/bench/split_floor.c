/*
 * What it would cost to parse the network in a process of its own: a line and
 * its answer passed between two processes, and nothing else done.
 *
 *     split-floor [LINES_AT_ONCE]
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* The bytes of a usual read and of its answer. */
enum { LINE_BYTES = 150, ANSWER_BYTES = 600, LINES = 200000, AT_ONCE_MAX = 64 };

static double cpu_us(int whose)
{
    struct rusage used;

    getrusage(whose, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e6 +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

static int send_all(int to, size_t size, int n)
{
    static const char bytes[ANSWER_BYTES];

    for (int i = 0; i < n; i++)
        if (send(to, bytes, size, MSG_NOSIGNAL) != (ssize_t)size)
            return 0;
    return 1;
}

static int receive_all(int from, int n)
{
    char bytes[ANSWER_BYTES];

    for (int i = 0; i < n; i++)
        if (recv(from, bytes, sizeof(bytes), 0) <= 0)
            return 0;
    return 1;
}

_Noreturn static void be_writer(int fd, int at_once)
{
    while (receive_all(fd, at_once) && send_all(fd, ANSWER_BYTES, at_once))
        ;
    _exit(0);
}

static int be_parser(int fd, int at_once)
{
    for (int i = 0; i < LINES / at_once; i++)
        if (!send_all(fd, LINE_BYTES, at_once) || !receive_all(fd, at_once))
            return 0;
    return 1;
}

int main(int argc, char **argv)
{
    const int at_once = argc > 1 ? atoi(argv[1]) : 1;
    int ends[2];

    if (at_once < 1 || at_once > AT_ONCE_MAX ||
        socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) != 0)
        return 2;
    if (fork() == 0) {
        close(ends[0]);
        be_writer(ends[1], at_once);
    }
    close(ends[1]);
    if (!be_parser(ends[0], at_once))
        return 1;
    close(ends[0]);
    wait(NULL);
    printf("%d at once: %.1f us of CPU a line, in both processes\n", at_once,
           (cpu_us(RUSAGE_SELF) + cpu_us(RUSAGE_CHILDREN)) / LINES);
    return 0;
}
