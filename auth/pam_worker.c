/*
 * smsprovider-pam: the one process that talks to PAM.
 *
 *     provider --control socket (fd 0)--> this process --fork--> one child
 *     a conversation
 *
 * Modules block, crash and change their process as they like; each runs in a
 * child that is killed at its deadline, so a stuck one stalls one sign-in
 * (T50), and when the provider closes it, so that nothing runs for whoever
 * hung up. What they start ends with it, daemons too. Every packet on the
 * control socket is one new conversation and brings its socket with it. When
 * the provider goes, so does everything here.
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

#include "auth/leftover.h"
#include "auth/pam_conversation.h"
#include "provider/base/clock.h"
#include "provider/base/log.h"
#include "provider/base/own.h"
#include "provider/confine/confine.h"

enum {
    CONTROL_FD = STDIN_FILENO,
    CHILDREN_MAX = 256,
    TIMEOUT_MIN_MS = 100,
    TIMEOUT_MAX_MS = 10 * 60 * 1000,
    LOOK_MS = 10,      /* while something that was left behind is there */
    PIECE_BYTES = 512, /* of what modules print */
    PIECES_MAX = 8,
};

struct child {
    pid_t pid;
    int64_t deadline_ms;
    int fd; /* of its conversation too: notices when the provider closes it */
    int output; /* what its modules print; -1: nothing more is taken */
    int n_pieces;
};

static struct child children[CHILDREN_MAX];
static size_t n_children;
static struct leftover leftover;

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

/* Not the log itself, into which modules could write lines like ours. */
static void give_output(int output)
{
    if (output < 0)
        output = open("/dev/null", O_WRONLY);
    (void)dup2(output, STDOUT_FILENO);
    (void)dup2(output, STDERR_FILENO);
    if (output > STDERR_FILENO)
        close(output);
}

static void close_output(struct child *child)
{
    if (child->output >= 0)
        close(child->output);
    child->output = -1;
}

_Noreturn static void be_child(int fd, int output)
{
    /* Ends with the worker, however that ends. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)setsid();                   /* and what its modules start, with it */
    prctl(PR_SET_CHILD_SUBREAPER, 1); /* while it runs they are its own */
    for (size_t i = 0; i < n_children; i++) {
        close(children[i].fd);
        close_output(&children[i]);
    }
    give_output(output);
    close(CONTROL_FD);
    (void)open("/dev/null", O_RDONLY); /* modules expect a standard input */
    pam_conversation_run(fd);
    _exit(0);
}

static void start_child(int fd, int64_t timeout_ms)
{
    int output[2] = {-1, -1};
    pid_t pid;

    if (n_children == CHILDREN_MAX) {
        close(fd); /* the provider reads the end and refuses */
        return;
    }
    (void)!pipe2(output, O_CLOEXEC | O_NONBLOCK);
    pid = fork();
    if (pid == 0)
        be_child(fd, output[1]);
    if (output[1] >= 0)
        close(output[1]);
    children[n_children] =
        (struct child){pid, clock_mono_ms() + timeout_ms, fd, output[0], 0};
    if (pid > 0) {
        n_children++;
        return;
    }
    close_output(&children[n_children]);
    close(fd);
}

/* Each piece is one line of the log, as text; who prints much is not heard. */
static void take_output(struct child *child)
{
    char piece[PIECE_BYTES + 1];
    ssize_t size;

    while (child->output >= 0) {
        size = read(child->output, piece, PIECE_BYTES);
        if (size < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (size > 0) {
            piece[size] = '\0';
            log_warn("pam.output pid=%d text=%s", (int)child->pid, piece);
        }
        if (size <= 0 || ++child->n_pieces == PIECES_MAX)
            close_output(child);
    }
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
    take_output(child);
    close_output(child);
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

static bool is_conversation(const void *context, pid_t pid)
{
    (void)context;
    for (size_t i = 0; i < n_children; i++)
        if (children[i].pid == pid)
            return true;
    return false;
}

static void end_all(void)
{
    while (n_children)
        drop_child(&children[0]);
    leftover_end(&leftover, is_conversation, NULL);
}

/* Until the next deadline; a child that ends interrupts the wait. */
static int wait_ms(bool is_left)
{
    int64_t nearest = INT64_MAX;

    if (is_left)
        return LOOK_MS;

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
static bool wait_for_any(bool is_left)
{
    struct pollfd fds[1 + 2 * CHILDREN_MAX] = {{CONTROL_FD, POLLIN, 0}};
    const size_t n = n_children;

    for (size_t i = 0; i < n; i++) { /* not of one already killed */
        fds[1 + i].fd =
            children[i].deadline_ms == INT64_MAX ? -1 : children[i].fd;
        fds[1 + n + i] = (struct pollfd){children[i].output, POLLIN, 0};
    }
    if (poll(fds, 1 + 2 * n, wait_ms(is_left)) <= 0)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (fds[1 + i].revents)
            children[i].deadline_ms = INT64_MIN;
        if (fds[1 + n + i].revents)
            take_output(&children[i]);
    }
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
    bool is_left = false;
    int fd = 0;

    if (timeout_ms < TIMEOUT_MIN_MS || timeout_ms > TIMEOUT_MAX_MS) {
        fprintf(stderr, "This program is started by smsproviderd.\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    sigaction(SIGCHLD, &on_child, NULL);
    clearenv(); /* nothing from the environment of the provider's caller (T19)
                 */
    leftover_adopt(&leftover);
    /* With every conversation's process. Files and programs are left to the
     * modules, which the host chose. */
    if (confine_helper(CONFINE_PAM) != STATUS_OK)
        return 1;
    while (fd >= 0) {
        if (wait_for_any(is_left)) {
            fd = receive_conversation();
            if (fd > 0)
                start_child(fd, timeout_ms);
        }
        reap();
        is_left = leftover_kill(&leftover, is_conversation, NULL);
    }
    end_all();
    return 0;
}
