#include "provider/agent/agent_place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "provider/base/own.h"

enum {
    DIRECTORY_MODE = 0700,
    BACKLOG = 64,
    CONNECT_S = 5,
    SEND_BYTES = 256 * 1024,
};

static const char folder[] = "smsprovider";
static const char name[] = "agent.sock";

static void drop_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static enum status refuse(struct buf *why, enum status status, const char *path,
                          const char *what)
{
    buf_append_format(why, "%s: %s", path, what);
    return status;
}

/* ---- Where ---- */

/* The directory that the system keeps for this user alone. */
static enum status find_runtime(char *out, size_t size)
{
    const char *said = secure_getenv("XDG_RUNTIME_DIR");
    struct stat info;

    if (said && said[0] == '/')
        snprintf(out, size, "%s", said);
    else
        snprintf(out, size, "/run/user/%u", (unsigned)geteuid());
    if (stat(out, &info) != 0 || !S_ISDIR(info.st_mode) ||
        info.st_uid != geteuid())
        return STATUS_NOT_FOUND; /* another user's, as after su */
    return STATUS_OK;
}

static enum status take_given(const char *given, struct agent_place *place,
                              struct buf *why)
{
    const char *slash = strrchr(given, '/');

    if (given[0] != '/' || slash == given || !slash[1])
        return refuse(why, STATUS_INVALID, given,
                      "the absolute path of a socket is needed");
    if (strlen(given) > AGENT_PATH_MAX_BYTES)
        return refuse(why, STATUS_INVALID, given, "the path is too long");
    place->is_given = true;
    snprintf(place->path, sizeof(place->path), "%s", given);
    snprintf(place->directory, sizeof(place->directory), "%.*s",
             (int)(slash - given), given);
    return STATUS_OK;
}

enum status agent_place_find(const char *given, struct agent_place *place_out,
                             struct buf *why)
{
    char runtime[AGENT_PATH_MAX_BYTES];
    int size;

    *place_out = (struct agent_place){.is_given = false};
    if (given)
        return take_given(given, place_out, why);
    TRY(find_runtime(runtime, sizeof(runtime)));
    size = snprintf(place_out->path, sizeof(place_out->path), "%s/%s/%s",
                    runtime, folder, name);
    if (size < 0 || (size_t)size >= sizeof(place_out->path))
        return STATUS_NOT_FOUND;
    size = snprintf(place_out->directory, sizeof(place_out->directory), "%s/%s",
                    runtime, folder);
    return size < 0 || (size_t)size >= sizeof(place_out->directory)
               ? STATUS_NOT_FOUND
               : STATUS_OK;
}

void agent_place_login(const char *login_name, struct agent_place *place_out)
{
    *place_out = (struct agent_place){.is_login = true};
    snprintf(place_out->path, sizeof(place_out->path), "%s", login_name);
}

/* ---- Whose ---- */

/* Whoever can write in the directory can put another socket there. The last
 * part of its path is not followed if it is a link. */
static enum status check_directory(const struct agent_place *place, int *fd_out,
                                   struct buf *why)
{
    SCOPED(drop_fd)
    int fd =
        open(place->directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct stat info;

    if (fd < 0 && errno == ENOENT)
        return STATUS_NOT_FOUND;
    if (fd < 0)
        return refuse(why, STATUS_DENIED, place->directory, strerror(errno));
    if (fstat(fd, &info) != 0)
        return refuse(why, STATUS_DENIED, place->directory, strerror(errno));
    if (info.st_uid != geteuid())
        return refuse(why, STATUS_DENIED, place->directory,
                      "the directory is owned by another user");
    if (info.st_mode & (S_IRWXG | S_IRWXO))
        return refuse(why, STATUS_DENIED, place->directory,
                      "the directory is open to other users; run chmod 700 on "
                      "it");
    *fd_out = fd;
    fd = -1;
    return STATUS_OK;
}

static enum status check_socket(const struct agent_place *place, int directory,
                                struct buf *why)
{
    struct stat info;

    if (fstatat(directory, strrchr(place->path, '/') + 1, &info,
                AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT
                   ? STATUS_NOT_FOUND
                   : refuse(why, STATUS_DENIED, place->path, strerror(errno));
    if (!S_ISSOCK(info.st_mode))
        return refuse(why, STATUS_DENIED, place->path, "it is not a socket");
    if (info.st_uid != geteuid())
        return refuse(why, STATUS_DENIED, place->path,
                      "the socket is owned by another user");
    return STATUS_OK;
}

static bool is_peer(int fd, uid_t user)
{
    struct ucred peer = {.uid = (uid_t)-1};
    socklen_t size = sizeof(peer);

    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
           size == sizeof(peer) && peer.uid == user;
}

bool agent_peer_is_own(int fd)
{
    return is_peer(fd, geteuid());
}

/* ---- Connecting ---- */

static struct sockaddr_un address_of(const struct agent_place *place)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};

    _Static_assert(sizeof(to.sun_path) > AGENT_PATH_MAX_BYTES, "path fits");
    memcpy(to.sun_path, place->path, sizeof(place->path));
    return to;
}

static enum status check_place(const struct agent_place *place, struct buf *why)
{
    SCOPED(drop_fd) int directory = -1;

    if (place->is_login) /* whoever is there: the process tells */
        return STATUS_OK;
    TRY(check_directory(place, &directory, why));
    return check_socket(place, directory, why);
}

/* Waits while as many as it keeps waiting are there already: at the socket of a
 * login these may be anybody's. */
static bool connect_to(int fd, const struct agent_place *place)
{
    struct sockaddr_un to = address_of(place);
    const struct timeval wait = {.tv_sec = CONNECT_S};
    size_t size = sizeof(to);

    if (place->is_login) {
        size = offsetof(struct sockaddr_un, sun_path) + 1 + strlen(place->path);
        memmove(to.sun_path + 1, to.sun_path, sizeof(to.sun_path) - 1);
        to.sun_path[0] = '\0';
    }
    return setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait)) == 0 &&
           connect(fd, (const struct sockaddr *)&to, (socklen_t)size) == 0 &&
           fcntl(fd, F_SETFL, O_NONBLOCK) == 0;
}

enum status agent_place_connect(const struct agent_place *place, int *fd_out,
                                struct buf *why)
{
    SCOPED(drop_fd) int fd = -1;
    const int bytes = SEND_BYTES;

    TRY(check_place(place, why));
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return STATUS_NO_MEMORY;
    if (!connect_to(fd, place))
        return errno == ECONNREFUSED || errno == ENOENT
                   ? STATUS_NOT_FOUND
                   : refuse(why, STATUS_DENIED, place->path, strerror(errno));
    if (!is_peer(fd, place->is_login ? 0 : geteuid()))
        return refuse(why, STATUS_DENIED, place->path,
                      "the process behind it is another user's");
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
    *fd_out = fd;
    fd = -1;
    return STATUS_OK;
}

/* ---- Listening ---- */

static enum status make_directory(const struct agent_place *place, int *fd_out,
                                  struct buf *why)
{
    enum status checked;

    if (mkdir(place->directory, DIRECTORY_MODE) != 0 && errno != EEXIST)
        return refuse(why, STATUS_DENIED, place->directory, strerror(errno));
    checked = check_directory(place, fd_out, why);
    return checked == STATUS_NOT_FOUND
               ? refuse(why, STATUS_DENIED, place->directory, strerror(ENOENT))
               : checked;
}

/* Under the directory's lock: two agents that start at once see each other. */
static enum status check_free(const struct agent_place *place, struct buf *why)
{
    SCOPED(drop_fd) int fd = -1;
    const enum status connected = agent_place_connect(place, &fd, why);

    if (connected == STATUS_OK)
        return STATUS_CONFLICT;
    if (connected != STATUS_NOT_FOUND)
        return connected;
    if (unlink(place->path) != 0 && errno != ENOENT)
        return refuse(why, STATUS_DENIED, place->path, strerror(errno));
    return STATUS_OK;
}

enum status agent_place_listen(const struct agent_place *place, int *fd_out,
                               struct buf *why)
{
    const struct sockaddr_un at = address_of(place);
    SCOPED(drop_fd) int directory = -1;
    SCOPED(drop_fd) int fd = -1;

    TRY(make_directory(place, &directory, why));
    if (flock(directory, LOCK_EX) != 0)
        return refuse(why, STATUS_DENIED, place->directory, strerror(errno));
    TRY(check_free(place, why));
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || bind(fd, (const struct sockaddr *)&at, sizeof(at)) != 0 ||
        listen(fd, BACKLOG) != 0)
        return refuse(why, STATUS_UNAVAILABLE, place->path, strerror(errno));
    *fd_out = fd;
    fd = -1;
    return STATUS_OK;
}

ino_t agent_place_socket(const struct agent_place *place)
{
    struct stat info;

    return lstat(place->path, &info) == 0 && S_ISSOCK(info.st_mode) &&
                   info.st_uid == geteuid()
               ? info.st_ino
               : 0;
}
