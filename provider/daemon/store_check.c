#include "provider/daemon/store_check.h"

#include <errno.h>
#include <sys/stat.h>

#include "provider/store/anchor.h"
#include "provider/store/seal.h"
#include "provider/store/store.h"

static bool is_there(const char *path)
{
    struct stat about;

    return lstat(path, &about) == 0 || errno != ENOENT;
}

/* The log, on standard error, has more than a status says. */
static enum status fail(struct buf *messages, const char *path,
                        enum status status, const char *what)
{
    buf_append_format(messages, "%s: error: %s (%s)\n", path, what,
                      status_name(status));
    return STATUS_INVALID;
}

static enum status check_key(const char *path, struct seal_key **key_out,
                             struct buf *messages)
{
    enum status status = seal_key_open(path, key_out);

    if (status == STATUS_OK && !seal_key_is_private(*key_out))
        status = STATUS_INVALID;
    return status == STATUS_OK
               ? STATUS_OK
               : fail(messages, path, status,
                      "the store's key is missing or cannot be used");
}

static enum status check_anchor(const char *path, const struct seal_key *key,
                                struct seal_line *line_out,
                                struct buf *messages)
{
    const enum status status = anchor_look(path, key, line_out);

    return status == STATUS_OK
               ? STATUS_OK
               : fail(messages, path, status,
                      "the store's anchor is missing, or not of its key");
}

static enum status read_line(const char *path, const struct seal_key *key,
                             struct seal_line *line_out)
{
    OWNED(store) store = NULL;
    char text[SEAL_LINE_BYTES];

    TRY(store_check_file(path));
    TRY(store_open(path, STORE_LOOK, &store));
    TRY(seal_read_text(store, text));
    return seal_line_read(text_of(text), key, line_out);
}

/* What a running provider changes goes into the database first. */
static enum status check_database(const char *path, const struct seal_key *key,
                                  const struct seal_line *anchor,
                                  struct buf *messages)
{
    struct seal_line line = {0};
    const enum status status = read_line(path, key, &line);

    if (status != STATUS_OK)
        return fail(messages, path, status, "the database cannot be used");
    if (line.serial < anchor->serial)
        return fail(messages, path, STATUS_INVALID,
                    "the database is older than its anchor: restore it, or "
                    "accept it with smsproviderd --accept-restored");
    return STATUS_OK;
}

enum status store_check(const struct config *config, struct buf *messages_out)
{
    OWNED(seal_key) key = NULL;
    struct seal_line anchor = {0};

    if (!is_there(config->store_path) && !is_there(config->store_anchor)) {
        buf_append_format(messages_out,
                          "%s: warning: there is no store yet: smsproviderd "
                          "--init makes one\n",
                          config->store_path);
        return STATUS_OK;
    }
    TRY(check_key(config->store_key, &key, messages_out));
    TRY(check_anchor(config->store_anchor, key, &anchor, messages_out));
    return check_database(config->store_path, key, &anchor, messages_out);
}
