/*
 * What a process and its children have used, as the kernel tells it.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

struct process_cpu {
    double user_s;
    double system_s;
};

/*
 * The process, its living children at any depth, and those it has waited for.
 * false when it cannot be read. Exact to a clock tick, a hundredth of a second.
 */
bool process_cpu_read(pid_t pid, struct process_cpu *cpu_out);
