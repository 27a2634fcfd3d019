/*
 * Landlock, by its system calls: the C library has none, and the kernel's
 * header of Debian 12 is older than the kernels it meets.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/landlock.h>

#include "provider/base/log.h"
#include "provider/base/own.h"
#include "provider/confine/confine.h"

/* ---- What the kernel knows, by the number of its interface ---- */

enum { ABI_REFER = 2, ABI_TRUNCATE = 3, ABI_PORTS = 4, ABI_SCOPES = 6 };

/* Those that linux/landlock.h of 6.1 does not have. */
enum {
    FS_TRUNCATE = 1 << 14,
    PORT_BIND = 1 << 0,
    PORT_CONNECT = 1 << 1,
    SCOPE_ABSTRACT = 1 << 0,
    SCOPE_SIGNAL = 1 << 1,
    RULE_PORT = 2,
};

struct ruleset {
    uint64_t files;
    uint64_t ports;
    uint64_t scopes;
};

struct port_rule {
    uint64_t allowed;
    uint64_t port;
};

enum {
    ALL_V1 = (1 << 13) - 1,
    READ = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
    WRITE = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |
            LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_REMOVE_FILE |
            FS_TRUNCATE,
    OF_FILES = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE |
               FS_TRUNCATE, /* those that a rule for one file can have */
};

static struct ruleset handled(const struct confine_reach *reach, long abi)
{
    struct ruleset set = {0};

    if (!reach->is_open) {
        set.files = ALL_V1;
        if (abi >= ABI_REFER)
            set.files |= LANDLOCK_ACCESS_FS_REFER;
        if (abi >= ABI_TRUNCATE)
            set.files |= FS_TRUNCATE;
        if (abi >= ABI_PORTS)
            set.ports = PORT_BIND | PORT_CONNECT;
    }
    if (abi >= ABI_SCOPES)
        set.scopes = SCOPE_SIGNAL | (reach->has_abstract ? 0 : SCOPE_ABSTRACT);
    return set;
}

static size_t size_of(long abi)
{
    if (abi >= ABI_SCOPES)
        return sizeof(struct ruleset);
    return abi >= ABI_PORTS ? offsetof(struct ruleset, scopes)
                            : offsetof(struct ruleset, ports);
}

/* ---- Rules ---- */

static void fd_drop(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static enum status fail(const char *what)
{
    log_error("confine.files what=%s why=%s", what, strerror(errno));
    return STATUS_UNAVAILABLE;
}

/* What is not there, or cannot be looked at, is not opened later either. */
static enum status allow_tree(int ruleset, const char *path, uint64_t may)
{
    SCOPED(fd_drop) int fd = open(path, O_PATH | O_CLOEXEC);
    struct landlock_path_beneath_attr rule = {may, fd};
    struct stat about;

    if (fd < 0 || fstat(fd, &about) != 0)
        return STATUS_OK;
    if (!S_ISDIR(about.st_mode))
        rule.allowed_access &= OF_FILES;
    return syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH,
                   &rule, 0) == 0
               ? STATUS_OK
               : fail(path);
}

static enum status allow_trees(int ruleset, const struct ruleset *set,
                               const struct confine_reach *reach)
{
    for (size_t i = 0; i < reach->n_read; i++)
        TRY(allow_tree(ruleset, reach->read[i], READ & set->files));
    for (size_t i = 0; i < reach->n_write; i++)
        TRY(allow_tree(ruleset, reach->write[i], (READ | WRITE) & set->files));
    return STATUS_OK;
}

static enum status allow_ports(int ruleset, const uint16_t *ports, size_t n,
                               uint64_t may)
{
    for (size_t i = 0; i < n; i++) {
        const struct port_rule rule = {may, ports[i]};

        if (syscall(SYS_landlock_add_rule, ruleset, RULE_PORT, &rule, 0) != 0)
            return fail("port");
    }
    return STATUS_OK;
}

static enum status fill(int ruleset, const struct ruleset *set,
                        const struct confine_reach *reach)
{
    if (set->files)
        TRY(allow_trees(ruleset, set, reach));
    if (!set->ports)
        return STATUS_OK;
    TRY(allow_ports(ruleset, reach->bind, reach->n_bind, PORT_BIND));
    return allow_ports(ruleset, reach->connect, reach->n_connect, PORT_CONNECT);
}

enum status confine_files(const struct confine_reach *reach, bool *is_on_out)
{
    const long abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
                             LANDLOCK_CREATE_RULESET_VERSION);
    const struct ruleset set = handled(reach, abi);
    SCOPED(fd_drop) int ruleset = -1;

    *is_on_out = false;
    if (abi < 1) {
        log_warn("confine.files why=%s", "the kernel has no Landlock");
        return STATUS_OK;
    }
    if (!set.files && !set.scopes)
        return STATUS_OK;
    ruleset = (int)syscall(SYS_landlock_create_ruleset, &set, size_of(abi), 0);
    if (ruleset < 0)
        return fail("ruleset");
    TRY(fill(ruleset, &set, reach));
    if (syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)
        return fail("restrict");
    *is_on_out = true;
    return STATUS_OK;
}
