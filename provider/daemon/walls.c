#include "provider/daemon/walls.h"

#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>

#include "provider/base/log.h"

enum { MESSAGES_MAX_BYTES = 4 * 1024 * 1024 };

/* Of the keeper, and so of the workers that it starts. */
static enum status confine_keeper(void)
{
    return confine_helper(CONFINE_KEEPER);
}

static enum status open_keeper(struct walls *walls, struct config *config)
{
    if (!config->auth.pam.service)
        return STATUS_OK;
    TRY(pam_keeper_open(config->auth.pam.worker,
                        walls->is_off ? NULL : confine_keeper, &walls->keeper));
    config->auth.pam.keeper = walls->keeper;
    return STATUS_OK;
}

static bool has_keys(const struct config *config)
{
    for (size_t i = 0; i < config->n_listeners; i++)
        if (config->listeners[i].key)
            return true;
    return config->offline.key || config->ssh.authority;
}

/* Of the signer: its keys' files, and no port at all. */
static enum status confine_signer(void *context)
{
    const struct walls *walls = context;
    const struct confine_reach view = reach_view(&walls->keys);
    bool is_on;

    TRY(confine_process(0));
    TRY(confine_files(&view, &is_on));
    return confine_calls(CONFINE_SIGNER, confine_is_checked());
}

/* What it is asked later it answers in seconds, or it is late. */
enum { SIGNER_BEGINS_MS = 60 * 1000 };

/* A lane for each loop, and one for a reload. */
static enum status open_signer(struct walls *walls, struct config *config)
{
    if (!has_keys(config))
        return STATUS_OK;
    TRY(reach_of_keys(config, &walls->keys));
    TRY(signer_open((size_t)config->n_workers + 1,
                    walls->is_off ? NULL : confine_signer, walls,
                    &walls->signer));
    config->signer = walls->signer;
    return signer_await(walls->signer, SIGNER_BEGINS_MS);
}

/* An abstract socket of the service manager is nobody's file. */
static bool notifies_abstractly(void)
{
    const char *socket = getenv("NOTIFY_SOCKET");

    return socket && socket[0] == '@';
}

static enum status limit_files(struct walls *walls, const struct config *config)
{
    struct confine_reach view;

    TRY(reach_of(walls->config_path, config, &walls->reach));
    view = reach_view(&walls->reach);
    view.has_abstract = notifies_abstractly();
    return confine_files(&view, &walls->has_files);
}

static enum status put_up(struct walls *walls, struct config *config)
{
    TRY(open_signer(walls, config));
    TRY(open_keeper(walls, config));
    if (walls->is_off) {
        log_warn("confine.off why=%s", "--unconfined");
        return STATUS_OK;
    }
    TRY(confine_process(UINT64_C(1) << CAP_NET_BIND_SERVICE));
    return limit_files(walls, config);
}

enum status walls_close(struct walls *walls)
{
    if (walls->is_off)
        return STATUS_OK;
    TRY(confine_process(0));
    TRY(confine_calls(CONFINE_DAEMON, confine_is_checked()));
    log_info("confine.on files=%s", walls->has_files ? "yes" : "no");
    return STATUS_OK;
}

static bool has_keeper_for(const struct walls *walls,
                           const struct config *config)
{
    const char *worker = config->auth.pam.worker;

    if (!config->auth.pam.service)
        return true;
    if (!walls->keeper)
        return false;
    return strcmp(worker ? worker : SMS_PAM_WORKER,
                  pam_keeper_worker(walls->keeper)) == 0;
}

const char *walls_difference(const struct walls *walls, struct config *config,
                             struct walls_wanted *wanted)
{
    const char *lacked;

    if (!has_keeper_for(walls, config))
        return "pam";
    config->auth.pam.keeper = walls->keeper;
    config->signer = walls->signer;
    if (!walls->has_files)
        return NULL;
    if (reach_of(walls->config_path, config, &wanted->files) != STATUS_OK ||
        reach_of_keys(config, &wanted->keys) != STATUS_OK)
        return "memory";
    lacked = reach_lacks(&walls->reach, &wanted->files);
    return lacked ? lacked : reach_lacks(&walls->keys, &wanted->keys);
}

static enum status read_behind(const struct walls *walls,
                               struct config **config_out,
                               struct buf *messages_out)
{
    SCOPED(walls_wanted_clear) struct walls_wanted wanted = {0};
    OWNED(config) config = NULL;

    if (config_read(walls->config_path, &config, messages_out) != STATUS_OK)
        return STATUS_INVALID;
    if (walls_difference(walls, config, &wanted)) {
        buf_append_format(messages_out,
                          "%s:1:1: error: it was changed meanwhile\n",
                          walls->config_path);
        return STATUS_UNAVAILABLE;
    }
    *config_out = TAKE(config);
    return STATUS_OK;
}

enum status walls_begin(struct walls *walls, struct config **config_out,
                        struct buf *messages_out)
{
    SCOPED(buf_free) struct buf messages = buf_make(MESSAGES_MAX_BYTES);
    OWNED(config) config = NULL;

    if (config_read(walls->config_path, &config, &messages) != STATUS_OK) {
        buf_append_text(messages_out, buf_text(&messages));
        return STATUS_INVALID;
    }
    TRY(put_up(walls, config));
    return read_behind(walls, config_out, messages_out);
}

void walls_wanted_clear(struct walls_wanted *wanted)
{
    reach_clear(&wanted->files);
    reach_clear(&wanted->keys);
}

const char *walls_replaced(const struct walls *walls)
{
    const char *replaced = NULL;

    if (walls->has_files)
        replaced = reach_replaced(&walls->reach);
    if (walls->has_files && !replaced)
        replaced = reach_of_keys_replaced(&walls->keys);
    return replaced;
}

void walls_clear(struct walls *walls)
{
    signer_free(walls->signer);
    pam_keeper_free(walls->keeper);
    reach_clear(&walls->reach);
    reach_clear(&walls->keys);
    *walls = (struct walls){0};
}
