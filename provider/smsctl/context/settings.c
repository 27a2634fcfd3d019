#include "provider/smsctl/context/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void settings_clear(struct settings *settings)
{
    arena_free(settings->arena);
    *settings = (struct settings){{NULL}};
}

char *settings_path(void)
{
    const char *config = secure_getenv("XDG_CONFIG_HOME");
    const char *home = secure_getenv("HOME");
    char *path = NULL;

    if (config && config[0] == '/')
        return asprintf(&path, "%s/smsctl.yaml", config) < 0 ? NULL : path;
    if (!home || home[0] != '/' ||
        asprintf(&path, "%s/.config/smsctl.yaml", home) < 0)
        return NULL;
    return path;
}

/* ---- What the file may hold ---- */

#define VALUE_OF(option, key)                                                  \
    {                                                                          \
        key, sizeof(char *) * (option), &schema_text                           \
    }

#define VALUES                                                                 \
    VALUE_OF(OPTION_SERVER, "server"), VALUE_OF(OPTION_CA, "ca"),              \
        VALUE_OF(OPTION_PIN, "pin"),                                           \
        VALUE_OF(OPTION_SRV_DOMAIN, "srv-domain"),                             \
        VALUE_OF(OPTION_MECH, "mech"), VALUE_OF(OPTION_CERT, "cert"),          \
        VALUE_OF(OPTION_KEY, "key"),                                           \
        VALUE_OF(OPTION_TOKEN_FILE, "token-file"),                             \
        VALUE_OF(OPTION_LOGIN, "login"), VALUE_OF(OPTION_HOST, "host"),        \
        VALUE_OF(OPTION_AGENT, "agent"), VALUE_OF(OPTION_TIMEOUT, "timeout"),  \
        VALUE_OF(OPTION_OUTPUT, "output")

static const struct schema_field value_fields[] = {VALUES};

static const struct schema_type values_type = {
    SCHEMA_MAP,
    .what = "a map of options, such as server: tls:HOST:PORT",
    .fields = value_fields,
    .n_fields = ARRAY_SIZE(value_fields),
    .size = sizeof(char *) * OPTION_N_GLOBAL,
};

bool settings_is_name(struct text name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._@-";

    if (name.size == 0 || name.size > SETTINGS_NAME_MAX_BYTES ||
        name.data[0] == '-')
        return false;
    for (size_t i = 0; i < name.size; i++) {
        if (name.data[i] == '\0' || !strchr(allowed, name.data[i]))
            return false;
    }
    return true;
}

static void check_contexts(struct schema_reader *reader,
                           const struct yaml_node *node, void *value)
{
    const struct settings_context *contexts =
        *(const struct settings_context *const *)value;
    const size_t n = *(const size_t *)((const char *)value + sizeof(void *));

    (void)node;
    for (size_t i = 0; i < n; i++) {
        const struct schema_word *name = &contexts[i].name;

        if (!settings_is_name(text_of(name->text)))
            messages_error(reader->messages, name->place,
                           "a context's name has letters, digits and \"._@-\", "
                           "at most %d",
                           SETTINGS_NAME_MAX_BYTES);
        else if (strcmp(name->text, SETTINGS_DEFAULT) == 0)
            messages_error(reader->messages, name->place,
                           "the context \"default\" is made of the keys "
                           "outside of contexts");
    }
}

/* What it may be is checked with all of them. */
static const struct schema_type context_name = {SCHEMA_TEXT, .min = 1,
                                                .max = 256, .is_placed = true};

static const struct schema_type contexts_type = {
    SCHEMA_DICTIONARY,
    .key = &context_name,
    .what = "a map of contexts",
    .item = &values_type,
    .size = sizeof(struct settings_context),
    .value = SCHEMA_AT(struct settings_context, values),
    .check = check_contexts,
};

_Static_assert(SCHEMA_AT(struct settings, values) == 0, "VALUES begin it");

static const struct schema_field fields[] = {
    VALUES,
    {"current-context", SCHEMA_AT(struct settings, current), &schema_text},
    {"contexts", SCHEMA_AT(struct settings, contexts), &contexts_type},
};

static const struct schema_type settings_type = {
    SCHEMA_MAP,
    .fields = fields,
    .n_fields = ARRAY_SIZE(fields),
    .size = sizeof(struct settings),
};

/* ---- Reading ---- */

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
static enum status check_owner(int fd, const char *path,
                               enum settings_owner owner, struct buf *why)
{
    struct stat info;

    if (fstat(fd, &info) != 0)
        return unusable(why, path, strerror(errno));
    if (!S_ISREG(info.st_mode))
        return unusable(why, path, "not a regular file");
    if (info.st_uid != 0 &&
        (owner == SETTINGS_OF_SITE || info.st_uid != geteuid()))
        return unusable(why, path, "the file is owned by another user");
    if (info.st_mode & (S_IWGRP | S_IWOTH))
        return unusable(why, path,
                        "the file is writable by others; run chmod go-w on it");
    return STATUS_OK;
}

/* STATUS_END: there is no file. */
static enum status read_file(const char *path, enum settings_owner owner,
                             struct buf *text, struct buf *why)
{
    SCOPED(drop_fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    char *room = buf_reserve(text, SETTINGS_FILE_MAX_BYTES);
    ssize_t n;

    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR
                   ? STATUS_END
                   : unusable(why, path, strerror(errno));
    TRY(check_owner(fd, path, owner, why));
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

static enum status read_text(const char *path, struct text text,
                             struct settings *settings, struct buf *why)
{
    struct policy_messages messages;
    enum status read;

    TRY(arena_new(16 * SETTINGS_FILE_MAX_BYTES, &settings->arena));
    settings->has_comments = text.size && memchr(text.data, '#', text.size);
    messages = messages_make(settings->arena);
    read = schema_read_file(path, text, &settings_type, &messages, settings);
    for (size_t i = 0; read != STATUS_OK && i < messages.n_items; i++)
        policy_message_write(&messages.items[i], why);
    TRY(read);
    return arena_status(settings->arena);
}

enum status settings_read(const char *path, enum settings_owner owner,
                          struct settings *settings_out, struct buf *why)
{
    SCOPED(buf_free) struct buf text = buf_make(SETTINGS_FILE_MAX_BYTES);
    enum status read;

    *settings_out = (struct settings){{NULL}};
    if (!path)
        return STATUS_OK;
    read = read_file(path, owner, &text, why);
    if (read == STATUS_END)
        return STATUS_OK;
    TRY(read);
    return read_text(path, buf_text(&text), settings_out, why);
}

const char *const *settings_find(const struct settings *settings,
                                 const char *name)
{
    if (strcmp(name, SETTINGS_DEFAULT) == 0)
        return settings->values;
    for (size_t i = 0; i < settings->n_contexts; i++) {
        if (strcmp(settings->contexts[i].name.text, name) == 0)
            return settings->contexts[i].values;
    }
    return NULL;
}

enum option settings_option(struct text key)
{
    for (size_t i = 0; i < OPTION_N_GLOBAL; i++) {
        if (option_rows[i].setting &&
            text_equal(key, text_of(option_rows[i].setting)))
            return (enum option)i;
    }
    return OPTION_N;
}
