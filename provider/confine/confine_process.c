#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "provider/base/log.h"
#include "provider/confine/confine.h"

static enum status fail(const char *what)
{
    log_error("confine.process what=%s why=%s", what, strerror(errno));
    return STATUS_UNAVAILABLE;
}

/* Without the right to change the bounding set there is nothing in it that
 * could be had: no_new_privs is set. */
static void drop_bounding(uint64_t kept)
{
    for (unsigned i = 0; prctl(PR_CAPBSET_READ, i, 0, 0, 0) >= 0; i++)
        if (!(kept >> i & 1))
            (void)prctl(PR_CAPBSET_DROP, i, 0, 0, 0);
}

/* True: something was there that is not kept. */
static bool reduce(struct __user_cap_data_struct *sets, uint64_t kept)
{
    bool is_less = false;

    for (unsigned i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
        const uint32_t part = (uint32_t)(kept >> (32 * i));

        is_less |= (sets[i].permitted & ~part) != 0 ||
                   (sets[i].effective & ~part) != 0 || sets[i].inheritable != 0;
        sets[i].permitted &= part;
        sets[i].effective &= part;
        sets[i].inheritable = 0;
    }
    return is_less;
}

/* A service without any may not even ask to drop them. */
static enum status drop_capabilities(uint64_t kept)
{
    struct __user_cap_header_struct head = {.version =
                                                _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {{0}};

    if (syscall(SYS_capget, &head, sets) != 0)
        return fail("capget");
    drop_bounding(kept);
    (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    if (!reduce(sets, kept))
        return STATUS_OK;
    return syscall(SYS_capset, &head, sets) == 0 ? STATUS_OK : fail("capset");
}

enum status confine_process(uint64_t kept)
{
    const struct rlimit none = {0, 0};

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return fail("no_new_privs");
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return fail("dumpable");
    if (setrlimit(RLIMIT_CORE, &none) != 0)
        return fail("core");
    return drop_capabilities(kept);
}

enum status confine_helper(enum confine_role role)
{
    const struct confine_reach all = {.is_open = true, .has_abstract = true};
    bool is_on;

    TRY(confine_process(UINT64_MAX));
    TRY(confine_files(&all, &is_on));
    return confine_calls(role, confine_is_checked());
}
