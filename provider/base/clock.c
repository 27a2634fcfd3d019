#include "provider/base/clock.h"

#include <time.h>

int64_t clock_wall_s(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec;
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
