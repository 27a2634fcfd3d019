#include "tests/bench/process_cpu.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct stat_line {
    pid_t parent;
    double user_s;
    double system_s;
    double waited_user_s; /* of children that have ended */
    double waited_system_s;
};

/* The fields behind the name, which may hold blanks and brackets itself. */
static bool read_stat(pid_t pid, struct stat_line *line_out)
{
    const double tick = (double)sysconf(_SC_CLK_TCK);
    char path[64], text[1024];
    unsigned long long user, system;
    long long child_user, child_system;
    const char *after;
    FILE *file;
    size_t size;
    int parent;

    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    file = fopen(path, "r");
    if (!file)
        return false;
    size = fread(text, 1, sizeof(text) - 1, file);
    fclose(file);
    text[size] = '\0';
    after = strrchr(text, ')');
    if (!after ||
        sscanf(after + 1,
               " %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu "
               "%llu %lld %lld",
               &parent, &user, &system, &child_user, &child_system) != 5)
        return false;
    line_out->parent = (pid_t)parent;
    line_out->user_s = (double)user / tick;
    line_out->system_s = (double)system / tick;
    line_out->waited_user_s = (double)child_user / tick;
    line_out->waited_system_s = (double)child_system / tick;
    return true;
}

static void add_children(pid_t parent, int depth, struct process_cpu *cpu)
{
    DIR *directory = depth > 4 ? NULL : opendir("/proc");
    const struct dirent *entry;

    while (directory && (entry = readdir(directory))) {
        const pid_t pid = (pid_t)atoi(entry->d_name);
        struct stat_line line;

        if (pid <= 0 || !read_stat(pid, &line) || line.parent != parent)
            continue;
        cpu->user_s += line.user_s + line.waited_user_s;
        cpu->system_s += line.system_s + line.waited_system_s;
        add_children(pid, depth + 1, cpu);
    }
    if (directory)
        closedir(directory);
}

bool process_cpu_read(pid_t pid, struct process_cpu *cpu_out)
{
    struct stat_line line;

    if (!read_stat(pid, &line))
        return false;
    *cpu_out = (struct process_cpu){line.user_s + line.waited_user_s,
                                    line.system_s + line.waited_system_s};
    add_children(pid, 0, cpu_out);
    return true;
}
