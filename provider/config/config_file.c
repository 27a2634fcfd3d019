#include "provider/config/config_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static mode_t forbidden_by(enum config_guard guard, const struct stat *file)
{
    if (guard == CONFIG_GUARD_WRITE)
        return 022;
    return guard == CONFIG_GUARD_CREDENTIAL &&
                   (file->st_gid == 0 || file->st_gid == getegid())
               ? 037
               : 077;
}

static bool check_owner(struct config_checker *c, struct policy_place place,
                        const char *path, const struct stat *file,
                        enum config_guard guard)
{
    const mode_t forbidden = forbidden_by(guard, file);

    if (file->st_uid != 0 && file->st_uid != geteuid())
        messages_error(c->messages, place,
                       "%s belongs to user %u, neither root nor the provider: "
                       "change its owner",
                       path, (unsigned)file->st_uid);
    if (file->st_mode & forbidden)
        messages_error(c->messages, place,
                       "%s may be %s by others (mode %04o): run chmod %s", path,
                       guard == CONFIG_GUARD_WRITE ? "changed" : "read",
                       (unsigned)(file->st_mode & 07777),
                       guard == CONFIG_GUARD_WRITE ? "go-w" : "600");
    return (file->st_uid == 0 || file->st_uid == geteuid()) &&
           !(file->st_mode & forbidden);
}

bool config_file_check(struct config_checker *c, struct policy_place place,
                       const char *path, mode_t kind, enum config_guard guard)
{
    struct stat file;

    if (stat(path, &file) != 0) {
        messages_error(c->messages, place, "%s: %s", path, strerror(errno));
        return false;
    }
    if ((file.st_mode & S_IFMT) != kind) {
        messages_error(c->messages, place, "%s is not a %s", path,
                       kind == S_IFDIR ? "directory" : "file");
        return false;
    }
    if (access(path, R_OK) != 0)
        messages_error(c->messages, place, "%s: %s", path, strerror(errno));
    return check_owner(c, place, path, &file, guard) && access(path, R_OK) == 0;
}

void config_file_check_parent(struct config_checker *c,
                              struct policy_place place, const char *path)
{
    char *parent = arena_text(c->arena, text_of(path));
    char *slash = parent ? strrchr(parent, '/') : NULL;
    struct stat directory;

    if (!slash || slash == parent)
        return;
    *slash = '\0';
    if (stat(parent, &directory) != 0)
        messages_error(c->messages, place, "%s: %s", parent, strerror(errno));
    else if (!S_ISDIR(directory.st_mode))
        messages_error(c->messages, place, "%s is not a directory", parent);
}

const char *config_file_beside_store(struct config_checker *c, const char *name)
{
    const char *store = c->config->store_path;
    const char *slash = strrchr(store, '/');
    const int length = slash ? (int)(slash - store) : 1;

    return arena_format(c->arena, "%.*s/%s", length, slash ? store : ".", name);
}
