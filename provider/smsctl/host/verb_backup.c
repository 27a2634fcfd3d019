#include "provider/smsctl/host/verb_backup.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "provider/base/base64.h"
#include "provider/base/clock.h"
#include "provider/client/answer.h"

enum {
    PART_MAX_BYTES = 8 * 1024 * 1024,
    PATH_BYTES = 4096,
    SHOW_EVERY_MS = 200,
};

/* One backup under way. */
struct backup {
    struct console *console;
    const char *path;      /* NULL: standard output */
    char part[PATH_BYTES]; /* the file while it is not whole */
    int fd;                /* -1: none */
    int64_t n_pages;
    int64_t n_done;
    int64_t page_bytes;
    int64_t shown_ms;
};

static enum smsclient_result fail_file(struct backup *backup, const char *what)
{
    return console_fail(backup->console, SMSCLIENT_FAILED, "%s: %s: %s.",
                        backup->path ? backup->path : "standard output", what,
                        strerror(errno));
}

/* ---- The provider ---- */

static enum smsclient_result call(struct backup *backup, const char *method,
                                  json_t *params, json_t **result_out)
{
    SCOPED(answer_drop) json_t *given = params;
    SCOPED(memory_drop)
    char *text = params ? json_dumps(params, JSON_COMPACT) : NULL;
    SCOPED(memory_drop) char *answer = NULL;
    struct console *console = backup->console;
    const enum smsclient_result called =
        smsclient_call(console->client, method, text, &answer);

    (void)given;
    if (called == SMSCLIENT_NOT_AUTHENTICATED)
        return console_fail(console, called,
                            "Only root of the provider's host and its own user "
                            "can take a backup, at the Unix socket.");
    if (called != SMSCLIENT_OK)
        return console_fail_client(console);
    *result_out = json_loads(answer, JSON_DECODE_ANY, NULL);
    return *result_out ? SMSCLIENT_OK
                       : console_printed(console, STATUS_NO_MEMORY);
}

static enum smsclient_result connect_to(struct console *console)
{
    struct smsclient_options options;
    const enum smsclient_result result = console_options(console, &options);

    if (result != SMSCLIENT_OK)
        return result;
    if (!console->client)
        console->client = smsclient_new();
    if (!console->client)
        return console_printed(console, STATUS_NO_MEMORY);
    return smsclient_connect(console->client, &options) == SMSCLIENT_OK
               ? SMSCLIENT_OK
               : console_fail_client(console);
}

/* ---- The file ---- */

static enum smsclient_result open_file(struct backup *backup)
{
    struct stat there;

    if (!backup->path) {
        if (isatty(STDOUT_FILENO))
            return console_fail(backup->console, SMSCLIENT_USAGE,
                                "A backup is not for a terminal: name a file.");
        backup->fd = dup(STDOUT_FILENO);
        return backup->fd >= 0 ? SMSCLIENT_OK : fail_file(backup, "open");
    }
    if (lstat(backup->path, &there) == 0)
        return console_fail(backup->console, SMSCLIENT_CONFLICT,
                            "%s exists, and is not replaced.", backup->path);
    if (snprintf(backup->part, sizeof(backup->part), "%s.part", backup->path) >=
        (int)sizeof(backup->part))
        return console_fail(backup->console, SMSCLIENT_USAGE,
                            "The file's name is too long.");
    backup->fd =
        open(backup->part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
             0600);
    return backup->fd >= 0 ? SMSCLIENT_OK : fail_file(backup, "open");
}

static bool write_all(int fd, struct text bytes)
{
    while (bytes.size > 0) {
        const ssize_t n = write(fd, bytes.data, bytes.size);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        bytes.data += n;
        bytes.size -= (size_t)n;
    }
    return true;
}

/* So that the name is still there when the power comes back. */
static bool sync_directory(const char *path)
{
    SCOPED(memory_drop) char *copy = strdup(path);
    const int fd =
        copy ? open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    const bool is_synced = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0)
        close(fd);
    return is_synced;
}

/* The name only stands for all of it. */
static enum smsclient_result close_file(struct backup *backup)
{
    if (!backup->path)
        return SMSCLIENT_OK;
    if (fsync(backup->fd) != 0 ||
        link(backup->part, backup->path) != 0) /* replaces nothing */
        return fail_file(backup, "keep");
    unlink(backup->part);
    backup->part[0] = '\0';
    return sync_directory(backup->path) ? SMSCLIENT_OK
                                        : fail_file(backup, "sync");
}

static void backup_drop(struct backup *backup)
{
    if (backup->fd >= 0)
        close(backup->fd);
    if (backup->fd >= 0 && backup->part[0])
        unlink(backup->part);
}

/* ---- Reading ---- */

static void show(struct backup *backup)
{
    const int64_t now_ms = clock_mono_ms();
    const bool is_done = backup->n_done == backup->n_pages;

    if (!isatty(STDERR_FILENO) ||
        (!is_done && now_ms - backup->shown_ms < SHOW_EVERY_MS))
        return;
    backup->shown_ms = now_ms;
    fprintf(stderr, "\r%3" PRId64 " %% of %" PRId64 " MiB%s",
            backup->n_done * 100 / backup->n_pages,
            backup->n_pages * backup->page_bytes / (1024 * 1024),
            is_done ? "\n" : "");
}

static enum smsclient_result read_part(struct backup *backup)
{
    SCOPED(buf_free) struct buf bytes = buf_make(PART_MAX_BYTES);
    SCOPED(answer_drop) json_t *answer = NULL;
    const char *data;
    enum smsclient_result result =
        call(backup, "backup.read",
             json_pack("{s:I}", "from", (json_int_t)backup->n_done), &answer);

    if (result != SMSCLIENT_OK)
        return result;
    data = json_string_value(json_object_get(answer, "data"));
    if (!data ||
        base64_read(BASE64_PLAIN, text_of(data), &bytes) != STATUS_OK ||
        bytes.size == 0 || bytes.size % (size_t)backup->page_bytes != 0)
        return console_fail(backup->console, SMSCLIENT_FAILED,
                            "The provider sent something else than pages.");
    if (!write_all(backup->fd, buf_text(&bytes)))
        return fail_file(backup, "write");
    backup->n_done += (int64_t)bytes.size / backup->page_bytes;
    return SMSCLIENT_OK;
}

static enum smsclient_result read_all(struct backup *backup)
{
    while (backup->n_done < backup->n_pages) {
        const enum smsclient_result result = read_part(backup);

        if (result != SMSCLIENT_OK)
            return result;
        show(backup);
    }
    return backup->n_done == backup->n_pages
               ? SMSCLIENT_OK
               : console_fail(backup->console, SMSCLIENT_FAILED,
                              "The provider sent more than it said.");
}

static enum smsclient_result begin(struct backup *backup, json_t **about_out)
{
    enum smsclient_result result =
        call(backup, "backup.begin", NULL, about_out);

    if (result != SMSCLIENT_OK)
        return result;
    backup->n_pages = json_integer_value(json_object_get(*about_out, "pages"));
    backup->page_bytes =
        json_integer_value(json_object_get(*about_out, "page_bytes"));
    if (backup->n_pages > 0 && backup->page_bytes > 0)
        return SMSCLIENT_OK;
    return console_fail(backup->console, SMSCLIENT_FAILED,
                        "The provider did not say what it has.");
}

static void tell(const struct backup *backup, const json_t *about)
{
    console_note(backup->console, "Backup of site %s, %lld bytes. %s",
                 json_string_value(json_object_get(about, "site")),
                 (long long)backup->n_pages * backup->page_bytes,
                 json_string_value(json_object_get(about, "checkpoint")));
    console_note(backup->console,
                 "The key that seals the store is not in it: keep store.key "
                 "elsewhere, or nobody can tell whether it was changed.");
}

enum smsclient_result verb_backup(struct console *console)
{
    const char *path = console->arguments.words[0];
    SCOPED(backup_drop)
    struct backup backup = {
        .console = console,
        .path = strcmp(path, "-") == 0 ? NULL : path,
        .fd = -1,
    };
    SCOPED(answer_drop) json_t *about = NULL;
    enum smsclient_result result = connect_to(console);

    if (result == SMSCLIENT_OK)
        result = open_file(&backup);
    if (result == SMSCLIENT_OK)
        result = begin(&backup, &about);
    if (result == SMSCLIENT_OK)
        result = read_all(&backup);
    if (result == SMSCLIENT_OK)
        result = close_file(&backup);
    if (result == SMSCLIENT_OK)
        tell(&backup, about);
    return result;
}
