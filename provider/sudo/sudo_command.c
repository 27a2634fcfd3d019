#include "provider/sudo/sudo_command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- Paths ---- */

/* The path with its directory as it really is, and the name kept: by its name a
 * program may be another. False: there is no such directory. */
static bool make_plain(const char *path, char out[PATH_MAX])
{
    const char *name = strrchr(path, '/') + 1;
    const size_t size = (size_t)(name - path);
    char directory[PATH_MAX];
    char real[PATH_MAX];
    int made;

    if (size >= sizeof(directory) || !*name || strcmp(name, ".") == 0 ||
        strcmp(name, "..") == 0)
        return false;
    memcpy(directory, path, size);
    directory[size] = '\0';
    if (!realpath(directory, real))
        return false;
    made = snprintf(out, PATH_MAX, "%s/%s", real[1] ? real : "", name);
    return made > 0 && made < PATH_MAX;
}

static bool is_program(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && S_ISREG(info.st_mode) &&
           (info.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH));
}

static bool take(const char *path, char out[PATH_MAX])
{
    if (make_plain(path, out) && is_program(out))
        return true;
    out[0] = '\0';
    return false;
}

/* In each directory of the secure path in turn. */
static void search(const char *name, const char *secure_path,
                   char out[PATH_MAX])
{
    for (const char *at = secure_path; *at;) {
        const size_t size = strcspn(at, ":");
        char path[PATH_MAX];
        const int made =
            snprintf(path, sizeof(path), "%.*s/%s", (int)size, at, name);

        if (*at == '/' && made > 0 && (size_t)made < sizeof(path) &&
            take(path, out))
            return;
        at += size;
        at += *at == ':';
    }
}

bool sudo_command_find(char *const *argv, const char *secure_path,
                       struct sudo_command *command_out)
{
    const char *typed = argv[0];

    command_out->path[0] = '\0';
    command_out->args = argv + 1;
    if (!*typed || strlen(typed) >= PATH_MAX)
        return false;
    if (!strchr(typed, '/')) {
        search(typed, secure_path, command_out->path);
        return true;
    }
    if (typed[0] != '/')
        return false;
    (void)take(typed, command_out->path);
    return true;
}

/* ---- Rules ---- */

/* The rule's next word; its size, 0 at the end. */
static size_t next_word(const char **words)
{
    *words += strspn(*words, " \t");
    return strcspn(*words, " \t");
}

static bool is_path(const struct sudo_command *command, const char *word,
                    size_t size)
{
    char path[PATH_MAX];
    char plain[PATH_MAX];

    if (!command->path[0] || size >= sizeof(path) || *word != '/')
        return false;
    memcpy(path, word, size);
    path[size] = '\0';
    return make_plain(path, plain) && strcmp(plain, command->path) == 0;
}

bool sudo_command_is(const struct sudo_command *command, const char *words)
{
    char *const *arg = command->args;
    size_t size = next_word(&words);

    if (!is_path(command, words, size))
        return false;
    for (;;) {
        words += size;
        size = next_word(&words);
        if (size == 3 && strncmp(words, "...", 3) == 0)
            return true;
        if (!size || !*arg)
            return !size && !*arg;
        if (strlen(*arg) != size || memcmp(*arg, words, size) != 0)
            return false;
        arg++;
    }
}

/* ---- Whose it is ---- */

enum { LINKS_MAX = 16 };

/* On the way to a program: what was gone, and what is left to go. */
struct way {
    char done[PATH_MAX];
    char rest[PATH_MAX];
    unsigned n_links;
};

/* Goes where a link at its next place leads. */
static bool follow(struct way *way, const char *next)
{
    char to[PATH_MAX];
    char rest[PATH_MAX];
    const ssize_t size = readlink(next, to, sizeof(to) - 1);
    int made;

    if (size <= 0 || way->n_links++ == LINKS_MAX)
        return false;
    to[size] = '\0';
    made = snprintf(rest, sizeof(rest), "%s/%s", to, way->rest);
    if (made < 0 || (size_t)made >= sizeof(rest))
        return false;
    memcpy(way->rest, rest, (size_t)made + 1);
    if (to[0] == '/')
        way->done[0] = '\0';
    return true;
}

/* One step. False: others than root can change what is there. */
static bool step(struct way *way, const char *name)
{
    char next[PATH_MAX];
    struct stat info;
    const int made = snprintf(next, sizeof(next), "%s/%s", way->done, name);

    if (made < 0 || (size_t)made >= sizeof(next) || lstat(next, &info) != 0 ||
        info.st_uid != 0)
        return false;
    if (S_ISLNK(info.st_mode))
        return follow(way, next);
    memcpy(way->done, next, (size_t)made + 1);
    return !(info.st_mode & (S_IWGRP | S_IWOTH));
}

/* The name that comes next, cut off. */
static void next_name(struct way *way, char name[NAME_MAX + 1])
{
    const size_t slashes = strspn(way->rest, "/");
    const size_t size = strcspn(way->rest + slashes, "/");
    const char *at = way->rest + slashes;

    snprintf(name, NAME_MAX + 1, "%.*s", (int)size, at);
    memmove(way->rest, at + size, strlen(at + size) + 1);
}

bool sudo_command_is_roots(const struct sudo_command *command)
{
    struct way way = {.done = ""};
    char name[NAME_MAX + 1];

    snprintf(way.rest, sizeof(way.rest), "%s", command->path);
    for (next_name(&way, name); *name; next_name(&way, name)) {
        char *slash = strrchr(way.done, '/');

        if (strcmp(name, ".") == 0)
            continue;
        if (strcmp(name, "..") != 0) {
            if (!step(&way, name))
                return false;
        } else if (slash) {
            *slash = '\0';
        }
    }
    return way.done[0];
}
