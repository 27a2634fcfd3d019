/*
 * The daemon's column is a list of what it may do, everything else is refused;
 * and so is the signer's, which reads key files and answers on its lanes.
 * The PAM worker's is a list of what it may not: modules of the host use the
 * system as they like. The keeper's is that without containers: a worker is a
 * program of the host's choice, which may put itself into one first.
 *
 * A row with bounds holds only if they do. Arguments that the kernel takes as
 * int are compared as such.
 */
#include "provider/confine/call_table.h"

#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "provider/base/own.h"

#define D       (1U << CONFINE_DAEMON)
#define P       (1U << CONFINE_PAM)
#define K       (1U << CONFINE_KEEPER)
#define S       (1U << CONFINE_SIGNER)
#define CHECKED CALL_CHECKED

/* clang-format off */
#define MAY(roles, name, why)   {roles, CALL_ALLOWED, name, why, {{0}}}
#define KILLS(roles, name, why) {roles, CALL_KILLS, name, why, {{0}}}
#define NOT(roles, name, why)   {roles, CALL_REFUSED, name, why, {{0}}}
#define MAY_IF(roles, name, why, ...)                                          \
    {roles, CALL_ALLOWED, name, why, {__VA_ARGS__}}
#define NOT_IF(roles, name, why, ...)                                          \
    {roles, CALL_REFUSED, name, why, {__VA_ARGS__}}
#define ABSENT(roles, name, why) {roles, CALL_ABSENT, name, why, {{0}}}
/* clang-format on */

#define INT UINT32_MAX
#define IS(i, value)                                                           \
    {                                                                          \
        (i), INT, (uint64_t)(value)                                            \
    }
#define HAS(i, bits)                                                           \
    {                                                                          \
        (i), (uint64_t)(bits), (uint64_t)(bits)                                \
    }
#define LACKS(i, m)                                                            \
    {                                                                          \
        (i), (uint64_t)(m), 0                                                  \
    }

enum { WRITE_EXEC = PROT_WRITE | PROT_EXEC, SOCKET_TYPE = 0xf };

const struct call_row call_table[] = {
    /* Memory. */
    MAY(D | S, "brk", "the heap"),
    MAY_IF(D | S, "mmap", "data", LACKS(2, WRITE_EXEC)),
    MAY_IF(D | S, "mmap", "data that is written", {2, WRITE_EXEC, PROT_WRITE}),
    MAY_IF(D, "mmap", "code of a name service that is loaded late",
           {2, WRITE_EXEC, PROT_EXEC}),
    NOT_IF(P | K, "mmap", "code that could be written", HAS(2, WRITE_EXEC)),
    MAY(D | S, "munmap", "memory is given back"),
    MAY(D | S, "mremap", "long answers grow"),
    MAY(D | S, "madvise", "the heap gives pages back"),
    MAY_IF(D | S, "mprotect", "stacks of threads, never code",
           LACKS(2, PROT_EXEC)),
    NOT_IF(P | K, "mprotect", "code that could be written", HAS(2, WRITE_EXEC)),

    /* Threads. */
    MAY_IF(D | S, "clone", "a thread, never a process", HAS(0, CLONE_THREAD)),
    ABSENT(D | S, "clone3", "its flags cannot be judged: clone is used"),
    MAY(D | S, "set_robust_list", "each thread begins with it"),
    MAY(D | S, "rseq", "each thread begins with it"),
    MAY(D, "set_tid_address", "each thread begins with it"),
    MAY(D | S, "futex", "locks"),
    MAY(D | S, "sched_yield", "locks"),
    MAY_IF(D, "setpriority", "long reads step back", IS(0, PRIO_PROCESS)),
    MAY(D | S, "sched_getaffinity", "how many processors there are"),
    MAY(D, "getcpu", "the heap of this processor"),
    MAY(D, "membarrier", "locks of libraries"),
    MAY(D | S, "gettid", "names of threads"),
    MAY(D | S, "exit", "a thread ends"),
    MAY(D | S, "exit_group", "the process ends"),
    MAY_IF(D, "prctl", "a thread is named", IS(0, PR_SET_NAME)),
    MAY_IF(D, "prctl", "a thread's name", IS(0, PR_GET_NAME)),
    MAY_IF(D | S, "prctl", "pages of the heap are named", IS(0, 0x53564d41)),

    /* Signals. */
    MAY(D | S, "rt_sigaction", "handlers"),
    MAY(D | S, "rt_sigprocmask", "threads block signals"),
    MAY(D | S, "rt_sigreturn", "handlers return"),
    MAY(D, "rt_sigtimedwait", "name services wait"),
    MAY(D | S, "sigaltstack", "stacks of handlers"),
    MAY(D | S, "restart_syscall", "after a stop"),
    MAY(D, "pause", "threads wait"),

    /* Time and chance. */
    MAY(D | S, "clock_gettime", "time"),
    MAY(D, "clock_getres", "time"),
    MAY(D, "gettimeofday", "time"),
    MAY(D, "time", "time"),
    MAY(D, "clock_nanosleep", "the store waits for a lock"),
    MAY(D, "nanosleep", "the store waits for a lock"),
    MAY(D | S, "getrandom", "keys, names and nonces"),

    /* What it is. */
    MAY(D | S, "getpid", "itself"),
    MAY(D, "getppid", "itself"),
    MAY(D, "getuid", "files must be its own"),
    MAY(D, "geteuid", "files must be its own"),
    MAY(D, "getgid", "files must be its own"),
    MAY(D, "getegid", "files must be its own"),
    MAY(D, "getresuid", "libraries ask whether they are privileged"),
    MAY(D, "getresgid", "libraries ask whether they are privileged"),
    MAY(D, "getgroups", "name services ask"),
    MAY(D, "uname", "the host's name"),
    MAY(D, "sysinfo", "how much memory there is"),
    MAY(D, "getrlimit", "how many descriptors there may be"),
    MAY_IF(D, "prlimit64", "the same, never another limit", {2, UINT64_MAX, 0}),
    MAY(D, "getrusage", "CPU time of requests"),
    MAY(D, "times", "CPU time of requests"),
    MAY(D, "umask", "the replay cache of Kerberos"),

    /* Files: those of confine_files(). */
    MAY(D, "open", "files"),
    MAY(D | S, "openat", "files"),
    MAY(D | S, "close", "files"),
    MAY(D, "close_range", "files"),
    MAY(D | S, "read", "files and sockets"),
    MAY(D, "readv", "files and sockets"),
    MAY(D, "pread64", "pages of the store"),
    MAY(D, "preadv", "pages of the store"),
    MAY(D | S, "write", "files and sockets"),
    MAY(D, "writev", "files and sockets"),
    MAY(D, "pwrite64", "pages of the store"),
    MAY(D, "pwritev", "pages of the store"),
    MAY(D | S, "lseek", "files"),
    MAY(D, "stat", "files"),
    MAY(D, "lstat", "files"),
    MAY(D | S, "fstat", "files"),
    MAY(D | S, "newfstatat", "files"),
    MAY(D, "statx", "files"),
    MAY(D, "statfs", "libraries ask for the kind of a disk"),
    MAY(D, "fstatfs", "libraries ask for the kind of a disk"),
    MAY(D, "access", "files"),
    MAY(D, "faccessat", "files"),
    MAY(D, "faccessat2", "files"),
    MAY(D, "readlink", "paths"),
    MAY(D, "readlinkat", "paths"),
    MAY(D, "getcwd", "paths"),
    MAY(D, "getdents64", "the directory of policy files"),
    MAY(CHECKED, "getdents", "the threads there are"),
    MAY(D, "fcntl", "locks of the store, flags of descriptors"),
    MAY(D, "flock", "one provider for each store"),
    MAY(D, "fsync", "what is acknowledged is on disk"),
    MAY(D, "fdatasync", "what is acknowledged is on disk"),
    MAY(D, "ftruncate", "the log of the store"),
    MAY(D, "fallocate", "the index of the log"),
    MAY(D, "fadvise64", "files are read ahead"),
    MAY(D, "unlink", "the mark of an orderly end; its socket"),
    MAY(D, "unlinkat", "the mark of an orderly end; its socket"),
    MAY(D, "rename", "the mark of an orderly end"),
    MAY(D, "renameat", "the mark of an orderly end"),
    MAY(D, "renameat2", "the mark of an orderly end"),
    MAY(D, "fchmod", "the store's files are its owner's alone"),
    MAY(D, "fchown", "the store's files have one owner, if that is root"),
    MAY(D, "dup", "descriptors"),
    MAY(D, "dup2", "descriptors"),
    MAY(D, "dup3", "descriptors"),
    MAY(D, "pipe2", "threads wake each other"),
    MAY(D, "eventfd2", "threads wake each other"),
    MAY_IF(D, "ioctl", "a socket does not block", IS(1, FIONBIO)),
    MAY_IF(D, "ioctl", "how much there is to read", IS(1, FIONREAD)),
    MAY_IF(D, "ioctl", "is it a terminal?", IS(1, TCGETS)),
    MAY_IF(D, "ioctl", "closed in other programs", IS(1, FIOCLEX)),

    /* Waiting. */
    MAY(D, "poll", "sockets of libraries"),
    MAY(D, "ppoll", "sockets of libraries"),
    MAY(D, "select", "sockets of libraries"),
    MAY(D, "pselect6", "sockets of libraries"),
    MAY(D, "epoll_create1", "the loops"),
    MAY(D, "epoll_ctl", "the loops"),
    MAY(D, "epoll_wait", "the loops"),
    MAY(D, "epoll_pwait", "the loops"),
    MAY(D, "epoll_pwait2", "the loops"),

    /* Sockets: to name services, key sets and the PAM worker. */
    MAY_IF(D, "socket", "name services, the journal", IS(0, AF_UNIX)),
    MAY_IF(D, "socket", "key sets over TCP", IS(0, AF_INET),
           {1, SOCKET_TYPE, SOCK_STREAM}),
    MAY_IF(D, "socket", "names over UDP", IS(0, AF_INET),
           {1, SOCKET_TYPE, SOCK_DGRAM}),
    MAY_IF(D, "socket", "key sets over TCP", IS(0, AF_INET6),
           {1, SOCKET_TYPE, SOCK_STREAM}),
    MAY_IF(D, "socket", "names over UDP", IS(0, AF_INET6),
           {1, SOCKET_TYPE, SOCK_DGRAM}),
    NOT_IF(P | K, "socket", "packets of their own", IS(0, AF_INET),
           {1, SOCKET_TYPE, SOCK_RAW}),
    NOT_IF(P | K, "socket", "packets of their own", IS(0, AF_INET6),
           {1, SOCKET_TYPE, SOCK_RAW}),
    NOT_IF(P | K, "socket", "packets of others", IS(0, AF_PACKET)),
    NOT_IF(P | K, "socket", "the kernel's own ciphers", IS(0, AF_ALG)),
    NOT_IF(P | K, "socket", "hosts of this machine", IS(0, AF_VSOCK)),
    MAY_IF(D, "socketpair", "a conversation of the PAM worker", IS(0, AF_UNIX)),
    MAY(D, "connect", "to ports of confine_files()"),
    MAY(D, "accept", "the listener for monitoring"),
    MAY(D, "accept4", "connections"),
    MAY(D, "listen", "each loop on its socket, bound before"),
    MAY(D | S, "shutdown", "connections"),
    MAY(D | S, "sendto", "sockets"),
    MAY(D, "sendmsg", "sockets; a conversation to the PAM worker"),
    MAY(D, "sendmmsg", "both questions for a name at once"),
    MAY(D, "sendfile", "the listener for monitoring"),
    MAY(D | S, "recvfrom", "sockets"),
    MAY(D, "recvmsg", "sockets"),
    MAY(D, "recvmmsg", "sockets"),
    MAY(D, "getsockopt", "the peer's user"),
    MAY(D, "setsockopt", "connections"),
    MAY(D, "getsockname", "addresses"),
    MAY(D, "getpeername", "addresses"),

    /* Newer ways that libraries try first. */
    ABSENT(D, "io_uring_setup", "the loops use epoll"),
    ABSENT(D | S, "openat2", "openat is used"),
    ABSENT(D, "futex_waitv", "futex is used"),

    /* A leak check stops its own threads and looks at their memory. */
    MAY(CHECKED, "clone", "its process"),
    MAY(CHECKED, "ptrace", "it stops every thread"),
    MAY(CHECKED, "wait4", "it waits for each"),
    MAY(CHECKED, "process_vm_readv", "is this memory there?"),
    MAY(CHECKED, "prctl", "it may look into the process"),
    MAY(CHECKED, "kill", "it stops every thread"),
    MAY(CHECKED, "tgkill", "it stops every thread"),
    MAY(CHECKED, "tkill", "it stops every thread"),
    MAY(CHECKED, "mprotect", "pages without access"),
    MAY(CHECKED, "mincore", "is this memory there?"),
    MAY(CHECKED, "arch_prctl", "registers"),
    MAY(CHECKED, "pipe", "is this memory there?"),

    /* Nothing of ours, nor of a library, ever does these. */
    KILLS(D | P | K | S, "ptrace", "looks into other processes"),
    KILLS(D | P | K | S, "process_vm_readv", "looks into other processes"),
    KILLS(D | P | K | S, "process_vm_writev", "changes other processes"),
    KILLS(D | P | K | S, "pidfd_getfd", "takes descriptors of other processes"),
    KILLS(D | P | K | S, "bpf", "runs code in the kernel"),
    KILLS(D | P | K | S, "perf_event_open", "looks into the kernel"),
    KILLS(D | P | K | S, "userfaultfd", "stops the kernel half-way"),
    KILLS(D | P | K | S, "init_module", "loads code into the kernel"),
    KILLS(D | P | K | S, "finit_module", "loads code into the kernel"),
    KILLS(D | P | K | S, "delete_module", "changes the kernel"),
    KILLS(D | P | K | S, "kexec_load", "replaces the kernel"),
    KILLS(D | P | K | S, "kexec_file_load", "replaces the kernel"),
    KILLS(D | P | K | S, "reboot", "ends the host"),
    KILLS(D | P | K | S, "swapon", "writes memory to disk"),
    KILLS(D | P | K | S, "swapoff", "changes the host"),
    KILLS(D | P | K | S, "iopl", "uses devices directly"),
    KILLS(D | P | K | S, "ioperm", "uses devices directly"),
    KILLS(D | P | K | S, "open_by_handle_at", "opens files without their path"),
    KILLS(D | P | K | S, "settimeofday", "the clock is the host's"),
    KILLS(D | P | K | S, "clock_settime", "the clock is the host's"),
    KILLS(D | P | S, "mount", "changes what paths mean"),
    KILLS(D | P | S, "umount2", "changes what paths mean"),
    KILLS(D | P | S, "pivot_root", "changes what paths mean"),
    KILLS(D | P | S, "move_mount", "changes what paths mean"),
    KILLS(D | P | S, "open_tree", "changes what paths mean"),
    KILLS(D | P | S, "fsopen", "changes what paths mean"),
    KILLS(D | P | S, "chroot", "changes what paths mean"),
    KILLS(D | P | S, "setns", "enters another container"),
    KILLS(D | P | S, "unshare", "makes a container"),
    KILLS(D | S, "execve", "another program: only the PAM worker's keeper"),
    KILLS(D | S, "execveat", "another program: only the PAM worker's keeper"),
};

const size_t call_table_size = ARRAY_SIZE(call_table);

enum call_answer call_table_rest(enum confine_role role)
{
    return role == CONFINE_DAEMON || role == CONFINE_SIGNER ? CALL_REFUSED
                                                            : CALL_ALLOWED;
}
