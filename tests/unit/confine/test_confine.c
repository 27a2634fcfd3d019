/*
 * The walls, tried from within: a process puts up the real walls of a role and
 * then does one thing that it may or may not do.
 */
#include "tests/unit/unit.h"

#include <errno.h>
#include <linux/capability.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "provider/confine/call_table.h"
#include "tests/unit/confine/trespass.h"

enum { NO_WALLS = 200, NO_LANDLOCK = 201 };

static struct trespass_site site;
static int listeners[2];

/* ---- The site ---- */

static void make_file(const char *folder, const char *name)
{
    char path[256];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = fopen(path, "w");
    assert_non_null(file);
    fputs("text\n", file);
    fclose(file);
}

static void make_folder(char path[128], const char *name)
{
    snprintf(path, 128, "/tmp/test_confine_%s.XXXXXX", name);
    assert_non_null(mkdtemp(path));
    make_file(path, "file");
    make_file(path, "spare");
}

static uint16_t listen_somewhere(int *fd_out)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(address);

    *fd_out = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(*fd_out, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(*fd_out, 128), 0);
    getsockname(*fd_out, (struct sockaddr *)&address, &size);
    return ntohs(address.sin_port);
}

static int set_up(void **state)
{
    (void)state;
    signal(SIGWINCH, SIG_IGN);
    make_folder(site.own, "own");
    make_folder(site.shown, "shown");
    make_folder(site.foreign, "foreign");
    site.near_port = listen_somewhere(&listeners[0]);
    site.far_port = listen_somewhere(&listeners[1]);
    return 0;
}

static int tear_down(void **state)
{
    char command[512];

    (void)state;
    close(listeners[0]);
    close(listeners[1]);
    snprintf(command, sizeof(command), "rm -rf %s %s %s", site.own, site.shown,
             site.foreign);
    return system(command);
}

/* ---- In a process of its own ---- */

static enum status wall_files(enum confine_role role, bool *is_on)
{
    const char *const read[] = {"/etc",   "/usr",  "/lib",
                                "/lib64", "/proc", site.shown};
    const char *const write[] = {site.own, "/there/is/none"};
    const struct confine_reach reach = {.read = read,
                                        .n_read = ARRAY_SIZE(read),
                                        .write = write,
                                        .n_write = ARRAY_SIZE(write),
                                        .connect = &site.near_port,
                                        .n_connect = 1};
    const struct confine_reach all = {.is_open = true, .has_abstract = true};
    const char *const shown[] = {site.own, site.shown};
    const struct confine_reach keys = {.read = shown,
                                       .n_read = ARRAY_SIZE(shown)};

    if (role == CONFINE_SIGNER)
        return confine_files(&keys, is_on);
    return confine_files(role == CONFINE_PAM ? &all : &reach, is_on);
}

static int act_within(enum confine_role role, trespass *act, bool has_calls)
{
    bool is_on = false;

    if (confine_process(UINT64_MAX) != STATUS_OK ||
        wall_files(role, &is_on) != STATUS_OK ||
        (has_calls && confine_calls(role, false) != STATUS_OK))
        return NO_WALLS;
    if (!has_calls && !is_on)
        return NO_LANDLOCK;
    return act(&site);
}

static int outcome_of(enum confine_role role, trespass *act, bool has_calls)
{
    const pid_t pid = fork();
    int how = 0;

    assert_true(pid >= 0);
    if (pid == 0)
        _exit(act_within(role, act, has_calls));
    assert_int_equal(waitpid(pid, &how, 0), pid);
    if (WIFSIGNALED(how) && WTERMSIG(how) == SIGSYS)
        return TRESPASS_KILLED;
    return WIFEXITED(how) ? WEXITSTATUS(how) : -WTERMSIG(how);
}

static int wanted_of(const struct trespass_row *row, enum confine_role role)
{
    if (role == CONFINE_SIGNER)
        return row->in_signer;
    return role == CONFINE_PAM ? row->in_pam : row->in_daemon;
}

static void try_rows(const struct trespass_row *rows, unsigned n,
                     enum confine_role role, bool has_calls)
{
    for (unsigned i = 0; i < n; i++) {
        const int wanted = wanted_of(&rows[i], role);
        const int got = outcome_of(role, rows[i].act, has_calls);

        if (got == NO_LANDLOCK)
            skip();
        if (got != wanted && (wanted != TRESPASS_ANY || got == TRESPASS_KILLED))
            fail_msg("%s: %d instead of %d", rows[i].name, got, wanted);
    }
}

static void daemon_reaches_its_own_files_and_ports_only(void **state)
{
    (void)state;
    try_rows(trespass_files, trespass_n_files, CONFINE_DAEMON, false);
}

static void pam_reaches_files_but_signals_nobody(void **state)
{
    (void)state;
    try_rows(trespass_files, trespass_n_files, CONFINE_PAM, false);
}

static void signer_reads_its_keys_only(void **state)
{
    (void)state;
    try_rows(trespass_files, trespass_n_files, CONFINE_SIGNER, false);
}

static void signer_makes_the_calls_of_its_table_only(void **state)
{
    (void)state;
    if (prctl(PR_GET_SECCOMP) < 0)
        skip();
    try_rows(trespass_calls, trespass_n_calls, CONFINE_SIGNER, true);
}

static void daemon_makes_the_calls_of_its_table_only(void **state)
{
    (void)state;
    if (prctl(PR_GET_SECCOMP) < 0)
        skip();
    try_rows(trespass_calls, trespass_n_calls, CONFINE_DAEMON, true);
}

static void pam_makes_no_hostile_calls(void **state)
{
    (void)state;
    if (prctl(PR_GET_SECCOMP) < 0)
        skip();
    try_rows(trespass_calls, trespass_n_calls, CONFINE_PAM, true);
}

/* ---- The process itself ---- */

static int look_at_itself(const struct trespass_site *unused)
{
    struct __user_cap_header_struct head = {.version =
                                                _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct sets[2] = {{0}};
    struct rlimit core = {1, 1};

    (void)unused;
    if (confine_process(UINT64_C(1) << CAP_NET_BIND_SERVICE) != STATUS_OK)
        return 1;
    if (prctl(PR_GET_DUMPABLE) != 0)
        return 2;
    if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
        return 3;
    if (getrlimit(RLIMIT_CORE, &core) != 0 || core.rlim_max != 0)
        return 4;
    if (syscall(SYS_capget, &head, sets) != 0)
        return 5;
    return (sets[0].effective & ~(1U << CAP_NET_BIND_SERVICE)) == 0 &&
                   sets[1].effective == 0 && sets[0].inheritable == 0
               ? 0
               : 6;
}

static void process_gives_up_its_privileges(void **state)
{
    const pid_t pid = fork();
    int how = 0;

    (void)state;
    if (pid == 0)
        _exit(look_at_itself(&site));
    assert_int_equal(waitpid(pid, &how, 0), pid);
    assert_int_equal(how, 0);
}

/* ---- The table ---- */

static void every_row_has_its_reason_and_a_role(void **state)
{
    (void)state;
    for (size_t i = 0; i < call_table_size; i++) {
        const unsigned roles = call_table[i].roles;

        assert_true(roles == CALL_CHECKED ||
                    (roles != 0 && roles < 1U << CONFINE_N_ROLES));
        assert_true(strlen(call_table[i].why) > 3);
    }
}

static void what_no_row_names_is_refused_to_daemon_and_signer(void **state)
{
    (void)state;
    assert_int_equal(call_table_rest(CONFINE_DAEMON), CALL_REFUSED);
    assert_int_equal(call_table_rest(CONFINE_SIGNER), CALL_REFUSED);
    assert_int_equal(call_table_rest(CONFINE_PAM), CALL_ALLOWED);
    assert_int_equal(call_table_rest(CONFINE_KEEPER), CALL_ALLOWED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signer_reads_its_keys_only),
        cmocka_unit_test(daemon_reaches_its_own_files_and_ports_only),
        cmocka_unit_test(pam_reaches_files_but_signals_nobody),
        cmocka_unit_test(signer_makes_the_calls_of_its_table_only),
        cmocka_unit_test(daemon_makes_the_calls_of_its_table_only),
        cmocka_unit_test(pam_makes_no_hostile_calls),
        cmocka_unit_test(process_gives_up_its_privileges),
        cmocka_unit_test(every_row_has_its_reason_and_a_role),
        cmocka_unit_test(what_no_row_names_is_refused_to_daemon_and_signer),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
