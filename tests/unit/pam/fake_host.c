#include "tests/unit/unit.h"

#include "tests/unit/pam/fake_host.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t daemon_pid;
static struct fake_host_seen *seen; /* shared with the daemon */

/* ---- The daemon ---- */

static struct login_reply reply_to(const struct fake_host *script, size_t turn,
                                   const struct login_request *asked)
{
    struct login_reply reply =
        script->replies[turn < script->n ? turn : script->n - 1];

    if (script->only) {
        const bool is_it = strcmp(script->only, asked->operation) == 0;

        reply = (struct login_reply){.verdict =
                                         is_it ? LOGIN_ALLOWED : LOGIN_DENIED,
                                     .text = "None of your roles has it."};
    }
    if (!reply.user[0])
        snprintf(reply.user, sizeof(reply.user), "%s", asked->user);
    return reply;
}

static void serve_one(const struct fake_host *script, int fd)
{
    char packet[LOGIN_PACKET_BYTES];
    static size_t n_answered;

    for (size_t i = script->counts_on ? n_answered : 0;; i++, n_answered++) {
        const size_t size =
            login_receive(fd, packet, login_now_ms() + 10 * 1000);
        struct login_request asked;
        struct login_reply reply;

        if (!size)
            return;
        if (script->is_silent)
            continue;
        if (script->bytes) {
            send(fd, script->bytes, script->n_bytes, MSG_NOSIGNAL);
            continue;
        }
        assert_true(login_request_read(packet, size, &asked));
        seen->last = asked;
        seen->n++;
        reply = reply_to(script, i, &asked);
        send(fd, packet, login_reply_write(&reply, packet), MSG_NOSIGNAL);
    }
}

static int listen_at(uid_t uid, const struct sockaddr_un *at, size_t size)
{
    const int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

    assert_int_equal(bind(fd, (const struct sockaddr *)at, (socklen_t)size), 0);
    assert_int_equal(seteuid(uid), 0);
    assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(seteuid(0), 0);
    return fd;
}

static int listen_for(const struct fake_host *script)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX, .sun_path = LOGIN_SOCKET};

    if (script->session)
        return listen_at(script->uid, &at,
                         login_session_address(script->session, &at));
    mkdir(LOGIN_DIRECTORY, 0755);
    unlink(LOGIN_SOCKET);
    return listen_at(script->uid, &at, sizeof(at));
}

void fake_host_end(void)
{
    if (daemon_pid > 0) {
        kill(daemon_pid, SIGKILL);
        waitpid(daemon_pid, NULL, 0);
    }
    daemon_pid = 0;
    unlink(LOGIN_SOCKET);
}

void fake_host_start(const struct fake_host *script)
{
    int listener;

    fake_host_end();
    listener = listen_for(script);
    daemon_pid = fork();
    if (daemon_pid == 0) {
        for (;;) {
            const int fd = accept(listener, NULL, NULL);

            serve_one(script, fd);
            close(fd);
        }
    }
    close(listener);
}

void fake_host_says(enum login_verdict verdict)
{
    const struct fake_host script = {
        .replies = {{.verdict = verdict, .text = "A sentence."}}, .n = 1};

    fake_host_start(&script);
}

const struct fake_host_seen *fake_host_seen(void)
{
    return seen;
}

/* ---- The namespace ---- */

void fake_host_write(const char *path, const char *text)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

int fake_host_enter(void **state)
{
    const uid_t uid = geteuid();
    char map[64];

    (void)state;
    seen = mmap(NULL, sizeof(*seen), PROT_READ | PROT_WRITE,
                MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (seen == MAP_FAILED ||
        unshare(uid == 0 ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER) != 0)
        return -1;
    if (uid != 0) {
        snprintf(map, sizeof(map), "0 %u 1", (unsigned)uid);
        fake_host_write("/proc/self/uid_map", map);
    }
    return mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
           mount("tmpfs", "/run", "tmpfs", 0, "mode=755") ||
           mount("tmpfs", "/etc", "tmpfs", 0, "mode=755") ||
           mkdir("/etc/smsprovider", 0755);
}
