#include "provider/host/host_config.h"

#include <string.h>

#include "provider/base/own.h"
#include "provider/host/key_line.h"

#define KEY(name)                                                              \
    {                                                                          \
#name, offsetof(struct host_config, name),                             \
            sizeof(((struct host_config *)NULL)->name)                         \
    }

static const struct {
    const char *name;
    size_t at;
    size_t size;
} keys[] = {
    KEY(server),      KEY(ca),       KEY(pin),       KEY(certificate),
    KEY(key),         KEY(keytab),   KEY(device),    KEY(keys_user),
    KEY(offline_key), KEY(issuer),   KEY(issuer_ca), KEY(client_id),
    KEY(scopes),      KEY(resource),
};

bool host_config_set(struct host_config *config, const char *key,
                     const char *value)
{
    const size_t length = strlen(value);

    for (size_t i = 0; i < length; i++)
        if ((unsigned char)value[i] < 0x20 || value[i] == 0x7F)
            return false;
    for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
        if (strcmp(keys[i].name, key) != 0 || length >= keys[i].size)
            continue;
        memcpy((char *)config + keys[i].at, value, length + 1);
        return true;
    }
    return false;
}

const char *host_config_lacks(const struct host_config *config)
{
    if (!config->server[0])
        return "server";
    if (!config->device[0])
        return "device";
    if (strncmp(config->server, "unix:", 5) != 0 && !config->ca[0] &&
        !config->pin[0])
        return "ca";
    if (config->issuer[0] && !config->issuer_ca[0])
        return "issuer_ca";
    if (config->issuer[0] && !config->client_id[0])
        return "client_id";
    if (config->keytab[0])
        return NULL;
    if (!config->certificate[0])
        return "certificate";
    return config->key[0] ? NULL : "key";
}

static enum status take_line(const char *path, struct key_file *file,
                             char *text, struct host_config *config,
                             struct buf *why)
{
    const struct key_line line = key_line_read(text);

    if (line.kind == KEY_LINE_EMPTY ||
        (line.kind == KEY_LINE_VALUE &&
         host_config_set(config, line.key, line.value)))
        return STATUS_OK;
    buf_append_format(why, "%s:%u: it is not a key of this file", path,
                      file->line);
    return STATUS_INVALID;
}

enum status host_config_read(const char *path, struct host_config *config_out,
                             struct buf *why)
{
    struct key_file file;
    char *text;

    *config_out = (struct host_config){.server = ""};
    switch (key_file_open(path, &file)) {
    case KEY_FILE_READ:
        break;
    case KEY_FILE_MISSING:
        buf_append_format(why,
                          "%s: there is no such file; run smsctl host "
                          "enrol",
                          path);
        return STATUS_NOT_FOUND;
    case KEY_FILE_REFUSED:
        buf_append_format(why,
                          "%s: it cannot be read, or others than root can "
                          "change it",
                          path);
        return STATUS_INVALID;
    }
    while ((text = key_file_line(&file)))
        TRY(take_line(path, &file, text, config_out, why));
    if (!host_config_lacks(config_out))
        return STATUS_OK;
    buf_append_format(why, "%s: %s is missing", path,
                      host_config_lacks(config_out));
    return STATUS_INVALID;
}

void host_config_write(const struct host_config *config, struct buf *out)
{
    for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
        const char *value = (const char *)config + keys[i].at;

        if (*value)
            buf_append_format(out, "%s = %s\n", keys[i].name, value);
    }
}

static const char *given(const char *value)
{
    return *value ? value : NULL;
}

void host_config_options(const struct host_config *config,
                         struct smsclient_options *options_out)
{
    *options_out = (struct smsclient_options){
        .server = config->server,
        .ca = given(config->ca),
        .pin = given(config->pin),
        .certificate = given(config->certificate),
        .key = given(config->key),
        .mechanism = config->keytab[0] ? "GSSAPI" : "EXTERNAL",
        .timeout_ms = HOST_TIMEOUT_MS,
    };
}
