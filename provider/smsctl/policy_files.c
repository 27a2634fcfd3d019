#include "provider/smsctl/policy_files.h"

#include <string.h>
#include <sys/stat.h>

#include "provider/client/answer.h"
#include "provider/client/file.h"
#include "provider/smsctl/manifest/manifest.h"
#include "provider/smsctl/report.h"

static enum smsclient_result add_file(struct console *console,
                                      struct policy_set *set, const char *path)
{
    SCOPED(buf_free) struct buf text = buf_make(POLICY_FILE_MAX_BYTES);
    struct stat info = {0};
    enum status read;

    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode))
        read = policy_set_add_directory(set, path);
    else
        read = file_read(path, &text);
    if (read != STATUS_OK)
        return report_unreadable(console, path, read);
    if (manifest_is_like(buf_text(&text)))
        return console_fail(console, SMSCLIENT_INVALID,
                            "%s describes objects, not a policy: use smsctl "
                            "apply -f.",
                            path);
    if (!S_ISDIR(info.st_mode))
        read = policy_set_add(set, path, buf_text(&text));
    return read == STATUS_OK || read == STATUS_INVALID
               ? SMSCLIENT_OK
               : report_unreadable(console, path, read);
}

enum smsclient_result policy_files_add(struct console *console,
                                       struct policy_set *set)
{
    enum smsclient_result added = SMSCLIENT_OK;

    for (size_t i = 0; added == SMSCLIENT_OK && i < console->arguments.n_words;
         i++)
        added = add_file(console, set, console->arguments.words[i]);
    return added;
}

static enum smsclient_result put_file(struct console *console, const char *path,
                                      struct text text, json_t *files)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    json_t *value = json_stringn(text.data, text.size);

    if (!value)
        return console_fail(console, SMSCLIENT_INVALID, "%s is not UTF-8.",
                            path);
    if (json_object_get(files, name)) {
        json_decref(value);
        return console_fail(console, SMSCLIENT_USAGE,
                            "Two files are named %s. Rename one.", name);
    }
    if (json_object_set_new(files, name, value) != 0)
        return console_printed(console, STATUS_NO_MEMORY);
    return SMSCLIENT_OK;
}

static enum smsclient_result put_files(struct console *console,
                                       const struct policy_set *set,
                                       json_t *files)
{
    enum smsclient_result put = SMSCLIENT_OK;

    for (size_t i = 0; put == SMSCLIENT_OK && i < policy_set_n_files(set);
         i++) {
        const char *path;
        struct text text;

        policy_set_file(set, i, &path, &text);
        put = put_file(console, path, text, files);
    }
    return put;
}

/* An unreadable file of a directory is an error: a partial policy is never
 * used. */
static enum smsclient_result check_read(struct console *console,
                                        const struct policy_set *set)
{
    size_t n;
    const struct policy_message *messages = policy_set_messages(set, &n);

    report_lines(console, messages, n);
    for (size_t i = 0; i < n; i++)
        if (messages[i].severity == POLICY_ERROR)
            return SMSCLIENT_INVALID;
    if (policy_set_n_files(set) == 0)
        return console_fail(console, SMSCLIENT_INVALID,
                            "No policy files were found; an empty policy is "
                            "refused as a precaution.");
    return SMSCLIENT_OK;
}

enum smsclient_result policy_files_params(struct console *console,
                                          json_t **params_out)
{
    OWNED(policy_set) set = NULL;
    SCOPED(answer_drop) json_t *params = json_pack("{s:{}}", "files");
    enum smsclient_result done;

    if (!params || policy_set_new(&set) != STATUS_OK)
        return console_printed(console, STATUS_NO_MEMORY);
    done = policy_files_add(console, set);
    if (done == SMSCLIENT_OK)
        done = check_read(console, set);
    if (done == SMSCLIENT_OK)
        done = put_files(console, set, json_object_get(params, "files"));
    if (done == SMSCLIENT_OK)
        *params_out = TAKE(params);
    return done;
}
