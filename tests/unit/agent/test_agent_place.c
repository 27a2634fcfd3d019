#include "tests/unit/unit.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "provider/agent/agent_place.h"

enum { WAITING_MAX = 64, WHY_BYTES = 1024 };

static void remove_place(const struct agent_place *place)
{
    unlink(place->path);
    rmdir(place->directory);
}

static struct agent_place make_place(struct buf *why)
{
    char directory[] = "/tmp/sms-place-XXXXXX";
    char path[sizeof(directory) + sizeof("/socket")];
    struct agent_place place;

    assert_non_null(mkdtemp(directory));
    snprintf(path, sizeof(path), "%s/socket", directory);
    assert_int_equal(agent_place_find(path, &place, why), STATUS_OK);
    return place;
}

static int open_listener(const struct agent_place *place)
{
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_un at = {.sun_family = AF_UNIX};

    strcpy(at.sun_path, place->path);
    assert_int_equal(bind(fd, (const struct sockaddr *)&at, sizeof(at)), 0);
    assert_int_equal(listen(fd, 0), 0);
    return fd;
}

/* As many as there is room for; how many. */
static size_t fill(const struct agent_place *place, int fds[WAITING_MAX])
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    size_t n = 0;

    strcpy(to.sun_path, place->path);
    for (; n < WAITING_MAX; n++) {
        fds[n] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (connect(fds[n], (const struct sockaddr *)&to, sizeof(to)) != 0)
            break;
    }
    assert_true(n < WAITING_MAX);
    close(fds[n]);
    return n;
}

static pid_t start_to_connect(const struct agent_place *place)
{
    SCOPED(buf_free) struct buf why = buf_make(WHY_BYTES);
    const pid_t pid = fork();
    int fd;

    if (pid == 0)
        _exit(agent_place_connect(place, &fd, &why) == STATUS_OK ? 0 : 1);
    return pid;
}

/* Does it wait for something, or is it over? */
static bool is_at_rest(pid_t pid)
{
    char path[64];
    char line[256] = "";
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    file = fopen(path, "re");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof(line), file));
    (void)fclose(file);
    return strstr(line, ") S ") || strstr(line, ") Z ");
}

static void whoever_comes_while_many_wait_waits_too(void **state)
{
    SCOPED(buf_free) struct buf why = buf_make(WHY_BYTES);
    const struct agent_place place = make_place(&why);
    const int listener = open_listener(&place);
    int fds[WAITING_MAX];
    const size_t n = fill(&place, fds);
    const pid_t pid = start_to_connect(&place);
    int ended = 0;

    (void)state;
    assert_true(pid > 0);
    while (!is_at_rest(pid))
        sched_yield();
    for (size_t i = 0; i < n; i++) {
        close(accept4(listener, NULL, NULL, SOCK_CLOEXEC));
        close(fds[i]);
    }
    assert_int_equal(waitpid(pid, &ended, 0), pid);
    assert_int_equal(ended, 0);
    close(listener);
    remove_place(&place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whoever_comes_while_many_wait_waits_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
