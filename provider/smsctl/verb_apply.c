#include "provider/smsctl/verb_apply.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "provider/client/answer.h"
#include "provider/client/file.h"
#include "provider/smsctl/apply.h"
#include "provider/smsctl/report.h"

/* ---- Reading ---- */

static enum smsclient_result add_file(struct console *console,
                                      struct manifest *manifest,
                                      const char *path)
{
    const bool is_input = strcmp(path, "-") == 0;
    SCOPED(buf_free) struct buf text = buf_make(YAML_FILE_MAX_BYTES);
    enum status read = file_read(is_input ? "/dev/stdin" : path, &text);

    if (read != STATUS_OK)
        return report_unreadable(console, path, read);
    read = manifest_add(manifest, is_input ? "standard input" : path,
                        buf_text(&text));
    return read == STATUS_OK || read == STATUS_INVALID
               ? SMSCLIENT_OK
               : console_printed(console, read);
}

static int is_manifest(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');

    return entry->d_name[0] != '.' && dot &&
           (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0 ||
            strcmp(dot, ".json") == 0);
}

static int by_bytes(const struct dirent **left, const struct dirent **right)
{
    return strcmp((*left)->d_name, (*right)->d_name);
}

/* Its files in the order of their names, not those below. */
static enum smsclient_result add_directory(struct console *console,
                                           struct manifest *manifest,
                                           const char *path)
{
    struct dirent **entries = NULL;
    const int n = scandir(path, &entries, is_manifest, by_bytes);
    enum smsclient_result added = SMSCLIENT_OK;

    if (n < 0)
        return report_unreadable(console, path, STATUS_UNAVAILABLE);
    for (int i = 0; i < n; i++) {
        SCOPED(buf_free) struct buf name = buf_make(8192);

        buf_append_format(&name, "%s/%s", path, entries[i]->d_name);
        buf_append_char(&name, '\0');
        if (added == SMSCLIENT_OK)
            added = buf_status(&name) == STATUS_OK
                        ? add_file(console, manifest, buf_text(&name).data)
                        : console_printed(console, buf_status(&name));
        free(entries[i]);
    }
    free(entries);
    if (n == 0)
        return console_fail(console, SMSCLIENT_USAGE,
                            "%s has no .yaml, .yml or .json files.", path);
    return added;
}

static enum smsclient_result add(struct console *console,
                                 struct manifest *manifest, const char *path)
{
    struct stat info = {0};

    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode))
        return add_directory(console, manifest, path);
    return add_file(console, manifest, path);
}

/* Everything is read before anything is changed. */
static enum smsclient_result read_files(struct console *console,
                                        struct manifest *manifest)
{
    const char *file = console_value(console, OPTION_FILE);
    enum smsclient_result added = SMSCLIENT_OK;
    const struct policy_message *messages;
    size_t n;

    if (!file && console->arguments.n_words == 0)
        return console_fail(console, SMSCLIENT_USAGE,
                            "Name the files to apply: smsctl apply -f FILE.");
    if (file)
        added = add(console, manifest, file);
    for (size_t i = 0; added == SMSCLIENT_OK && i < console->arguments.n_words;
         i++)
        added = add(console, manifest, console->arguments.words[i]);
    if (added != SMSCLIENT_OK)
        return added;
    messages = manifest_messages(manifest, &n);
    report_lines(console, messages, n);
    return n ? SMSCLIENT_INVALID : SMSCLIENT_OK;
}

/* ---- Printing ---- */

static void add_row(json_t *rows, const json_t *done, const json_t *change)
{
    json_array_append_new(rows,
                          json_pack("{s:O, s:O, s:O*, s:O*, s:O*, s:O*, s:O*}",
                                    "action", json_object_get(done, "action"),
                                    "class", json_object_get(done, "class"),
                                    "key", json_object_get(done, "key"), "name",
                                    json_object_get(done, "name"), "property",
                                    json_object_get(change, "property"), "from",
                                    json_object_get(change, "from"), "to",
                                    json_object_get(change, "to")));
}

/* A row for each change, or one that says there is none. */
static json_t *rows_of(const json_t *done)
{
    json_t *rows = json_array();

    for (size_t i = 0; i < json_array_size(done); i++) {
        const json_t *one = json_array_get(done, i);
        const json_t *changes = json_object_get(one, "changes");

        if (json_array_size(changes) == 0)
            add_row(rows, one, NULL);
        for (size_t j = 0; j < json_array_size(changes); j++)
            add_row(rows, one, json_array_get(changes, j));
    }
    return rows;
}

/* Files have values of masked variables; terminals and their logs do not. */
static void mask_values(json_t *json)
{
    const char *name;
    json_t *value;
    void *next;
    bool is_masked = false;

    for (size_t i = 0; i < json_array_size(json); i++)
        mask_values(json_array_get(json, i));
    json_object_foreach (json, name, value) {
        is_masked |= strcasecmp(name, "IsMasked") == 0 && !json_is_false(value);
        mask_values(value);
    }
    json_object_foreach_safe(json, next, name,
                             value) if (is_masked &&
                                        strcasecmp(name, "Value") == 0)
        json_object_del(json, name);
}

static enum smsclient_result print_done(const struct apply *apply)
{
    static const char *const columns[] = {"action",   "class", "key", "name",
                                          "property", "from",  "to"};
    struct console *console = apply->console;
    SCOPED(answer_drop) json_t *rows = NULL;

    mask_values(apply->done);
    if (output_is_data(&console->output))
        return console_printed(console,
                               output_data(&console->output, apply->done));
    rows = rows_of(apply->done);
    return console_printed(console, output_rows(&console->output, rows, columns,
                                                ARRAY_SIZE(columns)));
}

/* ---- Applying ---- */

static void apply_clear(struct apply *apply)
{
    json_decref(apply->classes);
    json_decref(apply->done);
}

static void print_progress(struct console *console, size_t i, size_t n)
{
    if (n > 100 && i > 0 && i % 100 == 0)
        console_progress(console, "%zu of %zu objects", i, n);
}

/* Stops at the first that fails: others may depend on it. */
static enum smsclient_result apply_all(struct apply *apply,
                                       const struct manifest *manifest)
{
    enum smsclient_result result = SMSCLIENT_OK;
    size_t n;
    const struct manifest_object *objects = manifest_objects(manifest, &n);

    for (size_t i = 0; i < n; i++) {
        print_progress(apply->console, i, n);
        result = apply_object(apply, &objects[i]);
        if (result == SMSCLIENT_OK)
            continue;
        if (i + 1 < n)
            console_note(apply->console,
                         "Objects after it that were not looked at: %zu. Run "
                         "the command again; what is done stays done.",
                         n - i - 1);
        break;
    }
    return result;
}

enum smsclient_result verb_apply(struct console *console)
{
    OWNED(manifest) manifest = NULL;
    SCOPED(apply_clear)
    struct apply apply = {.console = console,
                          .is_dry = console_value(console, OPTION_DRY_RUN),
                          .classes = json_object(),
                          .done = json_array()};
    enum smsclient_result result, printed;

    if (manifest_new(&manifest) != STATUS_OK || !apply.classes || !apply.done)
        return console_printed(console, STATUS_NO_MEMORY);
    result = read_files(console, manifest);
    if (result != SMSCLIENT_OK)
        return result;
    result = apply_all(&apply, manifest);
    printed = print_done(&apply);
    return result == SMSCLIENT_OK ? printed : result;
}
