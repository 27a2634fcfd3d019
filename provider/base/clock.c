#include "provider/base/clock.h"

#include <stdatomic.h>
#include <time.h>

#include "provider/base/mutant.h"

/* The latest time seen. */
static _Atomic int64_t latest_s;

static int64_t host_s(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec;
}

void clock_wall_keep(int64_t past_s)
{
    int64_t known_s = latest_s;

    while (past_s > known_s &&
           !atomic_compare_exchange_weak(&latest_s, &known_s, past_s))
        ;
}

int64_t clock_wall_s(void)
{
    const int64_t now_s = host_s();

    if (MUTANT("t12-clock-goes-back"))
        return now_s;
    clock_wall_keep(now_s);
    return latest_s;
}

int64_t clock_behind_s(void)
{
    return clock_wall_s() - host_s();
}

int64_t clock_wall_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_mono_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/*
 * Reading a thread's CPU clock is a system call; reading elapsed time is not.
 * Short spans count as elapsed time. After a long one, in which the thread may
 * have waited, and after a number of short ones, the kernel's clock is read.
 */
enum { SHORT_US = 1000, UNCHECKED_MAX_US = 10 * 1000 };

struct cpu_clock {
    int64_t us;           /* what was returned last */
    int64_t mono_us;      /* when */
    int64_t checked_us;   /* the kernel's value, when last read */
    int64_t unchecked_us; /* returned since then, as elapsed time */
};

static int64_t read_us(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void ask_kernel(struct cpu_clock *cpu)
{
    const int64_t now_us = read_us(CLOCK_THREAD_CPUTIME_ID);
    const int64_t missing_us = now_us - cpu->checked_us - cpu->unchecked_us;

    if (missing_us > 0)
        cpu->us += missing_us;
    cpu->checked_us = now_us;
    cpu->unchecked_us = 0;
}

int64_t clock_thread_us(void)
{
    static _Thread_local struct cpu_clock cpu;
    const int64_t now_us = read_us(CLOCK_MONOTONIC);
    const int64_t passed_us = now_us - cpu.mono_us;

    cpu.mono_us = now_us;
    if (passed_us < SHORT_US) {
        cpu.us += passed_us;
        cpu.unchecked_us += passed_us;
    }
    if (passed_us >= SHORT_US || cpu.unchecked_us >= UNCHECKED_MAX_US)
        ask_kernel(&cpu);
    return cpu.us;
}

int64_t clock_mono_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}
