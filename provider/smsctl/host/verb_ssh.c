#include "provider/smsctl/host/verb_ssh.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "provider/base/base64.h"
#include "provider/base/ssh_key.h"
#include "provider/client/answer.h"

enum {
    PATH_BYTES = 4096,
    LINE_BYTES = 8192,
    KRL_BYTES = 512 * 1024,
    SERIAL_BYTES = 24,
};

static void file_drop(FILE **file)
{
    if (*file)
        fclose(*file);
}

/* ---- The key ---- */

/* The one that was named, or the first of those that ssh tries. */
static bool find_key(const struct console *console, char path[PATH_BYTES])
{
    static const char *const names[] = {"id_ed25519", "id_ed25519_sk",
                                        "id_ecdsa", "id_ecdsa_sk", "id_rsa"};
    const char *home = getenv("HOME");

    if (console->arguments.n_words > 0)
        return snprintf(path, PATH_BYTES, "%s", console->arguments.words[0]) <
               PATH_BYTES;
    for (size_t i = 0; home && i < ARRAY_SIZE(names); i++)
        if (snprintf(path, PATH_BYTES, "%s/.ssh/%s.pub", home, names[i]) <
                PATH_BYTES &&
            access(path, R_OK) == 0)
            return true;
    return false;
}

static enum smsclient_result read_key(struct console *console, const char *path,
                                      char line[LINE_BYTES],
                                      struct ssh_key *key_out)
{
    SCOPED(buf_free) struct buf blob = buf_make(SSH_BLOB_BYTES);
    SCOPED(file_drop) FILE *file = fopen(path, "re");
    const char *why = "it is empty";

    if (!file)
        return console_fail(console, SMSCLIENT_FAILED, "%s: %s.", path,
                            strerror(errno));
    if (fgets(line, LINE_BYTES, file)) {
        line[strcspn(line, "\r\n")] = '\0';
        if (ssh_key_read(text_of(line), &blob, key_out, &why) == STATUS_OK)
            return SMSCLIENT_OK;
    }
    return console_fail(console, SMSCLIENT_INVALID,
                        "%s is no public key of SSH: %s.", path, why);
}

/* ---- The certificate ---- */

/* KEY.pub -> KEY-cert.pub, where ssh looks for it. */
static bool name_file(const char *key, char out[PATH_BYTES])
{
    const size_t size = strlen(key);
    const size_t stem =
        size > 4 && strcmp(key + size - 4, ".pub") == 0 ? size - 4 : size;

    return snprintf(out, PATH_BYTES, "%.*s-cert.pub", (int)stem, key) <
           PATH_BYTES;
}

static enum smsclient_result write_file(struct console *console,
                                        const char *path, const char *text)
{
    FILE *file = fopen(path, "we");
    bool is_good;

    if (!file)
        return console_fail(console, SMSCLIENT_FAILED, "%s: %s.", path,
                            strerror(errno));
    is_good = fprintf(file, "%s\n", text) > 0;
    is_good = fclose(file) == 0 && is_good;
    return is_good ? SMSCLIENT_OK
                   : console_fail(console, SMSCLIENT_FAILED,
                                  "%s cannot be written.", path);
}

static json_t *params_of(struct ssh_key key)
{
    return json_pack("{s:s%}", "key", key.whole.data, key.whole.size);
}

enum smsclient_result verb_ssh_cert(struct console *console)
{
    SCOPED(answer_drop) json_t *answer = NULL;
    char path[PATH_BYTES], file[PATH_BYTES], line[LINE_BYTES];
    enum smsclient_result result;
    struct ssh_key key;

    if (!find_key(console, path) || !name_file(path, file))
        return console_fail(console, SMSCLIENT_USAGE,
                            "Name a public key: smsctl ssh-cert KEY.pub.");
    result = read_key(console, path, line, &key);
    if (result == SMSCLIENT_OK)
        result =
            console_call(console, "ssh.certificate", params_of(key), &answer);
    if (result == SMSCLIENT_OK)
        result = write_file(console, file, answer_text(answer, "certificate"));
    if (result != SMSCLIENT_OK)
        return result;
    json_object_del(answer, "certificate");
    json_object_set_new(answer, "file", json_string(file));
    return console_printed(console, output_object(&console->output, answer));
}

/* Its upper half is the record that it was made for. */
enum smsclient_result verb_ssh_cert_revoke(struct console *console)
{
    SCOPED(answer_drop) json_t *answer = NULL;
    const char *word = console->arguments.words[0];
    char key[SERIAL_BYTES], *end;
    int64_t serial;

    errno = 0;
    serial = strtoll(word, &end, 10);
    if (errno || *end || serial <= 0)
        return console_fail(console, SMSCLIENT_USAGE,
                            "%s is no serial number. ssh-keygen -L -f "
                            "KEY-cert.pub shows it, and sshd's log.",
                            word);
    snprintf(key, sizeof(key), "%" PRId64, serial >> 32);
    return console_call(console, "object.invoke",
                        json_pack("{s:s, s:s, s:s, s:{s:I}}", "class",
                                  "SMS_Admin", "key", key, "method",
                                  "RevokeCertificate", "args", "Serial",
                                  (json_int_t)serial),
                        &answer);
}

/* ---- For hosts ---- */

enum smsclient_result verb_ssh_ca(struct console *console)
{
    SCOPED(answer_drop) json_t *answer = NULL;
    const enum smsclient_result result =
        console_call(console, "ssh.authority", json_object(), &answer);

    if (result == SMSCLIENT_OK)
        fprintf(console->output.file, "%s\n", answer_text(answer, "authority"));
    return result;
}

enum smsclient_result verb_ssh_krl(struct console *console)
{
    SCOPED(answer_drop) json_t *answer = NULL;
    SCOPED(buf_free) struct buf list = buf_make(KRL_BYTES);
    const enum smsclient_result result =
        console_call(console, "ssh.revoked", json_object(), &answer);

    if (result != SMSCLIENT_OK)
        return result;
    if (base64_read(BASE64_PLAIN, text_of(answer_text(answer, "revoked")),
                    &list) != STATUS_OK ||
        fwrite(list.data, 1, list.size, console->output.file) != list.size)
        return console_fail(console, SMSCLIENT_FAILED,
                            "The list cannot be written.");
    return SMSCLIENT_OK;
}
