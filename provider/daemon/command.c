#include "provider/daemon/command.h"

#include <stdlib.h>
#include <unistd.h>

#include "provider/daemon/kept_keys.h"
#include "provider/daemon/restore.h"
#include "provider/daemon/service_user.h"
#include "provider/daemon/site_store.h"
#include "provider/daemon/site_undo.h"
#include "provider/daemon/start_check.h"

void command_print(const struct buf *messages, FILE *out)
{
    if (messages->size > 0)
        fwrite(buf_text(messages).data, 1, messages->size, out);
}

/* ---- --check ---- */

static int check(const char *path)
{
    SCOPED(buf_free) struct buf messages = buf_make(COMMAND_MESSAGES_BYTES);
    const enum status status = start_check(path, &messages);

    command_print(&messages, stdout);
    return status == STATUS_OK ? EXIT_SUCCESS : EXIT_INVALID;
}

/* ---- Commands on the store ---- */

static int exit_of(enum status status)
{
    switch (status) {
    case STATUS_OK:
        return EXIT_SUCCESS;
    case STATUS_CONFLICT:
        return EXIT_CONFLICT;
    case STATUS_INVALID:
        return EXIT_INVALID;
    default:
        return EXIT_UNAVAILABLE;
    }
}

static int keep_store(const char *path,
                      enum status (*act)(const struct config *config))
{
    SCOPED(buf_free) struct buf messages = buf_make(COMMAND_MESSAGES_BYTES);
    OWNED(config) config = NULL;
    const enum status status = config_read(path, &config, &messages);

    command_print(&messages, stderr);
    return status == STATUS_OK ? exit_of(act(config)) : EXIT_INVALID;
}

static int roll_back(const struct options *options)
{
    SCOPED(buf_free) struct buf messages = buf_make(COMMAND_MESSAGES_BYTES);
    OWNED(config) config = NULL;
    enum status status = config_read(options->config, &config, &messages);

    command_print(&messages, stderr);
    if (status != STATUS_OK)
        return EXIT_INVALID;
    status = site_undo(config, options->version);
    if (status == STATUS_NOT_FOUND)
        fputs("smsproviderd: there is no such version; smsctl policy history "
              "lists them\n",
              stderr);
    return status == STATUS_NOT_FOUND ? EXIT_NOT_FOUND : exit_of(status);
}

/* ---- restore ---- */

static bool ask_person(void *context, const char *question)
{
    const struct options *options = context;
    char answer[16] = "";

    if (options->is_sure)
        return true;
    if (!isatty(STDIN_FILENO)) {
        fprintf(stderr, "smsproviderd: %s Give --yes.\n", question);
        return false;
    }
    fprintf(stderr, "%s [y/N] ", question);
    return fgets(answer, sizeof(answer), stdin) &&
           (answer[0] == 'y' || answer[0] == 'Y');
}

static enum status restore_with_keys(const struct config *config,
                                     const struct restore_order *order,
                                     const struct handed *handed)
{
    struct kept_return returned = {0};
    enum status status;

    if (handed->keys.size > 0)
        TRY(kept_keys_return(config, buf_text(&handed->keys),
                             buf_text(&handed->key), &returned));
    status = restore_store(config, order);
    if (status != STATUS_OK)
        kept_keys_withdraw(&returned);
    return status;
}

static int restore(struct options *options, const struct handed *handed)
{
    SCOPED(buf_free) struct buf messages = buf_make(COMMAND_MESSAGES_BYTES);
    OWNED(config) config = NULL;
    const struct restore_order order = {
        .file = options->file,
        .fd = handed->backup,
        .confirm = ask_person,
        .context = options,
    };
    enum status status;

    status = config_read(options->config, &config, &messages);
    command_print(&messages, stderr);
    if (status == STATUS_OK && !options->user)
        status = service_user_of(config->store_path);
    if (status == STATUS_OK)
        status = restore_with_keys(config, &order, handed);
    if (status == STATUS_OK)
        fprintf(stderr,
                "Restored. Start the provider, and look at smsctl policy "
                "history: revocations since the backup are to be made "
                "again.\n");
    return status == STATUS_DENIED ? EXIT_DENIED : exit_of(status);
}

/* ---- keep-keys ---- */

static int keep_keys(const char *path, const struct handed *handed)
{
    SCOPED(buf_free) struct buf messages = buf_make(COMMAND_MESSAGES_BYTES);
    SCOPED(buf_free) struct buf kept = buf_make(COMMAND_MESSAGES_BYTES);
    OWNED(config) config = NULL;
    enum status status = config_read(path, &config, &messages);

    command_print(&messages, stderr);
    if (status != STATUS_OK)
        return EXIT_INVALID;
    status = kept_keys_write(config, buf_text(&handed->certificate), &kept);
    if (status != STATUS_OK)
        return exit_of(status);
    command_print(&kept, stdout);
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_UNAVAILABLE;
}

int command_run(struct options *options, const struct handed *handed)
{
    switch (options->act) {
    case ACT_CHECK:
        return check(options->config);
    case ACT_INIT:
        return keep_store(options->config, site_store_init);
    case ACT_ACCEPT:
        return keep_store(options->config, site_store_accept);
    case ACT_ROTATE:
        return keep_store(options->config, site_store_rotate);
    case ACT_ROLLBACK:
        return roll_back(options);
    case ACT_RESTORE:
        return restore(options, handed);
    case ACT_KEEP_KEYS:
        return keep_keys(options->config, handed);
    case ACT_SERVE:
        break;
    }
    return EXIT_USAGE;
}
