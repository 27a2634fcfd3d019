#include "provider/smsctl/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/schema.h"

void settings_clear(struct settings *settings)
{
    arena_free(settings->arena);
    *settings = (struct settings){{NULL}};
}

char *settings_path(void)
{
    const char *home = secure_getenv("HOME");
    char *path = NULL;

    if (!home || home[0] != '/' ||
        asprintf(&path, "%s/.config/smsctl.yaml", home) < 0)
        return NULL;
    return path;
}

/* ---- The file ---- */

#define SETTING(option, key)                                                   \
    {                                                                          \
        key, SCHEMA_AT(struct settings, values[option]), &schema_text          \
    }

static const struct schema_field fields[] = {
    SETTING(OPTION_SERVER, "server"),
    SETTING(OPTION_CA, "ca"),
    SETTING(OPTION_MECH, "mech"),
    SETTING(OPTION_CERT, "cert"),
    SETTING(OPTION_KEY, "key"),
    SETTING(OPTION_TOKEN_FILE, "token-file"),
    SETTING(OPTION_LOGIN, "login"),
    SETTING(OPTION_HOST, "host"),
    SETTING(OPTION_TIMEOUT, "timeout"),
    SETTING(OPTION_OUTPUT, "output"),
};

static const struct schema_type settings_type = {
    SCHEMA_MAP,
    .fields = fields,
    .n_fields = ARRAY_SIZE(fields),
    .size = sizeof(struct settings),
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
    char *room = buf_reserve(text, SETTINGS_FILE_MAX_BYTES);
    ssize_t n;

    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR
                   ? STATUS_END
                   : unusable(why, path, strerror(errno));
    TRY(check_owner(fd, path, why));
    if (!room)
        return STATUS_NO_MEMORY;
    n = read(fd, room, SETTINGS_FILE_MAX_BYTES);
    if (n < 0)
        return unusable(why, path, strerror(errno));
    if (n == SETTINGS_FILE_MAX_BYTES)
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
static void expand_home(struct settings *settings)
{
    const char *home = secure_getenv("HOME");

    for (size_t i = 0; i < OPTION_N_GLOBAL; i++) {
        const char *value = settings->values[i];

        if (home && value && value[0] == '~' && value[1] == '/')
            settings->values[i] =
                arena_format(settings->arena, "%s%s", home, value + 1);
    }
}

static enum status read_settings(const char *path, struct settings *settings,
                                 struct buf *why)
{
    SCOPED(buf_free) struct buf text = buf_make(SETTINGS_FILE_MAX_BYTES);
    struct policy_messages messages;
    enum status read;

    read = read_file(path, &text, why);
    if (read == STATUS_END)
        return STATUS_OK;
    TRY(read);
    TRY(arena_new(16 * SETTINGS_FILE_MAX_BYTES, &settings->arena));
    messages = messages_make(settings->arena);
    read = schema_read_file(path, buf_text(&text), &settings_type,
                            settings->arena, &messages, settings);
    if (read == STATUS_OK)
        expand_home(settings);
    else
        write_messages(&messages, why);
    TRY(read);
    return arena_status(settings->arena);
}

enum status settings_read(const struct arguments *arguments, const char *path,
                          struct settings *settings_out, struct buf *why)
{
    *settings_out = (struct settings){{NULL}};
    if (path)
        TRY(read_settings(path, settings_out, why));
    for (size_t i = 0; i < OPTION_N_GLOBAL; i++) {
        const char *variable = option_rows[i].variable;
        const char *said = variable ? secure_getenv(variable) : NULL;

        if (said && said[0])
            settings_out->values[i] = said;
        if (arguments->values[i])
            settings_out->values[i] = arguments->values[i];
    }
    return STATUS_OK;
}
