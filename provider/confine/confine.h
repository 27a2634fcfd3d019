/*
 * The walls around a process: what it may still ask of the kernel once it
 * serves.
 *
 *     confine_process()   no core dump, nobody looks into it, no new rights
 *     confine_files()     the files and ports it may open (Landlock)
 *     confine_calls()     the system calls it may make (seccomp)
 *
 * What a kernel or container does not have is left out with a log line; what it
 * has and refuses to do is a failure, and the process must not serve. Each step
 * holds for the calling thread and those it starts later; confine_calls() holds
 * for all of them. None can be taken back.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "provider/base/status.h"

/* Each has its column in call_table.c. */
enum confine_role {
    CONFINE_DAEMON = 0, /* after it has opened everything */
    CONFINE_PAM,        /* the PAM worker */
    CONFINE_KEEPER,     /* starts it */
    CONFINE_SIGNER,     /* holds private keys */
    CONFINE_N_ROLES,
};

/*
 * Gives up core dumps, being looked into (ptrace, /proc/PID/mem), every
 * capability except kept (a bit, or 0), and new ones from programs with the
 * setuid bit.
 */
MUST_CHECK
enum status confine_process(uint64_t kept);

/* Trees of files, and TCP ports. What is not there is skipped. */
struct confine_reach {
    const char *const *read; /* [n_read] */
    size_t n_read;
    const char *const *write; /* [n_write]: files are made and removed too */
    size_t n_write;
    const uint16_t *bind; /* [n_bind] */
    size_t n_bind;
    const uint16_t *connect; /* [n_connect] */
    size_t n_connect;
    bool is_open;      /* all files and ports: only what follows */
    bool has_abstract; /* may use abstract sockets of others */
};

/* Also: signals and abstract sockets only among what it starts. is_on_out: the
 * kernel has it. */
MUST_CHECK
enum status confine_files(const struct confine_reach *reach, bool *is_on_out);

/*
 * The system calls of a role. is_checked: a sanitizer's leak check will run at
 * the end, which looks into its own process.
 */
MUST_CHECK
enum status confine_calls(enum confine_role role, bool is_checked);

/*
 * All three for a helper of the daemon, whose files, ports and programs are the
 * host's choice: no signals to others, and the calls of its role.
 */
MUST_CHECK
enum status confine_helper(enum confine_role role);

/* Is this a build with such a leak check? */
bool confine_is_checked(void);
