/*
 * The name service of a test, preloaded into the program under test: accounts
 * and groups from the files NSS_FILES_PASSWD and NSS_FILES_GROUP.
 *
 * Each call reads the file anew, so a changed file counts at once and no state
 * is shared between threads. An account that no file names is an error
 * (ENOENT), as when a service of nsswitch.conf is away. One whose name begins
 * with "slow" is known without a file, once somebody holds the pipe
 * NSS_FILES_GATE open for writing: a name service that hangs.
 *
 * The paths are read before main, since the daemon clears its environment.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SLOW_ID = 1000, RECORD_MAX = 1024 * 1024 };

static char passwd_path[PATH_MAX];
static char group_path[PATH_MAX];
static char gate_path[PATH_MAX];

static void keep(char path[PATH_MAX], const char *name)
{
    const char *value = getenv(name);

    if (value && strlen(value) < PATH_MAX)
        memcpy(path, value, strlen(value) + 1);
}

__attribute__((constructor)) static void keep_paths(void)
{
    keep(passwd_path, "NSS_FILES_PASSWD");
    keep(group_path, "NSS_FILES_GROUP");
    keep(gate_path, "NSS_FILES_GATE");
}

static void wait_at_gate(void)
{
    int fd;

    do {
        fd = open(gate_path, O_RDONLY | O_CLOEXEC);
    } while (fd < 0 && errno == EINTR);
    if (fd >= 0)
        close(fd);
}

static int slow_account(const char *name, struct passwd *passwd, char *buffer,
                        size_t size, struct passwd **found_out)
{
    static char empty[] = "";

    if (strlen(name) >= size)
        return ERANGE;
    wait_at_gate();
    *passwd = (struct passwd){.pw_name = strcpy(buffer, name),
                              .pw_passwd = empty,
                              .pw_uid = SLOW_ID,
                              .pw_gid = SLOW_ID,
                              .pw_gecos = empty,
                              .pw_dir = empty,
                              .pw_shell = empty};
    *found_out = passwd;
    return 0;
}

int getpwnam_r(const char *name, struct passwd *passwd, char *buffer,
               size_t size, struct passwd **found_out)
{
    FILE *file;
    int error;

    *found_out = NULL;
    if (strncmp(name, "slow", 4) == 0)
        return slow_account(name, passwd, buffer, size, found_out);
    file = fopen(passwd_path, "re");
    if (!file)
        return errno;
    while ((error = fgetpwent_r(file, passwd, buffer, size, found_out)) == 0)
        if (strcmp(passwd->pw_name, name) == 0)
            break;
    fclose(file);
    if (error != 0)
        *found_out = NULL;
    return error;
}

/* The next record, however long; the buffer is RECORD_MAX bytes. */
static bool next_group(FILE *file, struct group *group, char *buffer)
{
    struct group *found;

    return fgetgrent_r(file, group, buffer, RECORD_MAX, &found) == 0;
}

static bool has_member(const struct group *group, const char *account)
{
    for (char **member = group->gr_mem; *member; member++)
        if (strcmp(*member, account) == 0)
            return true;
    return false;
}

int getgrouplist(const char *account, gid_t primary, gid_t *gids, int *n_gids)
{
    char *buffer = malloc(RECORD_MAX);
    FILE *file = fopen(group_path, "re");
    struct group group;
    const int room = *n_gids;
    int n = 0;

    if (room > 0)
        gids[0] = primary;
    n++;
    while (file && buffer && next_group(file, &group, buffer)) {
        if (group.gr_gid == primary || !has_member(&group, account))
            continue;
        if (n < room)
            gids[n] = group.gr_gid;
        n++;
    }
    if (file)
        fclose(file);
    free(buffer);
    *n_gids = n;
    return n > room ? -1 : n;
}

/* Reads into the caller's buffer: too small a one is ERANGE, as in libc. */
int getgrgid_r(gid_t gid, struct group *group, char *buffer, size_t size,
               struct group **found_out)
{
    char *scratch = malloc(RECORD_MAX);
    FILE *file = fopen(group_path, "re");
    int error = file && scratch ? 0 : ENOENT;
    long at = 0;

    *found_out = NULL;
    while (error == 0) {
        at = ftell(file);
        if (!next_group(file, group, scratch))
            error = ENOENT;
        else if (group->gr_gid == gid)
            break;
    }
    if (error == 0) {
        fseek(file, at, SEEK_SET);
        error = fgetgrent_r(file, group, buffer, size, found_out);
    }
    if (file)
        fclose(file);
    free(scratch);
    return error;
}
