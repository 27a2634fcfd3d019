#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "provider/base/log.h"
#include "provider/base/own.h"
#include "provider/confine/call_table.h"
#include "provider/confine/confine.h"

static void filter_drop(scmp_filter_ctx *filter)
{
    if (*filter)
        seccomp_release(*filter);
}

static uint32_t action_of(enum call_answer answer)
{
    switch (answer) {
    case CALL_ALLOWED:
        return SCMP_ACT_ALLOW;
    case CALL_ABSENT:
        return SCMP_ACT_ERRNO(ENOSYS);
    case CALL_KILLS:
        return SCMP_ACT_KILL_PROCESS;
    case CALL_REFUSED:
        break;
    }
    return SCMP_ACT_ERRNO(EPERM);
}

/* 0, or a negative error. What the rest is answered with needs no rule. */
static int add_row(scmp_filter_ctx filter, const struct call_row *row,
                   enum call_answer rest)
{
    const int number = seccomp_syscall_resolve_name(row->name);
    struct scmp_arg_cmp bounds[CALL_BOUNDS_MAX];
    unsigned n = 0;

    if (number == __NR_SCMP_ERROR || row->answer == rest)
        return 0; /* not on this machine, or said already */
    for (size_t i = 0; i < CALL_BOUNDS_MAX; i++)
        if (row->bounds[i].mask != 0)
            bounds[n++] = (struct scmp_arg_cmp){
                row->bounds[i].argument, SCMP_CMP_MASKED_EQ,
                row->bounds[i].mask, row->bounds[i].value};
    return seccomp_rule_add_array(filter, action_of(row->answer), number, n,
                                  bounds);
}

static bool is_for_check(const char *name)
{
    for (size_t i = 0; i < call_table_size; i++)
        if (call_table[i].roles == CALL_CHECKED &&
            strcmp(call_table[i].name, name) == 0)
            return true;
    return false;
}

static bool is_wanted(const struct call_row *row, enum confine_role role,
                      bool is_checked)
{
    if (row->roles == CALL_CHECKED)
        return is_checked;
    return (row->roles & (1U << role)) != 0 &&
           !(is_checked && is_for_check(row->name));
}

/* Signals to itself: what abort() needs, and nothing else. */
static int add_abort(scmp_filter_ctx filter)
{
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                            SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()));
}

static int add_rows(scmp_filter_ctx filter, enum confine_role role,
                    bool is_checked)
{
    const enum call_answer rest = call_table_rest(role);
    int error = 0;

    for (size_t i = 0; error == 0 && i < call_table_size; i++)
        if (is_wanted(&call_table[i], role, is_checked))
            error = add_row(filter, &call_table[i], rest);
    if (error == 0 && rest != CALL_ALLOWED && !is_checked)
        error = add_abort(filter);
    return error;
}

/* Every thread, and the kernel's own log of what was refused. */
static int set_manner(scmp_filter_ctx filter)
{
    const int error = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);

    (void)seccomp_attr_set(filter, SCMP_FLTATR_CTL_LOG, 1);
    (void)seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
    return error ? error
                 : seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH,
                                    SCMP_ACT_KILL_PROCESS);
}

/* Does the kernel know filters? */
static bool is_there(void)
{
    return prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0;
}

enum status confine_calls(enum confine_role role, bool is_checked)
{
    SCOPED(filter_drop) scmp_filter_ctx filter = NULL;
    int error;

    if (!is_there()) {
        log_warn("confine.calls why=%s", "the kernel has no seccomp");
        return STATUS_OK;
    }
    filter = seccomp_init(action_of(call_table_rest(role)));
    if (!filter)
        return STATUS_NO_MEMORY;
    error = set_manner(filter);
    if (error == 0)
        error = add_rows(filter, role, is_checked);
    if (error == 0)
        error = seccomp_load(filter);
    if (error == 0)
        return STATUS_OK;
    log_error("confine.calls why=%s", strerror(error < 0 ? -error : error));
    return STATUS_UNAVAILABLE;
}

bool confine_is_checked(void)
{
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
    return true;
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return true;
#endif
    return false;
}
