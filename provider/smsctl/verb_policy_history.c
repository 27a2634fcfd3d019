#include "provider/smsctl/verb_policy_history.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "provider/client/answer.h"
#include "provider/client/show.h"
#include "provider/smsctl/pages.h"
#include "provider/smsctl/verb_policy_apply.h"

enum { LINE_MAX_BYTES = 1024 * 1024, HISTORY_DEFAULT_LIMIT = 100 };

/* ---- Export, printed ---- */

static struct text text_of_json(const json_t *value)
{
    return (struct text){json_string_value(value), json_string_length(value)};
}

/* A single file is printed as is; each of several after a comment with its
 * name. */
static enum status print_files(struct console *console, json_t *files)
{
    const bool are_many = json_object_size(files) > 1;
    FILE *file = console->output.file;
    const char *name;
    json_t *text;

    json_object_foreach (files, name, text) {
        SCOPED(buf_free) struct buf shown = buf_make(LINE_MAX_BYTES);

        show_text(&shown, text_of(name));
        if (are_many)
            fprintf(file, "# ---- %.*s ----\n", (int)buf_text(&shown).size,
                    buf_text(&shown).data);
        output_text(&console->output, text_of_json(text));
    }
    return STATUS_OK;
}

/* ---- Export, into files ---- */

static void drop_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

/* A server's name for a file must not leave the directory; of a path (of the
 * provider's own directory) the last part is used. */
static bool is_file_name(const char *name)
{
    const size_t size = strlen(name);

    return name[0] != '.' && !strchr(name, '/') && size > 5 && size < 256 &&
           strcmp(name + size - 5, ".yaml") == 0 &&
           text_is_name(text_of(name), size);
}

static bool write_all(int fd, struct text text)
{
    while (text.size > 0) {
        const ssize_t n = write(fd, text.data, text.size);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        text.data += n;
        text.size -= (size_t)n;
    }
    return true;
}

static enum smsclient_result write_file(struct console *console, int directory,
                                        const char *name, const json_t *text)
{
    enum { MODE = 0600 };
    SCOPED(drop_fd) int fd = -1;

    if (!is_file_name(name) || !json_is_string(text))
        return console_fail(console, SMSCLIENT_FAILED,
                            "The server sent an invalid file name: %s.", name);
    fd = openat(directory, name,
                O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, MODE);
    if (fd < 0)
        return console_fail(
            console, errno == EEXIST ? SMSCLIENT_CONFLICT : SMSCLIENT_FAILED,
            "%s cannot be created: %s.", name, strerror(errno));
    if (!write_all(fd, text_of_json(text)) || fsync(fd) != 0)
        return console_fail(console, SMSCLIENT_FAILED,
                            "%s cannot be written: %s.", name, strerror(errno));
    return SMSCLIENT_OK;
}

static enum smsclient_result write_files(struct console *console,
                                         const char *path, json_t *files)
{
    SCOPED(drop_fd)
    int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    enum smsclient_result written = SMSCLIENT_OK;
    const char *name;
    json_t *text;

    if (directory < 0)
        return console_fail(console, SMSCLIENT_USAGE,
                            "%s cannot be opened: %s.", path, strerror(errno));
    json_object_foreach (files, name, text) {
        const char *slash = strrchr(name, '/');

        if (written == SMSCLIENT_OK)
            written =
                write_file(console, directory, slash ? slash + 1 : name, text);
    }
    return written;
}

static enum smsclient_result put_export(struct console *console, json_t *answer)
{
    const char *directory = console_value(console, OPTION_DIRECTORY);
    json_t *files = json_object_get(answer, "files");

    if (!json_is_object(files))
        return console_fail(console, SMSCLIENT_FAILED,
                            "The server's answer cannot be understood.");
    if (directory)
        return write_files(console, directory, files);
    return console_printed(console, output_is_data(&console->output)
                                        ? output_data(&console->output, answer)
                                        : print_files(console, files));
}

enum smsclient_result verb_policy_export(struct console *console)
{
    SCOPED(answer_drop) json_t *params = json_object();
    SCOPED(answer_drop) json_t *answer = NULL;
    enum smsclient_result done = SMSCLIENT_OK;
    json_int_t version = 0;

    if (console->arguments.n_words) {
        done = policy_version_read(console, 0, &version);
        json_object_set_new(params, "version", json_integer(version));
    }
    if (console_value(console, OPTION_ALL))
        json_object_set_new(params, "all", json_true());
    if (done == SMSCLIENT_OK)
        done = console_call(console, "policy.export", json_incref(params),
                            &answer);
    return done == SMSCLIENT_OK ? put_export(console, answer) : done;
}

/* ---- History and status ---- */

enum smsclient_result verb_policy_history(struct console *console)
{
    static const char *const columns[] = {"version", "current", "time",
                                          "author",  "origin",  "approver",
                                          "message", "digest"};

    return pages_show(console, "policy.history", json_object(),
                      HISTORY_DEFAULT_LIMIT, columns, ARRAY_SIZE(columns));
}

/* Notes a refused or different directory, whatever the format. */
enum smsclient_result verb_policy_status(struct console *console)
{
    SCOPED(answer_drop) json_t *status = NULL;
    const enum smsclient_result called =
        console_call(console, "policy.status", json_object(), &status);
    const json_t *directory = json_object_get(status, "directory");
    const char *state = json_string_value(json_object_get(directory, "state"));

    if (called != SMSCLIENT_OK)
        return called;
    if (state && strcmp(state, "refused") == 0)
        console_note(
            console,
            "The directory was refused; the previous version stays in force.");
    else if (state && strcmp(state, "differs") == 0)
        console_note(console,
                     "The running version differs from the directory.");
    return console_printed(console, output_result(&console->output, status));
}
