/*
 * Reads policy files of a directory, opened once and safely: no symbolic link
 * in any part of the path, plain files and their directory owned by root or the
 * caller and not writable by anybody else, one link per file, read from the
 * descriptor that was checked. Rules T79, T85.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/set.h"
#include "provider/base/whole.h"

static void fd_drop(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static void dir_drop(DIR **dir)
{
    if (*dir)
        closedir(*dir);
}

/* Opens part by part; a symbolic link is not a directory here. */
static int open_directory(const char *path)
{
    SCOPED(memory_drop) char *parts = text_dup(text_of(path));
    SCOPED(fd_drop)
    int at = open(path[0] == '/' ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    char *rest = NULL;

    if (!parts)
        errno = ENOMEM;
    if (!parts || at < 0)
        return -1;
    for (char *part = strtok_r(parts, "/", &rest); part;
         part = strtok_r(NULL, "/", &rest)) {
        const int next =
            openat(at, part, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

        if (next < 0)
            return -1;
        close(at);
        at = next;
    }
    return openat(at, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* What makes it unsafe, or NULL. */
static const char *why_unsafe(const struct stat *info)
{
    const bool is_directory = S_ISDIR(info->st_mode);

    if (info->st_uid != 0 && info->st_uid != geteuid())
        return "is owned by neither root nor the service";
    if (info->st_mode & (S_IWGRP | S_IWOTH))
        return is_directory
                   ? "is writable by others; expected mode 0755 or stricter"
                   : "is writable by others; expected mode 0644 or stricter";
    return NULL;
}

static const char *why_unfit(const struct stat *info)
{
    if (!S_ISREG(info->st_mode))
        return "is not a plain file";
    if (info->st_nlink != 1)
        return "has more than one name (hard link)";
    if (info->st_size > YAML_FILE_MAX_BYTES)
        return "is larger than 8 MiB";
    return why_unsafe(info);
}

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

static bool ends_in(struct text name, struct text end)
{
    return name.size > end.size &&
           text_equal((struct text){name.data + name.size - end.size, end.size},
                      end);
}

/* Hidden files and leftovers of editors and package managers are not policy. */
static bool is_policy_name(struct text name)
{
    if (name.data[0] == '.' || name.data[0] == '#')
        return false;
    return ends_in(name, TEXT(".yaml"));
}

/* Names that were probably meant as policy files. */
static bool is_nearly_policy_name(struct text name)
{
    const char *dot = memrchr(name.data, '.', name.size);
    struct text end;

    if (!dot || name.data[0] == '.' || name.data[0] == '#' ||
        is_policy_name(name))
        return false;
    end = (struct text){dot, name.size - (size_t)(dot - name.data)};
    return text_equal_nocase(end, TEXT(".yml")) ||
           text_equal_nocase(end, TEXT(".yaml"));
}

static bool is_plain_name(struct text name)
{
    for (size_t i = 0; i < name.size; i++)
        if (!is_plain(name.data[i]))
            return false;
    return true;
}

static enum status add_file(struct policy_set *set, int directory,
                            const char *name, struct policy_place place)
{
    SCOPED(buf_free) struct buf text = buf_make(YAML_FILE_MAX_BYTES + 131072);
    SCOPED(fd_drop)
    int fd = openat(directory, name,
                    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    struct stat info;
    const char *why;

    if (fd < 0 || fstat(fd, &info) != 0) {
        messages_error(&set->messages, place, "cannot be opened: %s",
                       errno == ELOOP ? "a symbolic link" : strerror(errno));
        return STATUS_OK;
    }
    why = why_unfit(&info);
    if (why) {
        messages_error(&set->messages, place, "%s", why);
        return STATUS_OK;
    }
    if (whole_read(fd, &text) != STATUS_OK) {
        messages_error(&set->messages, place, "cannot be read whole");
        return STATUS_OK;
    }
    return policy_set_add(set, place.file, buf_text(&text));
}

static enum status add_entry(struct policy_set *set, int directory,
                             const char *path, const char *name)
{
    const struct text text = text_of(name);
    struct policy_place place = {.file = NULL};

    if (is_nearly_policy_name(text))
        messages_warn(&set->messages, place,
                      "%s in %s is left out; policy files end in .yaml",
                      message_quote(set->arena, text), path);
    if (!is_policy_name(text))
        return STATUS_OK;
    if (!is_plain_name(text)) {
        messages_error(&set->messages, place,
                       "the name %s has more than letters, digits, '-', '_' "
                       "and '.'",
                       message_quote(set->arena, text));
        return STATUS_OK;
    }
    place.file = arena_format(set->arena, "%s/%s", path, name);
    if (!place.file)
        return arena_status(set->arena);
    return add_file(set, directory, name, place);
}

static enum status add_entries(struct policy_set *set, DIR *dir,
                               const char *path)
{
    size_t n = 0;

    for (;;) {
        const struct dirent *entry;

        errno = 0;
        entry = readdir(dir);
        if (!entry)
            return errno ? STATUS_UNAVAILABLE : STATUS_OK;
        if (++n > 10 * SET_FILES_MAX)
            return STATUS_LIMIT;
        TRY(add_entry(set, dirfd(dir), path, entry->d_name));
    }
}

enum status policy_set_add_directory(struct policy_set *set, const char *path)
{
    const char *name = arena_text(set->arena, text_of(path));
    SCOPED(dir_drop) DIR *dir = NULL;
    int fd = open_directory(path);
    struct stat info;
    const char *why;

    if (fd >= 0 && !(dir = fdopendir(fd)))
        close(fd);
    if (!dir || fstat(dirfd(dir), &info) != 0) {
        messages_error(&set->messages, (struct policy_place){.file = name},
                       "cannot be opened: %s",
                       errno == ELOOP || errno == ENOTDIR
                           ? "not a directory, or through a symbolic link"
                           : strerror(errno));
        return STATUS_UNAVAILABLE;
    }
    why = why_unsafe(&info);
    if (why)
        messages_error(&set->messages, (struct policy_place){.file = name},
                       "%s", why);
    return add_entries(set, dir, path);
}
