/* Reads configuration and policy files at startup and again on SIGHUP. */
#include <string.h>

#include "provider/base/clock.h"
#include "provider/base/log.h"
#include "provider/daemon/daemon.h"
#include "provider/daemon/respelling.h"
#include "provider/daemon/unlisted.h"
#include "provider/rollout/source.h"

enum { MESSAGES_MAX_BYTES = 1024 * 1024 };

/* Lines of messages, one log line each. */
static void log_messages(const char *event, struct text messages)
{
    while (messages.size > 0) {
        const char *end = memchr(messages.data, '\n', messages.size);
        const size_t length =
            end ? (size_t)(end - messages.data) : messages.size;
        SCOPED(memory_drop)
        char *line = text_dup((struct text){messages.data, length});

        if (line && strstr(line, ": warning: "))
            log_warn("%s message=%s", event, line);
        else
            log_error("%s message=%s", event, line);
        messages.data += length + (end ? 1 : 0);
        messages.size -= length + (end ? 1 : 0);
    }
}

/* ---- Policy ---- */

/* One reading of the policy files. */
struct reading {
    struct source *source; /* borrowed */
    enum status was_read;
    struct directory_outcome outcome;
};

/* In the writer. */
static void apply(void *context, struct call_ground *ground)
{
    struct reading *reading = context;

    directory_apply(reading->source, reading->was_read, ground,
                    &reading->outcome);
}

enum status daemon_apply_policy(struct daemon *daemon)
{
    const struct config *config = daemon->service.settings->config;
    const char *path = config->policy_path;
    SCOPED(buf_free) struct buf messages = buf_make(MESSAGES_MAX_BYTES);
    OWNED(source) source = NULL;
    struct reading reading = {.was_read = STATUS_OK};

    if (!path)
        return STATUS_OK;
    reading.was_read = source_read_directory(path, &config->realms, &source);
    if (!source)
        return reading.was_read;
    if (reading.was_read == STATUS_UNAVAILABLE) /* which its message says */
        reading.was_read = STATUS_INVALID;
    reading.source = source;
    if (writer_run(&daemon->service.writer, apply, &reading) != STATUS_OK)
        reading.outcome.status = STATUS_UNAVAILABLE;
    directory_note(&daemon->directory, path, source, &reading.outcome,
                   clock_wall_s());
    source_write_lines(source, &messages);
    log_messages("policy", buf_text(&messages));
    return reading.outcome.status;
}

/* ---- Configuration ---- */

/* Threads and sockets cannot follow a change of these. */
static const char *fixed_difference(const struct config *a,
                                    const struct config *b)
{
    if (strcmp(a->site_code, b->site_code) != 0)
        return "site";
    if (strcmp(a->store_path, b->store_path) != 0 ||
        strcmp(a->store_key, b->store_key) != 0 ||
        strcmp(a->store_anchor, b->store_anchor) != 0)
        return "store";
    if (strcmp(a->metrics ? a->metrics : "", b->metrics ? b->metrics : "") != 0)
        return "metrics";
    if (a->n_workers != b->n_workers)
        return "workers";
    if (a->n_listeners != b->n_listeners)
        return "listen";
    for (size_t i = 0; i < a->n_listeners; i++) {
        const char *was = a->listeners[i].unix_path ? a->listeners[i].unix_path
                                                    : a->listeners[i].tls;
        const char *is = b->listeners[i].unix_path ? b->listeners[i].unix_path
                                                   : b->listeners[i].tls;

        if (strcmp(was, is) != 0 ||
            !a->listeners[i].https != !b->listeners[i].https)
            return "listen";
    }
    return NULL;
}

/* What a restart is needed for; NULL: nothing. wanted owns it. */
static const char *needs_restart(const struct daemon *daemon,
                                 struct config *config,
                                 struct walls_wanted *wanted)
{
    const char *fixed =
        fixed_difference(daemon->service.settings->config, config);

    return fixed ? fixed : walls_difference(daemon->walls, config, wanted);
}

/* STATUS_CONFLICT: it needs a restart, which is logged. */
static enum status read_settings(const struct daemon *daemon, const char *path,
                                 struct settings **out, struct buf *messages)
{
    SCOPED(walls_wanted_clear) struct walls_wanted wanted = {0};
    OWNED(config) config = NULL;
    const char *fixed;

    TRY(config_read(path, &config, messages));
    fixed = needs_restart(daemon, config, &wanted);
    if (fixed) {
        log_error("config.rejected file=%s why=%s key=%s", path,
                  "needs a restart", fixed);
        return STATUS_CONFLICT;
    }
    return settings_new(TAKE(config), out, messages);
}

/* Files that cannot be read may be there, in a directory of the same name. */
static void log_rejected(const struct daemon *daemon, const char *path,
                         enum status status)
{
    const char *replaced = walls_replaced(daemon->walls);

    if (replaced)
        log_error("config.rejected file=%s why=%s key=%s", path,
                  "a directory was replaced: needs a restart", replaced);
    else
        log_error("config.rejected file=%s why=%s", path, status_name(status));
}

/* True: the new one is in effect. */
static bool reload_config(struct daemon *daemon, const char *path)
{
    SCOPED(buf_free) struct buf messages = buf_make(MESSAGES_MAX_BYTES);
    OWNED(settings) settings = NULL;
    enum status status = read_settings(daemon, path, &settings, &messages);

    if (status == STATUS_OK)
        status = settings_follow(daemon->service.settings, settings, &messages);
    if (status == STATUS_OK)
        status = respelling_follow(&daemon->service.writer, settings->config,
                                   &messages);
    log_messages("config", buf_text(&messages));
    if (status == STATUS_CONFLICT)
        return false;
    if (status != STATUS_OK) {
        log_rejected(daemon, path, status);
        return false;
    }
    service_follow(&daemon->service, TAKE(settings));
    log_info("config.reloaded");
    return true;
}

void daemon_reload(struct daemon *daemon, const char *config_path)
{
    const bool is_read = reload_config(daemon, config_path);
    const bool is_applied = daemon_apply_policy(daemon) == STATUS_OK;

    unlisted_warn(&daemon->service.writer, daemon->service.settings);
    if (!is_applied)
        log_warn("policy.kept why=%s", "the files contain errors");
    metrics_count_reload(&daemon->service.metrics, is_read && is_applied,
                         clock_wall_s());
}
