/* System calls: what seccomp stops. */
#include "tests/unit/confine/trespass.h"

#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "provider/base/own.h"

enum { PAGE_BYTES = 4096 };

static int of(long result)
{
    return result >= 0 ? 0 : errno;
}

/* An act that is one system call, its arguments being of no matter. */
#define CALL(name, ...)                                                        \
    static int call_##name(const struct trespass_site *site)                   \
    {                                                                          \
        (void)site;                                                            \
        return of(syscall(SYS_##name, __VA_ARGS__));                           \
    }
CALL(ptrace, PTRACE_ATTACH, getppid(), 0, 0)
CALL(process_vm_readv, getppid(), NULL, 0, NULL, 0, 0)
CALL(process_vm_writev, getppid(), NULL, 0, NULL, 0, 0)
CALL(pidfd_getfd, -1, 0, 0)
CALL(bpf, 0, NULL, 0)
CALL(perf_event_open, NULL, 0, -1, -1, 0)
CALL(userfaultfd, 0)
CALL(init_module, NULL, 0, "")
CALL(finit_module, -1, "", 0)
CALL(delete_module, "", 0)
CALL(kexec_load, 0, 0, NULL, 0)
CALL(swapon, "", 0)
CALL(open_by_handle_at, -1, NULL, 0)
CALL(mount, "", "", "", 0, NULL)
CALL(umount2, "", 0)
CALL(pivot_root, "", "")
CALL(open_tree, -1, "", 0)
CALL(chroot, "/")
CALL(setns, -1, 0)
CALL(unshare, CLONE_NEWUSER)
CALL(clock_settime, 0, NULL)
CALL(memfd_create, "x", 0)
CALL(keyctl, 0, 0, 0, 0, 0)
CALL(personality, 0)
CALL(setuid, getuid())
CALL(capset, NULL, NULL)
CALL(mknodat, -1, "x", 0, 0)
CALL(fchmodat, -1, "x", 0)
CALL(symlinkat, "x", -1, "x")
CALL(linkat, -1, "x", -1, "y", 0)
CALL(io_uring_setup, 1, NULL)
CALL(inotify_init1, 0)
CALL(seccomp, 99, 0, NULL)

static int run_program(const struct trespass_site *site)
{
    char *const words[] = {(char[]){"true"}, NULL};
    char *const none[] = {NULL};

    (void)site;
    return of(execve("/bin/true", words, none));
}

static int make_process(const struct trespass_site *site)
{
    const pid_t pid = fork();

    (void)site;
    if (pid == 0)
        _exit(0);
    return pid > 0 ? of(waitpid(pid, NULL, 0)) : errno;
}

static void *nothing(void *context)
{
    return context;
}

static int make_thread(const struct trespass_site *site)
{
    pthread_t thread;
    const int error = pthread_create(&thread, NULL, nothing, NULL);

    (void)site;
    return error ? error : pthread_join(thread, NULL);
}

static int map_code(const struct trespass_site *site)
{
    (void)site;
    return mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE | PROT_EXEC,
                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
               ? errno
               : 0;
}

static int turn_to_code(const struct trespass_site *site)
{
    void *page = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    (void)site;
    return of(mprotect(page, PAGE_BYTES, PROT_READ | PROT_WRITE | PROT_EXEC));
}

static int make_code(const struct trespass_site *site)
{
    void *page = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    (void)site;
    return of(mprotect(page, PAGE_BYTES, PROT_READ | PROT_EXEC));
}

static int open_socket(int family, int type)
{
    const int fd = socket(family, type | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return errno;
    close(fd);
    return 0;
}

#define SOCKET(name, family, type)                                             \
    static int name(const struct trespass_site *site)                          \
    {                                                                          \
        (void)site;                                                            \
        return open_socket(family, type);                                      \
    }
SOCKET(local_socket, AF_UNIX, SOCK_STREAM)
SOCKET(stream_socket, AF_INET6, SOCK_STREAM)
SOCKET(raw_socket, AF_INET, SOCK_RAW)
SOCKET(packet_socket, AF_PACKET, SOCK_RAW)
SOCKET(netlink_socket, AF_NETLINK, SOCK_RAW)
SOCKET(cipher_socket, AF_ALG, SOCK_SEQPACKET)
SOCKET(machine_socket, AF_VSOCK, SOCK_STREAM)

static int bind_port(const struct trespass_site *site)
{
    const struct sockaddr address = {.sa_family = AF_INET};
    const int fd = socket(AF_INET, SOCK_STREAM, 0);

    (void)site;
    return of(bind(fd, &address, sizeof(address)));
}

static int kill_parent(const struct trespass_site *site)
{
    (void)site;
    return of(syscall(SYS_tgkill, getppid(), getppid(), SIGWINCH));
}

static int signal_itself(const struct trespass_site *site)
{
    (void)site;
    return of(syscall(SYS_tgkill, getpid(), getpid(), SIGWINCH));
}

static int allow_core(const struct trespass_site *site)
{
    const struct rlimit none = {0, 0};

    (void)site;
    return of(setrlimit(RLIMIT_CORE, &none));
}

static int become_readable(const struct trespass_site *site)
{
    (void)site;
    return of(prctl(PR_SET_DUMPABLE, 1));
}

static int type_for_others(const struct trespass_site *site)
{
    (void)site;
    return of(ioctl(STDIN_FILENO, TIOCSTI, "x")) == EPERM ? EPERM : 0;
}

static int look_up_name(const struct trespass_site *site)
{
    (void)site;
    return getpwuid(0) ? 0 : ENOENT;
}

static int look_up_host(const struct trespass_site *site)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    const int error = getaddrinfo("localhost", "443", &hints, &found);

    (void)site;
    if (found)
        freeaddrinfo(found);
    return error;
}

static int load_library(const struct trespass_site *site)
{
    (void)site;
    return dlopen("libnss_compat.so.2", RTLD_NOW | RTLD_LOCAL) ? 0 : ENOENT;
}

#define KILLED TRESPASS_KILLED
#define ANY    TRESPASS_ANY

const struct trespass_row trespass_calls[] = {
    /* What it must still be able to do. */
    {"makes a thread", make_thread, 0, 0, 0},
    {"looks up a user", look_up_name, 0, 0, ENOENT},
    {"looks up a host", look_up_host, 0, 0, ANY},
    {"loads a name service", load_library, 0, 0, ANY},
    {"uses a local socket", local_socket, 0, 0, EPERM},
    {"uses a network socket", stream_socket, 0, 0, EPERM},
    {"signals itself", signal_itself, 0, 0, 0},
    {"makes a process", make_process, EPERM, 0, EPERM},
    {"runs a program", run_program, KILLED, 0, KILLED},

    {"maps code that it can write", map_code, EPERM, EPERM, EPERM},
    {"makes its data code", turn_to_code, EPERM, EPERM, EPERM},
    {"makes code of what it wrote", make_code, EPERM, 0, EPERM},
    {"sends raw packets", raw_socket, EPERM, EPERM, EPERM},
    {"reads all packets", packet_socket, EPERM, EPERM, EPERM},
    {"uses the kernel's ciphers", cipher_socket, EPERM, EPERM, EPERM},
    {"talks to the machine's host", machine_socket, EPERM, EPERM, EPERM},
    {"changes the network", netlink_socket, EPERM, 0, EPERM},
    {"opens a port", bind_port, EPERM, 0, EPERM},
    {"signals a thread of its parent", kill_parent, EPERM, EPERM, EPERM},
    {"sets a limit", allow_core, EPERM, 0, EPERM},
    {"makes itself readable", become_readable, EPERM, 0, EPERM},
    {"types for others", type_for_others, EPERM, 0, EPERM},
    {"hides a file", call_memfd_create, EPERM, ANY, EPERM},
    {"uses the kernel's keys", call_keyctl, EPERM, ANY, EPERM},
    {"changes its personality", call_personality, EPERM, 0, EPERM},
    {"changes its user", call_setuid, EPERM, 0, EPERM},
    {"changes its capabilities", call_capset, EPERM, ANY, EPERM},
    {"makes a device", call_mknodat, EPERM, ANY, EPERM},
    {"changes the mode of a path", call_fchmodat, EPERM, ANY, EPERM},
    {"makes a symbolic link", call_symlinkat, EPERM, ANY, EPERM},
    {"makes a hard link", call_linkat, EPERM, ANY, EPERM},
    {"watches files", call_inotify_init1, EPERM, 0, EPERM},
    {"changes its filter", call_seccomp, EPERM, ANY, EPERM},
    {"uses rings", call_io_uring_setup, ENOSYS, ANY, EPERM},

    {"traces its parent", call_ptrace, KILLED, KILLED, KILLED},
    {"reads its parent's memory", call_process_vm_readv, KILLED, KILLED,
     KILLED},
    {"writes its parent's memory", call_process_vm_writev, KILLED, KILLED,
     KILLED},
    {"takes a descriptor", call_pidfd_getfd, KILLED, KILLED, KILLED},
    {"runs code in the kernel", call_bpf, KILLED, KILLED, KILLED},
    {"looks into the kernel", call_perf_event_open, KILLED, KILLED, KILLED},
    {"stops the kernel half-way", call_userfaultfd, KILLED, KILLED, KILLED},
    {"loads a module", call_init_module, KILLED, KILLED, KILLED},
    {"loads a module's file", call_finit_module, KILLED, KILLED, KILLED},
    {"removes a module", call_delete_module, KILLED, KILLED, KILLED},
    {"replaces the kernel", call_kexec_load, KILLED, KILLED, KILLED},
    {"swaps", call_swapon, KILLED, KILLED, KILLED},
    {"opens a file without its path", call_open_by_handle_at, KILLED, KILLED,
     KILLED},
    {"mounts", call_mount, KILLED, KILLED, KILLED},
    {"unmounts", call_umount2, KILLED, KILLED, KILLED},
    {"changes the root", call_pivot_root, KILLED, KILLED, KILLED},
    {"copies a mount", call_open_tree, KILLED, KILLED, KILLED},
    {"enters another root", call_chroot, KILLED, KILLED, KILLED},
    {"enters a container", call_setns, KILLED, KILLED, KILLED},
    {"makes a container", call_unshare, KILLED, KILLED, KILLED},
    {"sets the clock", call_clock_settime, KILLED, KILLED, KILLED},
};
const unsigned trespass_n_calls = ARRAY_SIZE(trespass_calls);
