#include "provider/client/token_file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "auth/mechanism_table.h"
#include "provider/client/file.h"

static enum status token_unusable(struct failure *failure, const char *path,
                                  const char *why)
{
    return failure_set(failure, SMSCLIENT_USAGE, "file",
                       "The token file %s cannot be used: %s.", path, why);
}

enum status token_file_read(const char *path, struct failure *failure,
                            struct secret *token_out)
{
    SCOPED(buf_wipe) struct buf text = buf_make(AUTH_MESSAGE_MAX_BYTES);
    enum status read;
    struct stat info;
    struct text token;

    if (stat(path, &info) == 0 && S_ISREG(info.st_mode) &&
        (info.st_mode & S_IRWXO))
        return token_unusable(failure, path, "it is readable by all users");
    read = file_read(path, &text);
    if (read != STATUS_OK)
        return token_unusable(failure, path,
                              read == STATUS_LIMIT ? "it is too long"
                                                   : strerror(errno));
    token = buf_text(&text);
    while (token.size && strchr("\r\n \t", token.data[token.size - 1]))
        token.size--;
    if (token.size == 0)
        return token_unusable(failure, path, "it is empty");
    return secret_set(token_out, token);
}
