#include "auth/groups.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "auth/account.h"
#include "auth/auth.h"
#include "auth/groups_cache.h"
#include "provider/base/clock.h"
#include "provider/base/log.h"

enum {
    DEADLINE_MS = 5 * 1000,
    KEEP_MS = 60 * 1000,
    THREADS = 4,
    THREADS_MAX = 64,
    QUEUE_MAX = 1024,
    CACHE_MAX = 4096,
};

/* ---- One list ---- */

struct groups_list *groups_list_hold(struct groups_list *list)
{
    list->n_holders++;
    return list;
}

void groups_list_free(struct groups_list *list)
{
    if (!list || --list->n_holders > 0)
        return;
    account_groups_clear(&list->groups);
    free(list);
}

/* Takes the groups over. NULL: out of memory. */
static struct groups_list *list_new(struct account_groups *groups,
                                    int64_t asked_ms)
{
    struct groups_list *list = calloc(1, sizeof(*list));

    if (!list)
        return NULL;
    list->n_holders = 1;
    list->asked_ms = asked_ms;
    list->groups = *groups;
    *groups = (struct account_groups){0};
    return list;
}

/* ---- The pool ---- */

/* A question to the name service, from queue to answer. */
struct lookup {
    struct lookup *next;
    bool is_running;
    bool ignores_case; /* its realm */
    bool is_about;     /* nobody waits for it who is signing in */
    char account[ACCOUNT_NAME_MAX_BYTES + 1];
};

/* An asker; ordered by deadline, which is the order of asking. */
struct asker {
    struct asker *next;
    struct lookup *lookup; /* borrowed */
    int64_t deadline_ms;
    groups_done done;
    void *context;
};

/* Lives until the last thread has left it: one may hang for ever. */
struct groups {
    struct groups_config config; /* realms owned */
    struct realm *realms;
    pthread_mutex_t lock;
    pthread_cond_t work; /* a lookup was queued, or the end has come */
    pthread_cond_t
        time; /* the first deadline has changed, or the end has come */
    pthread_cond_t quiet; /* nobody is called back any more */
    size_t n_threads;     /* that are still here, and the owner */
    bool is_over;
    struct lookup *lookups; /* owned, in order */
    struct asker *askers;   /* owned, in order */
    struct asker **askers_end;
    size_t n_askers;
    size_t n_answering; /* threads calling back at the moment */
    struct groups_cache *cache;
};

static int64_t deadline_clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now); /* what a condition can wait for */
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t remembered_now_ms(const struct groups *groups)
{
    return groups->config.now_ms
               ? groups->config.now_ms(groups->config.now_context)
               : clock_mono_ms();
}

static void lookups_free(struct lookup *lookup)
{
    while (lookup) {
        struct lookup *next = lookup->next;

        free(lookup);
        lookup = next;
    }
}

/* What an account follows from. */
static enum status realm_copy(const struct realm *from, struct realm *realm)
{
    *realm = (struct realm){.ignores_case = from->ignores_case};
    realm->name = strdup(from->name);
    realm->account = from->account ? strdup(from->account) : NULL;
    return realm->name && !realm->account == !from->account ? STATUS_OK
                                                            : STATUS_NO_MEMORY;
}

static void realm_drop(struct realm *realm)
{
    free((char *)(uintptr_t)realm->name);
    free((char *)(uintptr_t)realm->account);
}

static void groups_destroy(struct groups *groups)
{
    lookups_free(groups->lookups);
    groups_cache_free(groups->cache);
    for (size_t i = 0; groups->realms && i < groups->config.realms.n_items; i++)
        realm_drop(&groups->realms[i]);
    free(groups->realms);
    pthread_cond_destroy(&groups->quiet);
    pthread_cond_destroy(&groups->time);
    pthread_cond_destroy(&groups->work);
    pthread_mutex_destroy(&groups->lock);
    free(groups);
}

/* Unlocks; the last one out frees it. */
static void leave(struct groups *groups)
{
    const bool is_last = --groups->n_threads == 0;

    pthread_mutex_unlock(&groups->lock);
    if (is_last)
        groups_destroy(groups);
}

/* ---- Askers ---- */

/* Releases the lock meanwhile: the callee may ask again. */
static void answer_all(struct groups *groups, struct asker *asker,
                       struct groups_list *list, const char *why)
{
    groups->n_answering++;
    pthread_mutex_unlock(&groups->lock);
    while (asker) {
        struct asker *next = asker->next;

        asker->done(asker->context, list, why);
        free(asker);
        asker = next;
    }
    pthread_mutex_lock(&groups->lock);
    if (--groups->n_answering == 0)
        pthread_cond_broadcast(&groups->quiet);
}

/* Removes those who wait for the lookup; NULL: those whose deadline has
 * passed. */
static struct asker *take_askers(struct groups *groups,
                                 const struct lookup *lookup, int64_t now_ms)
{
    struct asker *taken = NULL, **taken_end = &taken;
    struct asker **at = &groups->askers;

    while (*at) {
        struct asker *asker = *at;
        const bool is_meant =
            lookup ? asker->lookup == lookup : asker->deadline_ms <= now_ms;

        if (!is_meant) {
            at = &asker->next;
            continue;
        }
        *at = asker->next;
        asker->next = NULL;
        *taken_end = asker;
        taken_end = &asker->next;
        groups->n_askers--;
    }
    groups->askers_end = at;
    return taken;
}

static bool has_asker(const struct groups *groups, const struct lookup *lookup)
{
    for (const struct asker *a = groups->askers; a; a = a->next)
        if (a->lookup == lookup)
            return true;
    return false;
}

static void remove_lookup(struct groups *groups, struct lookup *lookup)
{
    struct lookup **at = &groups->lookups;

    while (*at != lookup)
        at = &(*at)->next;
    *at = lookup->next;
    free(lookup);
}

/* Lookups without askers are dropped: a queue behind a hanging name service
 * does not outlive its askers. */
static void drop_unwanted(struct groups *groups)
{
    struct lookup *next = NULL;

    for (struct lookup *l = groups->lookups; l; l = next) {
        next = l->next;
        if (!l->is_running && !has_asker(groups, l))
            remove_lookup(groups, l);
    }
}

bool groups_is_fresh(const struct groups *groups,
                     const struct groups_list *list)
{
    return remembered_now_ms(groups) - list->asked_ms < groups->config.keep_ms;
}

/* ---- Threads ---- */

static const char *why_unknown(enum status status)
{
    return status == STATUS_LIMIT ? "too-many" : "unavailable";
}

/* Without the lock; NULL: unknown. */
static struct groups_list *look_up(const struct groups *groups,
                                   const struct lookup *lookup,
                                   const char **why_out)
{
    const struct account_rules rules = {lookup->ignores_case,
                                        groups->config.minimum_uid};
    SCOPED(account_groups_clear) struct account_groups found = {0};
    const int64_t asked_ms = remembered_now_ms(groups);
    const enum status status =
        account_groups_read(lookup->account, &rules, AUTH_GROUPS_MAX, &found);
    struct groups_list *list = NULL;

    if (status == STATUS_OK)
        list = list_new(&found, asked_ms);
    *why_out = list ? "" : why_unknown(status);
    return list;
}

/* An answer too late for its askers is still cached, unless the lookup took so
 * long that it is already stale. */
static void serve(struct groups *groups, struct lookup *lookup)
{
    OWNED(groups_list) list = NULL;
    struct asker *askers;
    const char *why = "";

    lookup->is_running = true;
    pthread_mutex_unlock(&groups->lock);
    list = look_up(groups, lookup, &why);
    pthread_mutex_lock(&groups->lock);

    if (list && !groups->is_over && groups_is_fresh(groups, list))
        groups_cache_put(groups->cache, text_of(lookup->account), list);
    askers = take_askers(groups, lookup, 0);
    remove_lookup(groups, lookup);
    answer_all(groups, askers, list, why);
}

static bool has_thread_for_about(const struct groups *groups)
{
    size_t n_running = 0;

    for (const struct lookup *l = groups->lookups; l; l = l->next)
        n_running += l->is_running && l->is_about;
    return n_running < (groups->config.n_threads + 1) / 2;
}

static struct lookup *next_lookup(const struct groups *groups)
{
    const bool takes_about = has_thread_for_about(groups);

    for (struct lookup *l = groups->lookups; l; l = l->next)
        if (!l->is_running && (takes_about || !l->is_about))
            return l;
    return NULL;
}

static void *run_worker(void *context)
{
    struct groups *groups = context;
    struct lookup *lookup;

    pthread_mutex_lock(&groups->lock);
    while (!groups->is_over) {
        lookup = next_lookup(groups);
        if (lookup)
            serve(groups, lookup);
        else
            pthread_cond_wait(&groups->work, &groups->lock);
    }
    leave(groups);
    return NULL;
}

static void wait_until(struct groups *groups, int64_t until_ms)
{
    const struct timespec until = {.tv_sec = until_ms / 1000,
                                   .tv_nsec = until_ms % 1000 * 1000000};

    pthread_cond_timedwait(&groups->time, &groups->lock, &until);
}

/* Answers those whose deadline has passed. */
static void *run_timekeeper(void *context)
{
    struct groups *groups = context;
    struct asker *late;

    pthread_mutex_lock(&groups->lock);
    while (!groups->is_over) {
        late = take_askers(groups, NULL, deadline_clock_ms());
        drop_unwanted(groups);
        if (late)
            answer_all(groups, late, NULL, "time-out");
        else if (groups->askers)
            wait_until(groups, groups->askers->deadline_ms);
        else
            pthread_cond_wait(&groups->time, &groups->lock);
    }
    leave(groups);
    return NULL;
}

/* Signals are for the loops; threads of the pool block them. */
static enum status start_thread(struct groups *groups, void *(*run)(void *))
{
    pthread_attr_t attributes;
    pthread_t thread;
    sigset_t all, before;
    int error;

    sigfillset(&all);
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_mutex_lock(&groups->lock);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    error = pthread_create(&thread, &attributes, run, groups);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error == 0)
        groups->n_threads++;
    pthread_mutex_unlock(&groups->lock);
    pthread_attr_destroy(&attributes);
    return error == 0 ? STATUS_OK : STATUS_UNAVAILABLE;
}

/* ---- Start and end ---- */

static void set_defaults(struct groups_config *config)
{
    if (config->deadline_ms <= 0)
        config->deadline_ms = DEADLINE_MS;
    if (config->keep_ms <= 0)
        config->keep_ms = KEEP_MS;
    if (config->n_threads == 0 || config->n_threads > THREADS_MAX)
        config->n_threads = THREADS;
    if (config->queue_max == 0)
        config->queue_max = QUEUE_MAX;
    if (config->cache_max == 0)
        config->cache_max = CACHE_MAX;
}

static enum status copy_realms(struct groups *groups,
                               const struct groups_config *config)
{
    const size_t n = config->realms.n_items;

    groups->realms = calloc(n + 1, sizeof(*groups->realms));
    groups->config.realms = (struct realms){groups->realms, n};
    if (!groups->realms)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        TRY(realm_copy(&config->realms.items[i], &groups->realms[i]));
    return STATUS_OK;
}

static void make_locks(struct groups *groups)
{
    pthread_condattr_t monotonic;

    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&groups->lock, NULL);
    pthread_cond_init(&groups->work, NULL);
    pthread_cond_init(&groups->quiet, NULL);
    pthread_cond_init(&groups->time, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

enum status groups_new(const struct groups_config *config,
                       struct groups **groups_out)
{
    OWNED(groups) groups = calloc(1, sizeof(*groups));

    if (!groups)
        return STATUS_NO_MEMORY;
    make_locks(groups);
    groups->n_threads = 1; /* the owner */
    groups->askers_end = &groups->askers;
    groups->config = *config;
    set_defaults(&groups->config);
    TRY(copy_realms(groups, config));
    TRY(groups_cache_new(groups->config.cache_max, &groups->cache));
    TRY(start_thread(groups, run_timekeeper));
    for (size_t i = 0; i < groups->config.n_threads; i++)
        TRY(start_thread(groups, run_worker));
    *groups_out = TAKE(groups);
    return STATUS_OK;
}

void groups_free(struct groups *groups)
{
    struct asker *left;

    if (!groups)
        return;
    pthread_mutex_lock(&groups->lock);
    groups->is_over = true;
    left = take_askers(groups, NULL, INT64_MAX);
    pthread_cond_broadcast(&groups->work);
    pthread_cond_broadcast(&groups->time);
    answer_all(groups, left, NULL, "ended");
    while (groups->n_answering > 0)
        pthread_cond_wait(&groups->quiet, &groups->lock);
    leave(groups);
}

/* ---- Asking ---- */

/* STATUS_NOT_FOUND: a user without an account here, by name or realm. */
static enum status account_of(const struct groups *groups, struct text user,
                              struct buf *account)
{
    return account_of_principal(user, &groups->config.realms, account);
}

struct groups_list *groups_recall(struct groups *groups, struct text user)
{
    SCOPED(buf_free) struct buf account = buf_make(ACCOUNT_NAME_MAX_BYTES);
    const enum status status = account_of(groups, user, &account);
    const int64_t now_ms = remembered_now_ms(groups);
    struct account_groups none = {0};
    struct groups_list *list;

    if (status == STATUS_NOT_FOUND)
        return list_new(&none, now_ms);
    if (status != STATUS_OK)
        return NULL;
    pthread_mutex_lock(&groups->lock);
    list = groups_cache_find(groups->cache, buf_text(&account),
                             now_ms - groups->config.keep_ms);
    if (list)
        groups_list_hold(list);
    pthread_mutex_unlock(&groups->lock);
    return list;
}

/* One that is queued for somebody who signs in is theirs. */
static struct lookup *join(struct groups *groups, struct lookup *lookup,
                           bool is_about)
{
    if (lookup->is_about && !is_about && !lookup->is_running) {
        lookup->is_about = false;
        pthread_cond_signal(&groups->work);
    }
    return lookup;
}

/* The running lookup of the account, or a new one. */
static struct lookup *lookup_for(struct groups *groups, struct text account,
                                 const struct lookup *like)
{
    struct lookup **at = &groups->lookups;
    struct lookup *lookup;

    for (; *at; at = &(*at)->next)
        if (text_equal(text_of((*at)->account), account))
            return join(groups, *at, like->is_about);
    lookup = calloc(1, sizeof(*lookup));
    if (!lookup)
        return NULL;
    *lookup = *like;
    memcpy(lookup->account, account.data, account.size);
    *at = lookup;
    pthread_cond_signal(&groups->work);
    return lookup;
}

static enum status enqueue(struct groups *groups, struct text account,
                           const struct lookup *like, struct asker *asker)
{
    if (groups->n_askers >= groups->config.queue_max)
        return STATUS_LIMIT;
    asker->lookup = lookup_for(groups, account, like);
    if (!asker->lookup)
        return STATUS_NO_MEMORY;
    asker->deadline_ms = deadline_clock_ms() + groups->config.deadline_ms;
    *groups->askers_end = asker;
    groups->askers_end = &asker->next;
    if (groups->n_askers++ == 0)
        pthread_cond_signal(&groups->time);
    return STATUS_OK;
}

static enum status ask(struct groups *groups, struct text user,
                       struct lookup like, const struct asker *who)
{
    SCOPED(buf_free) struct buf account = buf_make(ACCOUNT_NAME_MAX_BYTES);
    struct asker *asker;
    enum status status;

    TRY(account_of(groups, user, &account));
    like.ignores_case = realm_of(&groups->config.realms, user)->ignores_case;
    asker = calloc(1, sizeof(*asker));
    if (!asker)
        return STATUS_NO_MEMORY;
    *asker = *who;
    pthread_mutex_lock(&groups->lock);
    status = enqueue(groups, buf_text(&account), &like, asker);
    pthread_mutex_unlock(&groups->lock);
    if (status != STATUS_OK) {
        log_warn("groups.not_asked why=%s", status_name(status));
        free(asker);
    }
    return status;
}

enum status groups_ask(struct groups *groups, struct text user,
                       groups_done done, void *context)
{
    return ask(groups, user, (struct lookup){.is_about = false},
               &(struct asker){.done = done, .context = context});
}

enum status groups_ask_about(struct groups *groups, struct text user,
                             groups_done done, void *context)
{
    return ask(groups, user, (struct lookup){.is_about = true},
               &(struct asker){.done = done, .context = context});
}
