#include "provider/config/console_table.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "provider/base/whole.h"

#define ASSETS "assets/"
#define PACKED ".gz"

enum { WHY_MAX_BYTES = 512 };

struct console_table {
    struct console_file *files; /* owned [n], sorted by name */
    size_t n;
    size_t n_bytes;
    _Atomic unsigned n_holders;
};

static _Thread_local char why_text[WHY_MAX_BYTES];

static enum status refuse(const char *name, const char *why)
{
    (void)snprintf(why_text, sizeof(why_text), "%s: %s", name, why);
    return STATUS_INVALID;
}

static void close_drop(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

/* ---- What is served at all ---- */

static const char *type_of(const char *name)
{
    static const struct {
        const char *ending;
        const char *type;
    } types[] = {
        {".html", "text/html; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".json", "application/json"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".ico", "image/x-icon"},
        {".woff2", "font/woff2"},
        {".txt", "text/plain; charset=utf-8"},
    };
    const char *dot = strrchr(name, '.');

    for (size_t i = 0; dot && i < ARRAY_SIZE(types); i++)
        if (strcmp(dot, types[i].ending) == 0)
            return types[i].type;
    return NULL;
}

static bool is_plain_name(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789._-";

    return name[0] != '.' && name[strspn(name, letters)] == '\0' &&
           strlen(name) < CONSOLE_NAME_MAX_BYTES - sizeof(ASSETS);
}

static bool is_guarded(const struct stat *file)
{
    return (file->st_uid == 0 || file->st_uid == geteuid()) &&
           !(file->st_mode & (S_IWGRP | S_IWOTH));
}

/* ---- Reading one ---- */

/* STATUS_NOT_FOUND: it is nothing that is served. */
static enum status read_file(int folder, const char *name, struct text *out)
{
    const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
    SCOPED(close_drop) int fd = openat(folder, name, flags);
    SCOPED(buf_free) struct buf bytes = buf_make(CONSOLE_FILE_MAX_BYTES);
    struct stat file;

    if (fd < 0 && errno == ELOOP) /* a link */
        return STATUS_NOT_FOUND;
    if (fd < 0 || fstat(fd, &file) != 0)
        return refuse(name, strerror(errno));
    if (!S_ISREG(file.st_mode))
        return STATUS_NOT_FOUND;
    if (!is_guarded(&file))
        return refuse(name, "others may change this file: it must belong to "
                            "root or the provider; run chmod go-w");
    if (whole_read(fd, &bytes) != STATUS_OK)
        return refuse(name, "it cannot be read, or is too long");
    *out = buf_text(&bytes);
    bytes = (struct buf){0}; /* the caller's from now on */
    return STATUS_OK;
}

/* ---- The table ---- */

static int compare(const void *a, const void *b)
{
    const struct console_file *one = a, *other = b;

    return strcmp(one->name, other->name);
}

static void file_clear(struct console_file *file)
{
    free(file->name);
    free((void *)(uintptr_t)file->plain.data);
    free((void *)(uintptr_t)file->packed.data);
    *file = (struct console_file){0};
}

static enum status add(struct console_table *table, const char *prefix,
                       const char *name, struct text bytes)
{
    struct console_file file = {
        .type = type_of(name), .is_hashed = *prefix != '\0', .plain = bytes};

    if (asprintf(&file.name, "%s%s", prefix, name) < 0)
        file.name = NULL;
    table->n_bytes += bytes.size;
    if (!file.name || table->n == CONSOLE_FILES_MAX ||
        table->n_bytes > CONSOLE_MAX_BYTES) {
        file_clear(&file);
        return refuse(name, "there are too many files, or they are too long");
    }
    table->files[table->n++] = file;
    return STATUS_OK;
}

static enum status take(struct console_table *table, int folder,
                        const char *prefix, const char *name)
{
    struct text bytes = {0};
    enum status status;

    if (!is_plain_name(name) || !type_of(name))
        return STATUS_OK;
    status = read_file(folder, name, &bytes);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    TRY(status);
    return add(table, prefix, name, bytes);
}

static enum status take_folder(struct console_table *table, int folder,
                               const char *prefix)
{
    const int fd = fcntl(folder, F_DUPFD_CLOEXEC, 0);
    DIR *listed = fd >= 0 ? fdopendir(fd) : NULL;
    enum status status = STATUS_OK;

    if (!listed) {
        if (fd >= 0)
            close(fd);
        return refuse(prefix, strerror(errno));
    }
    while (status == STATUS_OK) {
        const struct dirent *entry;

        errno = 0; /* which tells an error from the end */
        entry = readdir(listed);
        if (!entry && errno)
            status = refuse(prefix, strerror(errno));
        if (!entry)
            break;
        status = take(table, folder, prefix, entry->d_name);
    }
    closedir(listed);
    return status;
}

static int open_folder(int above, const char *name)
{
    return openat(above, name,
                  O_RDONLY | O_DIRECTORY | O_CLOEXEC |
                      (above == AT_FDCWD ? 0 : O_NOFOLLOW));
}

/* Nothing of it need be there. */
static enum status take_assets(struct console_table *table, int folder)
{
    SCOPED(close_drop) int assets = open_folder(folder, "assets");
    struct stat file;

    if (assets < 0 && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP))
        return STATUS_OK;
    if (assets < 0)
        return refuse(ASSETS, strerror(errno));
    if (fstat(assets, &file) != 0 || !is_guarded(&file))
        return refuse(ASSETS, "others may change this folder");
    return take_folder(table, assets, ASSETS);
}

static enum status take_packed(struct console_file *file, int folder)
{
    char name[CONSOLE_NAME_MAX_BYTES + sizeof(PACKED)];
    enum status status;

    (void)snprintf(name, sizeof(name), "%s" PACKED, file->name);
    if (faccessat(folder, name, F_OK, AT_SYMLINK_NOFOLLOW) != 0)
        return STATUS_OK;
    status = read_file(folder, name, &file->packed);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status fill(struct console_table *table, const char *path)
{
    SCOPED(close_drop) int folder = open_folder(AT_FDCWD, path);

    if (folder < 0)
        return refuse(path, strerror(errno));
    TRY(take_folder(table, folder, ""));
    TRY(take_assets(table, folder));
    qsort(table->files, table->n, sizeof(*table->files), compare);
    for (size_t i = 0; i < table->n; i++)
        TRY(take_packed(&table->files[i], folder));
    if (!console_table_find(table, TEXT("index.html")))
        return refuse(path, "no index.html is there: is the console built?");
    return STATUS_OK;
}

enum status console_table_open(const char *path,
                               struct console_table **table_out,
                               const char **why_out)
{
    OWNED(console_table) table = calloc(1, sizeof(*table));
    enum status status;

    *why_out = "out of memory";
    if (!table)
        return STATUS_NO_MEMORY;
    table->n_holders = 1;
    table->files = calloc(CONSOLE_FILES_MAX, sizeof(*table->files));
    if (!table->files)
        return STATUS_NO_MEMORY;
    status = fill(table, path);
    if (status != STATUS_OK) {
        *why_out = why_text;
        return status;
    }
    *table_out = TAKE(table);
    return STATUS_OK;
}

struct console_table *console_table_hold(struct console_table *table)
{
    table->n_holders++;
    return table;
}

void console_table_free(struct console_table *table)
{
    if (!table || --table->n_holders > 0)
        return;
    for (size_t i = 0; i < table->n; i++)
        file_clear(&table->files[i]);
    free(table->files);
    free(table);
}

const struct console_file *console_table_find(const struct console_table *table,
                                              struct text name)
{
    for (size_t i = 0; i < table->n; i++)
        if (text_equal(name, text_of(table->files[i].name)))
            return &table->files[i];
    return NULL;
}
