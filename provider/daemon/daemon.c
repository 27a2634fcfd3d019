#include "provider/daemon/daemon.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "provider/base/clock.h"
#include "provider/base/log.h"
#include "provider/base/log_rate.h"
#include "provider/daemon/site_store.h"
#include "provider/method/table.h"
#include "provider/rollout/source.h"
#include "provider/store/seal.h"

enum {
    MESSAGES_MAX_BYTES = 1024 * 1024,
    /* Beside the connections: of each worker, and once more. */
    DESCRIPTORS_MORE = 32,
};

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

/* One reading of the policy files, applied by the writer. */
struct policy_job {
    struct job job;
    struct source *source; /* borrowed */
    enum status was_read;
    struct directory_outcome outcome;
    bool is_finished; /* under the lock */
    pthread_mutex_t lock;
    pthread_cond_t wake;
};

static void policy_run(struct job *job, struct call_ground *ground)
{
    struct policy_job *policy = (struct policy_job *)job;

    directory_apply(policy->source, policy->was_read, ground, &policy->outcome);
}

static void policy_fail(struct job *job)
{
    ((struct policy_job *)job)->outcome.status = STATUS_UNAVAILABLE;
}

static void policy_finish(struct job *job)
{
    struct policy_job *policy = (struct policy_job *)job;

    pthread_mutex_lock(&policy->lock);
    policy->is_finished = true;
    pthread_cond_signal(&policy->wake);
    pthread_mutex_unlock(&policy->lock);
}

static void policy_wait(struct daemon *daemon, struct policy_job *policy)
{
    pthread_mutex_init(&policy->lock, NULL);
    pthread_cond_init(&policy->wake, NULL);
    policy->job.run = policy_run;
    policy->job.fail = policy_fail;
    policy->job.finish = policy_finish;
    writer_post(&daemon->service.writer, &policy->job);
    pthread_mutex_lock(&policy->lock);
    while (!policy->is_finished)
        pthread_cond_wait(&policy->wake, &policy->lock);
    pthread_mutex_unlock(&policy->lock);
    pthread_cond_destroy(&policy->wake);
    pthread_mutex_destroy(&policy->lock);
}

/* Reads the directory and has it applied. STATUS_OK: it holds. */
static enum status daemon_apply_policy(struct daemon *daemon)
{
    const char *path = daemon->service.settings->config->policy_path;
    SCOPED(buf_free) struct buf messages = buf_make(MESSAGES_MAX_BYTES);
    OWNED(source) source = NULL;
    struct policy_job policy = {.was_read = STATUS_OK};

    if (!path)
        return STATUS_OK;
    policy.was_read = source_read_directory(path, &source);
    if (!source)
        return policy.was_read;
    if (policy.was_read == STATUS_UNAVAILABLE) /* which its message says */
        policy.was_read = STATUS_INVALID;
    policy.source = source;
    policy_wait(daemon, &policy);
    directory_note(&daemon->directory, path, source, &policy.outcome,
                   clock_wall_s());
    source_write_lines(source, &messages);
    log_messages("policy", buf_text(&messages));
    return policy.outcome.status;
}

/* ---- Beginning ---- */

static enum status open_store(struct daemon *daemon)
{
    const struct config *config = daemon->service.settings->config;
    OWNED(site) site = NULL;
    struct generation *first;
    enum status status;

    TRY(site_store_open(config, &daemon->store));
    TRY(site_prepare(daemon->store, config->site_code, config->site_name));
    TRY(site_set_delegation(daemon->store, config->lenient_delegation));
    if (config->lenient_delegation)
        log_warn("delegation.lenient why=%s", "the configuration says that"
                                              " giving needs no holding");
    TRY(store_read_begin(daemon->store));
    status = site_load(daemon->store, &site);
    store_read_end(daemon->store);
    TRY(status);
    first = generation_new(site, 1);
    if (!first)
        return STATUS_NO_MEMORY;
    (void)TAKE(site);
    status = present_open(&daemon->service.present, daemon->store, first);
    generation_free(first);
    daemon->has_present = status == STATUS_OK;
    return status;
}

static enum status open_sockets(struct daemon *daemon)
{
    const struct config *config = daemon->service.settings->config;

    daemon->service.sockets =
        calloc(config->n_listeners, sizeof(*daemon->service.sockets));
    if (!daemon->service.sockets)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < config->n_listeners; i++) {
        TRY(listener_open(&config->listeners[i], (size_t)config->n_workers,
                          &daemon->service.sockets[i]));
        daemon->service.n_sockets++;
    }
    return STATUS_OK;
}

static enum status start_loops(struct daemon *daemon)
{
    const size_t n = (size_t)daemon->service.settings->config->n_workers;

    daemon->loops = calloc(n, sizeof(*daemon->loops));
    if (!daemon->loops)
        return STATUS_NO_MEMORY;
    daemon->service.n_loops = n;
    for (size_t i = 0; i < n; i++)
        TRY(loop_start(&daemon->loops[i], &daemon->service, (unsigned)i));
    for (size_t i = 0; i < daemon->service.n_sockets; i++)
        log_info("listen.ready address=%s", daemon->service.sockets[i].name);
    return STATUS_OK;
}

/* Files that do not hold leave what an earlier run applied; a store that was
 * never given a policy has nothing to go on with. */
static enum status apply_first(struct daemon *daemon)
{
    const bool had_admins =
        rbac_engine_estate(daemon->service.present.generation->site->engine)
            ->n_admins > 0;
    const enum status status = daemon_apply_policy(daemon);

    if (status == STATUS_OK || !had_admins)
        return status;
    log_warn("policy.kept why=%s", "the files do not hold");
    return STATUS_OK;
}

/* The writer and the pool. */
static enum status start_workers(struct daemon *daemon)
{
    struct service *service = &daemon->service;
    struct call_ground like = service_ground(service);

    like.seal_key = seal_key_of(daemon->store);
    service->writer.ground = like;
    TRY(writer_start(&service->writer, daemon->store, &service->present));
    return pool_start(&service->pool, service->settings->config->store_path,
                      &service->present, &like);
}

/* A warning and no more: few sites come near their limit of connections. */
static void check_descriptors(const struct config *config)
{
    const rlim_t need = (rlim_t)config->limits.connections +
                        DESCRIPTORS_MORE * (rlim_t)(config->n_workers + 1);
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= need)
        return;
    log_warn("limit.descriptors have=%llu need=%llu why=%s",
             (unsigned long long)limit.rlim_cur, (unsigned long long)need,
             "cannot hold limits.connections");
}

enum status daemon_start(struct settings *settings, struct daemon **daemon_out)
{
    OWNED(daemon) daemon = calloc(1, sizeof(*daemon));

    if (!daemon) {
        settings_free(settings);
        return STATUS_NO_MEMORY;
    }
    directory_open(&daemon->directory);
    daemon->service.directory = &daemon->directory;
    daemon->service.methods = &method_table;
    TRY(service_open(&daemon->service, settings, clock_wall_s()));
    check_descriptors(settings->config);
    TRY(open_store(daemon));
    TRY(start_workers(daemon));
    TRY(apply_first(daemon));
    TRY(open_sockets(daemon));
    TRY(start_loops(daemon));
    *daemon_out = TAKE(daemon);
    return STATUS_OK;
}

static void ask_loops_to_stop(struct daemon *daemon)
{
    for (size_t i = 0; i < daemon->service.n_loops; i++)
        loop_ask_stop(&daemon->loops[i]);
}

void daemon_end(struct daemon *daemon)
{
    ending_begin(&daemon->ending, &daemon->service.is_ending);
    ask_loops_to_stop(daemon);
}

void daemon_free(struct daemon *daemon)
{
    if (!daemon)
        return;
    ask_loops_to_stop(daemon);
    for (size_t i = 0; i < daemon->service.n_loops; i++)
        loop_join(&daemon->loops[i]);
    free(daemon->loops);
    pool_stop(&daemon->service.pool);
    writer_stop(&daemon->service.writer);
    if (daemon->has_present)
        present_close(&daemon->service.present);
    store_free(daemon->store);
    service_close(&daemon->service);
    directory_close(&daemon->directory);
    ending_end(&daemon->ending);
    free(daemon);
}

/* ---- Watching the store ---- */

/* Beginning a change looks at the files, and at who else wrote to them. */
static void watch_run(struct job *job, struct call_ground *ground)
{
    static struct log_rate rate;
    struct watch *watch = (struct watch *)job;
    const enum status status = retention_slice(&watch->retention, ground->store,
                                               watch->keep_ms, clock_wall_ms());

    if (status != STATUS_OK)
        log_rarely(LOG_ERROR, &rate, "audit.retain why=%s",
                   status_name(status));
}

static void watch_fail(struct job *job)
{
    struct watch *watch = (struct watch *)job;

    watch->retention.n_removed = 0;
}

static void watch_finish(struct job *job)
{
    struct watch *watch = (struct watch *)job;

    metrics_add(watch->metrics, METRIC_AUDIT_REMOVED,
                watch->retention.n_removed);
    watch->is_posted = false;
}

_Static_assert((int)CONFIG_AUDIT_DAYS_MIN == (int)RETENTION_DAYS_MIN,
               "what is configured is what is done");

static int64_t audit_keep_ms(struct service *service)
{
    int64_t keep_ms;

    pthread_mutex_lock(&service->lock);
    keep_ms = service->settings->config->audit_keep_ms;
    pthread_mutex_unlock(&service->lock);
    return keep_ms;
}

bool daemon_watch(struct daemon *daemon)
{
    struct watch *watch = &daemon->watch;

    if (store_is_lost(daemon->store))
        return false;
    if (atomic_exchange(&watch->is_posted, true))
        return true; /* the writer is busy, and looks in every change */
    watch->keep_ms = audit_keep_ms(&daemon->service);
    watch->metrics = &daemon->service.metrics;
    watch->job = (struct job){
        .run = watch_run, .fail = watch_fail, .finish = watch_finish};
    writer_post(&daemon->service.writer, &watch->job);
    return true;
}

/* ---- Reload ---- */

/* What threads and sockets were made from cannot change under them. */
static const char *fixed_difference(const struct config *a,
                                    const struct config *b)
{
    if (strcmp(a->site_code, b->site_code) != 0)
        return "site";
    if (strcmp(a->store_path, b->store_path) != 0 ||
        strcmp(a->store_key, b->store_key) != 0 ||
        strcmp(a->store_anchor, b->store_anchor) != 0)
        return "store";
    if (a->n_workers != b->n_workers)
        return "workers";
    if (a->n_listeners != b->n_listeners)
        return "listen";
    for (size_t i = 0; i < a->n_listeners; i++) {
        const char *was = a->listeners[i].unix_path ? a->listeners[i].unix_path
                                                    : a->listeners[i].tls;
        const char *is = b->listeners[i].unix_path ? b->listeners[i].unix_path
                                                   : b->listeners[i].tls;

        if (strcmp(was, is) != 0)
            return "listen";
    }
    return NULL;
}

static enum status read_settings(const char *path, struct settings **out,
                                 struct buf *messages)
{
    struct config *config;

    TRY(config_read(path, &config, messages));
    return settings_new(config, out, messages);
}

/* True: the new one is in effect. */
static bool reload_config(struct daemon *daemon, const char *path)
{
    SCOPED(buf_free) struct buf messages = buf_make(MESSAGES_MAX_BYTES);
    OWNED(settings) settings = NULL;
    enum status status = read_settings(path, &settings, &messages);
    const char *fixed = NULL;

    if (status == STATUS_OK)
        fixed = fixed_difference(daemon->service.settings->config,
                                 settings->config);
    if (status == STATUS_OK && !fixed)
        status = settings_follow(daemon->service.settings, settings, &messages);
    log_messages("config", buf_text(&messages));
    if (status != STATUS_OK) {
        log_error("config.rejected file=%s why=%s", path, status_name(status));
        return false;
    }
    if (fixed) {
        log_error("config.rejected file=%s why=%s key=%s", path,
                  "needs a restart", fixed);
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

    if (!is_applied)
        log_warn("policy.kept why=%s", "the files do not hold");
    metrics_count_reload(&daemon->service.metrics, is_read && is_applied,
                         clock_wall_s());
}
