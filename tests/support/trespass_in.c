/*
 * Makes one system call in another, running process: what that process is
 * allowed to do, tried from within it.
 *
 *     trespass_in TID NUMBER [ARGUMENT]...
 *
 * An argument is a number, or text after "t:" that is put on the other's stack.
 * The thread must be waiting in a system call. Prints the result, "-1 ERRNO",
 * or "killed".
 */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef __x86_64__
#error "the registers are those of x86-64"
#endif

enum {
    SYSCALL_BYTES = 2, /* of the instruction, before which it waits */
    STACK_BELOW_BYTES = 4096,
    TEXT_BYTES = 256,
    ARGUMENTS_MAX = 6,
};

static void fail(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(2);
}

static void put_text(pid_t tid, uint64_t at, const char *text)
{
    char bytes[TEXT_BYTES] = "";

    snprintf(bytes, sizeof(bytes), "%s", text);
    for (size_t i = 0; i < sizeof(bytes); i += sizeof(long)) {
        long word;

        memcpy(&word, bytes + i, sizeof(word));
        if (ptrace(PTRACE_POKEDATA, tid, at + i, word) != 0)
            fail("poke");
    }
}

static uint64_t argument_of(pid_t tid, const char *word, uint64_t *stack)
{
    if (strncmp(word, "t:", 2) != 0)
        return strtoull(word, NULL, 0);
    *stack -= TEXT_BYTES;
    put_text(tid, *stack, word + 2);
    return *stack;
}

static struct user_regs_struct call_of(pid_t tid,
                                       const struct user_regs_struct *before,
                                       char **words, int n)
{
    uint64_t stack = before->rsp - STACK_BELOW_BYTES;
    uint64_t arguments[ARGUMENTS_MAX] = {0};
    struct user_regs_struct call = *before;

    for (int i = 1; i < n && i <= ARGUMENTS_MAX; i++)
        arguments[i - 1] = argument_of(tid, words[i], &stack);
    call.rip -= SYSCALL_BYTES;
    call.orig_rax = (unsigned long long)-1; /* nothing to restart */
    call.rax = strtoull(words[0], NULL, 0);
    call.rdi = arguments[0];
    call.rsi = arguments[1];
    call.rdx = arguments[2];
    call.r10 = arguments[3];
    call.r8 = arguments[4];
    call.r9 = arguments[5];
    return call;
}

static void print_result(long long result)
{
    if (result < 0 && result > -4096)
        printf("-1 %lld\n", -result);
    else
        printf("%lld\n", result);
}

/* It has ended, as far as the tracer is told. */
static int has_ended(int how)
{
    return WIFSIGNALED(how) || WIFEXITED(how);
}

static void step(pid_t tid, const struct user_regs_struct *before,
                 const struct user_regs_struct *call)
{
    struct user_regs_struct after;
    int how = 0;

    if (ptrace(PTRACE_SETREGS, tid, NULL, call) != 0)
        fail("registers");
    if (ptrace(PTRACE_SINGLESTEP, tid, NULL, NULL) != 0)
        fail("step");
    if (waitpid(tid, &how, __WALL) != tid || has_ended(how)) {
        puts("killed");
        exit(0);
    }
    if (ptrace(PTRACE_GETREGS, tid, NULL, &after) != 0)
        fail("registers");
    print_result((long long)after.rax);
    if (ptrace(PTRACE_SETREGS, tid, NULL, before) != 0)
        fail("registers");
}

int main(int argc, char **argv)
{
    const pid_t tid = argc >= 3 ? atoi(argv[1]) : 0;
    struct user_regs_struct before, call;
    int how = 0;

    if (tid <= 0) {
        fputs("trespass_in TID NUMBER [ARGUMENT]...\n", stderr);
        return 2;
    }
    if (ptrace(PTRACE_ATTACH, tid, NULL, NULL) != 0)
        fail("attach");
    if (waitpid(tid, &how, __WALL) != tid || !WIFSTOPPED(how))
        fail("stop");
    if (ptrace(PTRACE_GETREGS, tid, NULL, &before) != 0)
        fail("registers");
    call = call_of(tid, &before, argv + 2, argc - 2);
    step(tid, &before, &call);
    ptrace(PTRACE_DETACH, tid, NULL, NULL);
    return 0;
}
