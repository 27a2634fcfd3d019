/*
 * smsprovider-pam: the one process that talks to PAM.
 *
 *     provider --control socket (fd 0)--> this process --fork--> one child
 *     a conversation
 *
 * Modules block, crash and change their process as they like; each runs in a
 * child that is killed at its deadline, so a stuck one stalls one sign-in
 * (T50), and when the provider closes it, so that nothing runs for whoever
 * hung up. Every packet on the control socket is one new conversation and
 * brings its socket with it. When the provider goes, so does everything here.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "auth/pam_conversation.h"
#include "provider/base/clock.h"
#include "provider/base/own.h"
#include "provider/confine/confine.h"

enum {
    CONTROL_FD = STDIN_FILENO,
    CHILDREN_MAX = 256,
    TIMEOUT_MIN_MS = 100,
    TIMEOUT_MAX_MS = 10 * 60 * 1000,
};

struct child {
    pid_t pid;
    int64_t deadline_ms;
    int fd; /* of its conversation too: notices when the provider closes it */
};

static struct child children[CHILDREN_MAX];
static size_t n_children;

/* The socket of a new conversation; -1 if the control socket has ended; 0,
 * which is the control socket itself, if nothing came. */
static int receive_conversation(void)
{
    char byte;
    struct iovec part = {&byte, 1};
    union {
        struct cmsghdr head;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control;
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof(control.bytes)};
    const ssize_t size = recvmsg(CONTROL_FD, &message, MSG_CMSG_CLOEXEC);
    const struct cmsghdr *head;
    int fd;

    if (size == 0 || (size < 0 && errno != EINTR && errno != EAGAIN))
        return -1;
    head = size > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    if (!head || head->cmsg_level != SOL_SOCKET ||
        head->cmsg_type != SCM_RIGHTS ||
        head->cmsg_len != CMSG_LEN(sizeof(int)))
        return 0;
    memcpy(&fd, CMSG_DATA(head), sizeof(fd));
    return fd;
}

_Noreturn static void be_child(int fd)
{
    /* Ends with the worker, however that ends. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)setsid(); /* and what its modules start, with it */
    for (size_t i = 0; i < n_children; i++)
        close(children[i].fd);
    close(CONTROL_FD);
    (void)open("/dev/null", O_RDONLY); /* modules expect a standard input */
    pam_conversation_run(fd);
    _exit(0);
}

static void start_child(int fd, int64_t timeout_ms)
{
    pid_t pid;

    if (n_children == CHILDREN_MAX) {
        close(fd); /* the provider reads the end and refuses */
        return;
    }
    pid = fork();
    if (pid == 0)
        be_child(fd);
    if (pid > 0)
        children[n_children++] =
            (struct child){pid, clock_mono_ms() + timeout_ms, fd};
    else
        close(fd);
}

/* With what its modules left behind. */
static void kill_child(const struct child *child)
{
    kill(child->pid, SIGKILL);
    kill(-child->pid, SIGKILL);
}

static bool has_ended(const struct child *child)
{
    siginfo_t info = {.si_pid = 0};

    return waitid(P_PID, (id_t)child->pid, &info,
                  WEXITED | WNOHANG | WNOWAIT) != 0 ||
           info.si_pid != 0;
}

/* Its number is its own until it is waited for. The conversation is ended for
 * all who have it. */
static void drop_child(struct child *child)
{
    kill_child(child);
    (void)waitpid(child->pid, NULL, 0);
    (void)shutdown(child->fd, SHUT_RDWR);
    close(child->fd);
    *child = children[--n_children];
}

static void reap(void)
{
    for (size_t i = n_children; i-- > 0;) {
        if (clock_mono_ms() >= children[i].deadline_ms) {
            kill_child(&children[i]);
            children[i].deadline_ms = INT64_MAX;
        }
        if (has_ended(&children[i]))
            drop_child(&children[i]);
    }
}

static void kill_all(void)
{
    for (size_t i = 0; i < n_children; i++)
        kill_child(&children[i]);
}

/* Until the next deadline; a child that ends interrupts the wait. */
static int wait_ms(void)
{
    int64_t nearest = INT64_MAX;

    for (size_t i = 0; i < n_children; i++)
        if (children[i].deadline_ms < nearest)
            nearest = children[i].deadline_ms;
    if (nearest == INT64_MAX)
        return n_children ? 1000 : -1;
    nearest -= clock_mono_ms();
    return nearest < 0 ? 0 : nearest > 1000 ? 1000 : (int)nearest;
}

/* Waits for a conversation, the end of one, or the next deadline. True: the
 * control socket is readable. */
static bool wait_for_any(void)
{
    struct pollfd fds[1 + CHILDREN_MAX] = {{CONTROL_FD, POLLIN, 0}};
    const size_t n = n_children;

    for (size_t i = 0; i < n; i++) /* not of one already killed */
        fds[1 + i].fd =
            children[i].deadline_ms == INT64_MAX ? -1 : children[i].fd;
    if (poll(fds, 1 + n, wait_ms()) <= 0)
        return false;
    for (size_t i = 0; i < n; i++)
        if (fds[1 + i].revents)
            children[i].deadline_ms = INT64_MIN;
    return fds[0].revents != 0;
}

static void note_child(int signal_number)
{
    (void)signal_number; /* only interrupts poll() */
}

int main(int argc, char **argv)
{
    const long timeout_ms = argc == 2 ? strtol(argv[1], NULL, 10) : 0;
    const struct sigaction on_child = {.sa_handler = note_child};
    int fd = 0;

    if (timeout_ms < TIMEOUT_MIN_MS || timeout_ms > TIMEOUT_MAX_MS) {
        fprintf(stderr, "This program is started by smsproviderd.\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    sigaction(SIGCHLD, &on_child, NULL);
    clearenv(); /* nothing from the environment of the provider's caller (T19)
                 */
    /* With every conversation's process. Files and programs are left to the
     * modules, which the host chose. */
    if (confine_helper(CONFINE_PAM) != STATUS_OK)
        return 1;
    while (fd >= 0) {
        if (wait_for_any()) {
            fd = receive_conversation();
            if (fd > 0)
                start_child(fd, timeout_ms);
        }
        reap();
    }
    kill_all();
    return 0;
}
