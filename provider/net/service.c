#include "provider/net/service.h"

#include <stdlib.h>

enum status service_open(struct service *service, struct settings *settings,
                         int64_t now_s)
{
    pthread_mutex_init(&service->lock, NULL);
    service->settings = settings;
    service->settings_number = settings->number;
    service->max_conns = settings->config->limits.connections;
    metrics_open(&service->metrics, &service->n_conns, now_s);
    service->metrics.n_changes = &service->writer.n_waiting;
    service->metrics.n_reads = &service->pool.n_waiting;
    budget_open(&service->budget);
    unread_open(&service->unread);
    watches_open(&service->watches);
    service->watches.writer = &service->writer;
    exports_open(&service->exports);
    TRY(shared_throttle_open(&service->throttle));
    return penalties_new(&service->penalties);
}

void service_close(struct service *service)
{
    for (size_t i = 0; i < service->n_sockets; i++)
        listener_close(&service->sockets[i]);
    free(service->sockets);
    shared_throttle_close(&service->throttle);
    watches_close(&service->watches);
    exports_close(&service->exports);
    budget_close(&service->budget);
    penalties_free(service->penalties);
    settings_free(service->settings);
    pthread_mutex_destroy(&service->lock);
}

void service_follow(struct service *service, struct settings *settings)
{
    struct settings *old;

    pthread_mutex_lock(&service->lock);
    old = service->settings;
    service->settings = settings;
    service->settings_number = settings->number;
    pthread_mutex_unlock(&service->lock);
    service->max_conns = settings->config->limits.connections;
    settings_free(old);
}

struct settings *service_settings(struct service *service)
{
    struct settings *settings;

    pthread_mutex_lock(&service->lock);
    settings = settings_hold(service->settings);
    pthread_mutex_unlock(&service->lock);
    return settings;
}

bool service_may_accept(const struct service *service)
{
    return service->n_conns <= service->max_conns;
}

struct call_ground service_ground(struct service *service)
{
    return (struct call_ground){
        .throttle = &service->throttle,
        .budget = &service->budget,
        .metrics = &service->metrics,
        .exports = &service->exports,
        .directory = service->directory,
        .is_ending = &service->is_ending,
        .watches = &service->watches,
        .methods = service->methods,
    };
}
