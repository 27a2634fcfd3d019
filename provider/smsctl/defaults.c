#include "provider/smsctl/defaults.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/schema.h"

void defaults_clear(struct defaults *defaults)
{
    arena_free(defaults->arena);
    *defaults = (struct defaults){{NULL}};
}

char *defaults_path(void)
{
    const char *home = secure_getenv("HOME");
    char *path = NULL;

    if (!home || home[0] != '/' ||
        asprintf(&path, "%s/.config/smsctl.yaml", home) < 0)
        return NULL;
    return path;
}

/* ---- The file ---- */

#define DEFAULT_OF(option, key)                                                \
    {                                                                          \
        key, SCHEMA_AT(struct defaults, values[option]), &schema_text          \
    }

static const struct schema_field fields[] = {
    DEFAULT_OF(OPTION_SERVER, "server"),
    DEFAULT_OF(OPTION_CA, "ca"),
    DEFAULT_OF(OPTION_MECH, "mech"),
    DEFAULT_OF(OPTION_CERT, "cert"),
    DEFAULT_OF(OPTION_KEY, "key"),
    DEFAULT_OF(OPTION_TOKEN_FILE, "token-file"),
    DEFAULT_OF(OPTION_LOGIN, "login"),
    DEFAULT_OF(OPTION_HOST, "host"),
    DEFAULT_OF(OPTION_TIMEOUT, "timeout"),
    DEFAULT_OF(OPTION_OUTPUT, "output"),
};

static const struct schema_type defaults_type = {
    SCHEMA_MAP,
    .fields = fields,
    .n_fields = ARRAY_SIZE(fields),
    .size = sizeof(struct defaults),
};

static void drop_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static enum status unusable(struct buf *why, const char *path, const char *what)
{
    buf_append_format(why, "%s: %s\n", path, what);
    return STATUS_INVALID;
}

/* Whoever can write the file could redirect its reader to another server. */
static enum status check_owner(int fd, const char *path, struct buf *why)
{
    struct stat info;

    if (fstat(fd, &info) != 0)
        return unusable(why, path, strerror(errno));
    if (!S_ISREG(info.st_mode))
        return unusable(why, path, "not a regular file");
    if (info.st_uid != 0 && info.st_uid != geteuid())
        return unusable(why, path, "the file is owned by another user");
    if (info.st_mode & (S_IWGRP | S_IWOTH))
        return unusable(why, path,
                        "the file is writable by others; run chmod go-w on it");
    return STATUS_OK;
}

/* STATUS_END: there is no file. */
static enum status read_file(const char *path, struct buf *text,
                             struct buf *why)
{
    SCOPED(drop_fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    char *room = buf_reserve(text, DEFAULTS_FILE_MAX_BYTES);
    ssize_t n;

    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR
                   ? STATUS_END
                   : unusable(why, path, strerror(errno));
    TRY(check_owner(fd, path, why));
    if (!room)
        return STATUS_NO_MEMORY;
    n = read(fd, room, DEFAULTS_FILE_MAX_BYTES);
    if (n < 0)
        return unusable(why, path, strerror(errno));
    if (n == DEFAULTS_FILE_MAX_BYTES)
        return unusable(why, path, "the file is too long");
    buf_added(text, (size_t)n);
    return STATUS_OK;
}

static void write_messages(const struct policy_messages *messages,
                           struct buf *why)
{
    for (size_t i = 0; i < messages->n_items; i++)
        policy_message_write(&messages->items[i], why);
}

/* Expands "~/" to the reader's home directory. */
static void expand_home(struct defaults *defaults)
{
    const char *home = secure_getenv("HOME");

    for (size_t i = 0; i < OPTION_N_GLOBAL; i++) {
        const char *value = defaults->values[i];

        if (home && value && value[0] == '~' && value[1] == '/')
            defaults->values[i] =
                arena_format(defaults->arena, "%s%s", home, value + 1);
    }
}

static enum status read_defaults(const char *path, struct defaults *defaults,
                                 struct buf *why)
{
    SCOPED(buf_free) struct buf text = buf_make(DEFAULTS_FILE_MAX_BYTES);
    struct policy_messages messages;
    enum status read;

    read = read_file(path, &text, why);
    if (read == STATUS_END)
        return STATUS_OK;
    TRY(read);
    TRY(arena_new(16 * DEFAULTS_FILE_MAX_BYTES, &defaults->arena));
    messages = messages_make(defaults->arena);
    read = schema_read_file(path, buf_text(&text), &defaults_type, &messages,
                            defaults);
    if (read == STATUS_OK)
        expand_home(defaults);
    else
        write_messages(&messages, why);
    TRY(read);
    return arena_status(defaults->arena);
}

enum status defaults_read(const struct arguments *arguments, const char *path,
                          struct defaults *defaults_out, struct buf *why)
{
    *defaults_out = (struct defaults){{NULL}};
    if (path)
        TRY(read_defaults(path, defaults_out, why));
    for (size_t i = 0; i < OPTION_N_GLOBAL; i++) {
        const char *variable = option_rows[i].variable;
        const char *said = variable ? secure_getenv(variable) : NULL;

        if (said && said[0])
            defaults_out->values[i] = said;
        if (arguments->values[i])
            defaults_out->values[i] = arguments->values[i];
    }
    return STATUS_OK;
}
