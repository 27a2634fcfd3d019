#include "provider/smsctl/context/settings_edit.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "provider/smsctl/terminal/yaml.h"

enum { DIRECTORY_MODE = 0700, FILE_MODE = 0600 };

void settings_edit_end(struct settings_edit *edit)
{
    json_decref(edit->root);
    free(edit->path);
    if (edit->directory >= 0)
        close(edit->directory);
    *edit = (struct settings_edit)SETTINGS_EDIT_NONE;
}

static enum status failed(struct buf *why, const char *path, int error)
{
    buf_append_format(why, "%s: %s\n", path, strerror(error));
    return STATUS_UNAVAILABLE;
}

/* ---- Settings as JSON ---- */

enum status settings_put_values(json_t *map, const char *const *values)
{
    for (size_t i = 0; i < OPTION_N_GLOBAL; i++) {
        if (values[i] && json_object_set_new(map, option_rows[i].setting,
                                             json_string(values[i])) != 0)
            return STATUS_NO_MEMORY;
    }
    return STATUS_OK;
}

static enum status put_contexts(struct settings_edit *edit,
                                const struct settings *settings)
{
    for (size_t i = 0; i < settings->n_contexts; i++) {
        const struct settings_context *context = &settings->contexts[i];
        json_t *map = settings_edit_context(edit, context->name.text, true);

        if (!map)
            return STATUS_NO_MEMORY;
        TRY(settings_put_values(map, context->values));
    }
    return STATUS_OK;
}

static enum status put_settings(struct settings_edit *edit,
                                const struct settings *settings)
{
    edit->root = json_object();
    if (!edit->root)
        return STATUS_NO_MEMORY;
    TRY(settings_put_values(edit->root, settings->values));
    if (settings->current &&
        json_object_set_new(edit->root, "current-context",
                            json_string(settings->current)) != 0)
        return STATUS_NO_MEMORY;
    return put_contexts(edit, settings);
}

json_t *settings_edit_context(struct settings_edit *edit, const char *name,
                              bool is_made)
{
    json_t *contexts = json_object_get(edit->root, "contexts");

    if (strcmp(name, SETTINGS_DEFAULT) == 0)
        return edit->root;
    if (!contexts && is_made) {
        json_object_set_new(edit->root, "contexts", json_object());
        contexts = json_object_get(edit->root, "contexts");
    }
    if (!json_object_get(contexts, name) && is_made)
        json_object_set_new(contexts, name, json_object());
    return json_object_get(contexts, name);
}

/* ---- Reading ---- */

/* Links are followed, so that a file that is kept elsewhere stays there. */
static char *true_path(const char *path)
{
    char *found = realpath(path, NULL);

    return found ? found : strdup(path);
}

/* Locks the file's directory: the file itself is replaced. */
static enum status open_directory(struct settings_edit *edit, struct buf *why)
{
    const char *slash = strrchr(edit->path, '/');
    SCOPED(memory_drop)
    char *path = strndup(edit->path, slash ? (size_t)(slash - edit->path) : 0);

    if (!path)
        return STATUS_NO_MEMORY;
    if (mkdir(path, DIRECTORY_MODE) != 0 && errno != EEXIST)
        return failed(why, path, errno);
    edit->directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (edit->directory < 0 || flock(edit->directory, LOCK_EX) != 0)
        return failed(why, path, errno);
    return STATUS_OK;
}

enum status settings_edit_begin(const char *path, struct settings_edit *edit,
                                struct buf *why)
{
    SCOPED(settings_clear) struct settings settings = {{NULL}};

    *edit = (struct settings_edit)SETTINGS_EDIT_NONE;
    edit->path = true_path(path);
    if (!edit->path)
        return STATUS_NO_MEMORY;
    TRY(open_directory(edit, why));
    TRY(settings_read(edit->path, SETTINGS_OF_USER, &settings, why));
    edit->has_comments = settings.has_comments;
    return put_settings(edit, &settings);
}

/* ---- Writing ---- */

static void drop_file(FILE **file)
{
    if (*file)
        fclose(*file);
}

static enum status write_all(int fd, json_t *root)
{
    SCOPED(drop_file) FILE *file = fdopen(fd, "w");

    if (!file) {
        close(fd);
        return STATUS_NO_MEMORY;
    }
    TRY(yaml_print(root, file));
    return fflush(file) == 0 && fsync(fd) == 0 ? STATUS_OK : STATUS_UNAVAILABLE;
}

enum status settings_edit_write(struct settings_edit *edit, struct buf *why)
{
    SCOPED(memory_drop) char *fresh = NULL;
    enum status written;
    int fd;

    if (asprintf(&fresh, "%s.XXXXXX", edit->path) < 0) {
        fresh = NULL;
        return STATUS_NO_MEMORY;
    }
    fd = mkostemp(fresh, O_CLOEXEC); /* made with FILE_MODE */
    if (fd < 0)
        return failed(why, fresh, errno);
    written = fchmod(fd, FILE_MODE) == 0 ? write_all(fd, edit->root)
                                         : STATUS_UNAVAILABLE;
    if (written == STATUS_OK && rename(fresh, edit->path) == 0 &&
        fsync(edit->directory) == 0)
        return STATUS_OK;
    failed(why, edit->path, errno);
    unlink(fresh);
    return STATUS_UNAVAILABLE;
}
