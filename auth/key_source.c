#include "auth/key_source.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>

#include "auth/https_fetch.h"
#include "auth/why.h"
#include "provider/base/clock.h"
#include "provider/base/log.h"

struct key_source {
    pthread_mutex_t mutex; /* over all below it */
    pthread_cond_t changed;
    struct key_set *set; /* NULL: none yet */
    int64_t fetched_ms;  /* when that was */
    int64_t started_ms;  /* the last fetch, well or not */
    size_t n_fetches;    /* ended */
    bool is_missed;      /* somebody named a key that is not there */
    bool is_ending;

    bool is_remote; /* from here on never changed */
    char *address;
    char *ca_file;
    int64_t cool_down_ms;
    pthread_t thread;
    bool has_thread;
};

static enum status new_source(struct key_source **source_out)
{
    struct key_source *source = calloc(1, sizeof(*source));
    pthread_condattr_t attributes;

    if (!source)
        return STATUS_NO_MEMORY;
    pthread_mutex_init(&source->mutex, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&source->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    *source_out = source;
    return STATUS_OK;
}

/* ---- The thread ---- */

/* Sound keys take the place of what was there; anything else leaves it. */
static void fetch(struct key_source *source)
{
    SCOPED(buf_free) struct buf json = buf_make(KEY_SET_MAX_BYTES);
    OWNED(key_set) fresh = NULL;
    const char *why = "the address does not answer";
    const bool is_sound =
        https_fetch(source->address, source->ca_file, KEY_SOURCE_FETCH_MS,
                    &json) == STATUS_OK &&
        key_set_read(buf_text(&json), &fresh, &why) == STATUS_OK;

    pthread_mutex_lock(&source->mutex);
    if (is_sound) {
        struct key_set *old = source->set;

        source->set = TAKE(fresh);
        fresh = old; /* freed on leaving, when no sign-in holds it */
        source->fetched_ms = clock_mono_ms();
    }
    source->n_fetches++;
    pthread_cond_broadcast(&source->changed);
    pthread_mutex_unlock(&source->mutex);
    if (!is_sound)
        log_warn("keys.kept address=%s why=%s", source->address, why);
}

/* When the next fetch is due. Failures are repeated at the pace of misses. */
static int64_t next_ms(const struct key_source *source)
{
    const bool is_failed =
        !source->set || source->fetched_ms < source->started_ms;

    return source->started_ms + (source->is_missed || is_failed
                                     ? source->cool_down_ms
                                     : KEY_SOURCE_REFRESH_MS);
}

/* Our clock counts sleep and the condition's does not: wait for a span. */
static void wait_until(struct key_source *source, int64_t at_ms)
{
    const int64_t span_ms = at_ms - clock_mono_ms();
    struct timespec at;

    if (span_ms <= 0)
        return;
    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += span_ms / 1000;
    at.tv_nsec += span_ms % 1000 * 1000000;
    if (at.tv_nsec >= 1000000000) {
        at.tv_sec++;
        at.tv_nsec -= 1000000000;
    }
    pthread_cond_timedwait(&source->changed, &source->mutex, &at);
}

static void *keep_fresh(void *context)
{
    struct key_source *source = context;

    pthread_mutex_lock(&source->mutex);
    while (!source->is_ending) {
        const int64_t now_ms = clock_mono_ms();

        if (source->started_ms && now_ms < next_ms(source)) {
            wait_until(source, next_ms(source));
            continue;
        }
        source->started_ms = now_ms;
        source->is_missed = false;
        pthread_mutex_unlock(&source->mutex);
        fetch(source);
        pthread_mutex_lock(&source->mutex);
    }
    pthread_mutex_unlock(&source->mutex);
    return NULL;
}

/* Signals are the main thread's business. */
static enum status start_thread(struct key_source *source)
{
    sigset_t all, before;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    source->has_thread =
        pthread_create(&source->thread, NULL, keep_fresh, source) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return source->has_thread ? STATUS_OK : STATUS_UNAVAILABLE;
}

/* ---- Public ---- */

enum status key_source_fixed(struct key_set *set,
                             struct key_source **source_out)
{
    TRY(new_source(source_out));
    (*source_out)->set = set;
    return STATUS_OK;
}

static enum status open_remote(const struct auth_issuer_config *issuer,
                               struct key_source *source, const char **why_out)
{
    *why_out =
        why_format("tokens of %s: keys by https need keys_ca", issuer->issuer);
    if (!issuer->keys_ca)
        return STATUS_INVALID;
    source->address = strdup(issuer->keys);
    source->ca_file = strdup(issuer->keys_ca);
    *why_out = "no memory";
    if (!source->address || !source->ca_file)
        return STATUS_NO_MEMORY;
    *why_out = "the https library does not start";
    TRY(https_open());
    source->is_remote = true;
    return start_thread(source);
}

enum status key_source_open(const struct auth_issuer_config *issuer,
                            int64_t cool_down_ms,
                            struct key_source **source_out,
                            const char **why_out)
{
    OWNED(key_source) source = NULL;

    *why_out = "no memory";
    TRY(new_source(&source));
    source->cool_down_ms =
        cool_down_ms ? cool_down_ms : KEY_SOURCE_COOL_DOWN_MS;
    if (strncmp(issuer->keys, "https://", 8) == 0)
        TRY(open_remote(issuer, source, why_out));
    else
        TRY(key_set_load(issuer->keys, &source->set, why_out));
    *source_out = TAKE(source);
    return STATUS_OK;
}

void key_source_free(struct key_source *source)
{
    if (!source)
        return;
    pthread_mutex_lock(&source->mutex);
    source->is_ending = true;
    pthread_cond_broadcast(&source->changed);
    pthread_mutex_unlock(&source->mutex);
    if (source->has_thread)
        pthread_join(source->thread, NULL);
    key_set_free(source->set);
    pthread_cond_destroy(&source->changed);
    pthread_mutex_destroy(&source->mutex);
    free(source->address);
    free(source->ca_file);
    free(source);
}

struct key_set *key_source_hold(struct key_source *source)
{
    struct key_set *held = NULL;

    pthread_mutex_lock(&source->mutex);
    if (source->set &&
        (!source->is_remote ||
         clock_mono_ms() - source->fetched_ms < KEY_SOURCE_STALE_MAX_MS))
        held = key_set_ref(source->set);
    pthread_mutex_unlock(&source->mutex);
    return held;
}

void key_source_miss(struct key_source *source)
{
    if (!source->is_remote)
        return;
    pthread_mutex_lock(&source->mutex);
    if (!source->is_missed) {
        source->is_missed = true;
        pthread_cond_broadcast(&source->changed);
    }
    pthread_mutex_unlock(&source->mutex);
}

bool key_source_wait(struct key_source *source, size_t n_fetches,
                     int64_t timeout_ms)
{
    const int64_t until_ms = clock_mono_ms() + timeout_ms;
    bool is_reached;

    pthread_mutex_lock(&source->mutex);
    while (source->is_remote && source->n_fetches < n_fetches &&
           clock_mono_ms() < until_ms)
        wait_until(source, until_ms);
    is_reached = !source->is_remote || source->n_fetches >= n_fetches;
    pthread_mutex_unlock(&source->mutex);
    return is_reached;
}
