#include "provider/daemon/daemon.h"

#include <stdlib.h>
#include <sys/resource.h>

#include "provider/base/clock.h"
#include "provider/base/log.h"
#include "provider/base/mutant.h"
#include "provider/daemon/respelling.h"
#include "provider/daemon/site_store.h"
#include "provider/daemon/unlisted.h"
#include "provider/method/table.h"
#include "provider/object/guard/ahead.h"
#include "provider/store/log_mover.h"
#include "provider/store/seal.h"

/* Besides the connections: for each worker, and once more. */
enum { DESCRIPTORS_MORE = 32 };

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
        log_warn("delegation.lenient why=%s",
                 "the configuration disables the rule that nobody gives more "
                 "than they hold");
    if (!MUTANT("t12-ahead-holds"))
        TRY(ahead_forget(daemon->store, clock_wall_s()));
    TRY(respelling_first(daemon->store, config));
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

/* Files with errors leave the previous policy in force; a store that was never
 * given a policy cannot be served. */
static enum status apply_first(struct daemon *daemon)
{
    const bool had_admins =
        rbac_engine_estate(daemon->service.present.generation->site->engine)
            ->n_admins > 0;
    const enum status status = daemon_apply_policy(daemon);

    if (status == STATUS_OK || !had_admins)
        return status;
    log_warn("policy.kept why=%s", "the files contain errors");
    daemon->service.metrics.is_reload_refused = true;
    return STATUS_OK;
}

/* The writer and the pool. */
static enum status start_workers(struct daemon *daemon)
{
    struct service *service = &daemon->service;
    struct call_ground like = service_ground(service);

    like.seal_key = seal_key_of(daemon->store);
    service->writer.ground = like;
    TRY(log_mover_start(daemon->store, &daemon->mover));
    TRY(writer_start(&service->writer, daemon->store, &service->present));
    return pool_start(&service->pool, service->settings->config->store_path,
                      &service->present, &like);
}

/* Only a warning: few sites come near their limit of connections. */
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

enum status daemon_start(struct settings *settings, struct walls *walls,
                         struct daemon **daemon_out)
{
    OWNED(daemon) daemon = calloc(1, sizeof(*daemon));

    if (!daemon) {
        settings_free(settings);
        return STATUS_NO_MEMORY;
    }
    daemon->walls = walls;
    directory_open(&daemon->directory);
    daemon->service.directory = &daemon->directory;
    daemon->service.methods = &method_table;
    TRY(service_open(&daemon->service, settings, clock_wall_s()));
    check_descriptors(settings->config);
    TRY(open_store(daemon));
    TRY(start_workers(daemon));
    TRY(apply_first(daemon));
    unlisted_warn(&daemon->service.writer, settings);
    TRY(open_sockets(daemon));
    TRY(monitor_open(&daemon->service, &daemon->monitor));
    TRY(walls_close(walls));
    TRY(start_loops(daemon));
    TRY(monitor_start(daemon->monitor));
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
    monitor_free(daemon->monitor);
    ask_loops_to_stop(daemon);
    for (size_t i = 0; i < daemon->service.n_loops; i++)
        loop_join(&daemon->loops[i]);
    free(daemon->loops);
    pool_stop(&daemon->service.pool);
    if (daemon->service.writer.is_running)
        watches_end(&daemon->service.watches);
    writer_stop(&daemon->service.writer);
    log_mover_free(daemon->mover);
    watch_clear(&daemon->watch);
    if (daemon->has_present)
        present_close(&daemon->service.present);
    if (daemon->store)
        seal_leave(daemon->store);
    store_free(daemon->store);
    service_close(&daemon->service);
    directory_close(&daemon->directory);
    ending_end(&daemon->ending);
    free(daemon);
}

/* ---- Watching ---- */

const char *daemon_watch(struct daemon *daemon, bool is_managed)
{
    struct signer *signer = daemon->walls->signer;

    if (store_is_lost(daemon->store))
        return "the store is lost";
    if (signer)
        signer_probe(signer);
    if (signer && is_managed && signer_is_lost(signer))
        return "the signer has ended";
    watch_post(&daemon->watch, &daemon->service.writer,
               service_settings(&daemon->service));
    return NULL;
}
