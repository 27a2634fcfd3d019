#include "auth/token/key_source.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>

#include "auth/certificate/certificate_file.h"
#include "auth/token/https_fetch.h"
#include "auth/why.h"
#include "provider/base/clock.h"
#include "provider/base/log.h"

struct key_source {
    struct key_source *next; /* in the list of https sources, */
    size_t n_users;          /* under its lock, and so is this */

    pthread_mutex_t mutex; /* over all below it */
    pthread_cond_t changed;
    struct key_set *set; /* NULL: none yet */
    int64_t fetched_ms;  /* when that was */
    int64_t started_ms;  /* the last fetch, successful or not */
    bool is_failed;      /* its result */
    size_t n_fetches;    /* ended */
    bool is_missed;      /* a missing key was asked for */
    bool is_due;         /* to be fetched at once */
    bool is_ending;

    bool is_remote; /* immutable from here on */
    char *address;
    struct buf authorities; /* PEM, as read when it was opened */
    int64_t cool_down_ms;
    struct https_fetcher *fetcher; /* owned */
    pthread_t thread;
    bool has_thread;
};

/* Sources by https, so that each address is fetched once for all. */
static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;
static struct key_source *list;

static enum status new_source(struct key_source **source_out)
{
    struct key_source *source = calloc(1, sizeof(*source));
    pthread_condattr_t attributes;

    if (!source)
        return STATUS_NO_MEMORY;
    source->n_users = 1;
    pthread_mutex_init(&source->mutex, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&source->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    *source_out = source;
    return STATUS_OK;
}

/* An unusable key is reported here, and not to whoever presents a token. */
static void name_skipped(const char *address, const struct key_set *set)
{
    SCOPED(memory_drop) char *shown = NULL;
    struct text names;
    const size_t n = key_set_skipped(set, &names);

    if (n == 0)
        return;
    shown = text_dup(names);
    log_warn("keys.skipped address=%s n=%zu keys=%s", address, n, shown);
}

/* ---- The thread ---- */

/* Sound keys replace the current ones; anything else leaves them. */
static void fetch(struct key_source *source)
{
    SCOPED(buf_free) struct buf json = buf_make(KEY_SET_MAX_BYTES);
    OWNED(key_set) fresh = NULL;
    const char *why = "the address does not answer";
    const bool is_sound =
        https_fetch(source->fetcher, source->address,
                    buf_text(&source->authorities), KEY_SOURCE_FETCH_MS,
                    &json) == STATUS_OK &&
        key_set_read(buf_text(&json), &fresh, &why) == STATUS_OK;
    bool is_wanted;

    if (is_sound)
        name_skipped(source->address, fresh);
    pthread_mutex_lock(&source->mutex);
    if (is_sound) {
        struct key_set *old = source->set;

        source->set = TAKE(fresh);
        fresh = old; /* freed on leaving, unless a sign-in holds it */
        source->fetched_ms = clock_mono_ms();
    }
    source->is_failed = !is_sound;
    source->n_fetches++;
    is_wanted = !source->is_ending;
    pthread_cond_broadcast(&source->changed);
    pthread_mutex_unlock(&source->mutex);
    if (!is_sound && is_wanted)
        log_warn("keys.kept address=%s why=%s", source->address, why);
}

/* When the next fetch is due. Failures are retried as often as unknown keys. */
static int64_t next_ms(const struct key_source *source)
{
    return source->started_ms + (source->is_missed || source->is_failed
                                     ? source->cool_down_ms
                                     : KEY_SOURCE_REFRESH_MS);
}

/* Our clock includes suspend and the condition's does not: wait for a span. */
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

        if (source->started_ms && !source->is_due && now_ms < next_ms(source)) {
            wait_until(source, next_ms(source));
            continue;
        }
        source->started_ms = now_ms;
        source->is_missed = false;
        source->is_due = false;
        pthread_mutex_unlock(&source->mutex);
        fetch(source);
        pthread_mutex_lock(&source->mutex);
    }
    pthread_mutex_unlock(&source->mutex);
    return NULL;
}

/* Signals are for the main thread. */
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

static enum status read_authorities(const struct auth_issuer_config *issuer,
                                    struct buf *out, const char **why_out)
{
    *why_out =
        why_format("tokens of %s: keys by https need keys_ca", issuer->issuer);
    if (!issuer->keys_ca)
        return STATUS_INVALID;
    return certificate_file_copy(issuer->keys_ca, out, why_out);
}

/* Under the list's lock. */
static struct key_source *find_open(const struct key_source *wanted)
{
    for (struct key_source *source = list; source; source = source->next)
        if (strcmp(source->address, wanted->address) == 0 &&
            source->cool_down_ms == wanted->cool_down_ms &&
            text_equal(buf_text(&source->authorities),
                       buf_text(&wanted->authorities)))
            return source;
    return NULL;
}

/* Opening it again asks for a fresh fetch. */
static struct key_source *join_open(struct key_source *source)
{
    source->n_users++;
    pthread_mutex_lock(&source->mutex);
    source->is_due = true;
    pthread_cond_broadcast(&source->changed);
    pthread_mutex_unlock(&source->mutex);
    return source;
}

/* The one already open, or this one from now on. */
static enum status share(struct key_source **source, const char **why_out)
{
    struct key_source *open;
    enum status status = STATUS_OK;

    *why_out = "no thread for fetching keys";
    pthread_mutex_lock(&list_lock);
    open = find_open(*source);
    if (open) {
        join_open(open);
    } else {
        status = start_thread(*source);
        if (status == STATUS_OK) {
            (*source)->next = list;
            list = *source;
        }
    }
    pthread_mutex_unlock(&list_lock);
    if (open) {
        key_source_free(*source); /* never was in the list */
        *source = open;
    }
    return status;
}

static enum status prepare_remote(const struct auth_issuer_config *issuer,
                                  struct key_source *source,
                                  const char **why_out)
{
    source->is_remote = true;
    source->authorities = buf_make(KEY_SOURCE_CA_MAX_BYTES);
    source->cool_down_ms = issuer->keys_cool_down_ms ? issuer->keys_cool_down_ms
                                                     : KEY_SOURCE_COOL_DOWN_MS;
    TRY(read_authorities(issuer, &source->authorities, why_out));
    *why_out = "no memory";
    source->address = strdup(issuer->keys);
    if (!source->address)
        return STATUS_NO_MEMORY;
    *why_out = "the https library cannot be initialised";
    return https_fetcher_new(&source->fetcher);
}

enum status key_source_open(const struct auth_issuer_config *issuer,
                            bool is_trial, struct key_source **source_out,
                            const char **why_out)
{
    OWNED(key_source) source = NULL;

    *why_out = "no memory";
    TRY(new_source(&source));
    if (strncmp(issuer->keys, "https://", 8) != 0) {
        TRY(key_set_load(issuer->keys, &source->set, why_out));
        if (!is_trial)
            name_skipped(issuer->keys, source->set);
    } else {
        TRY(prepare_remote(issuer, source, why_out));
        if (!is_trial)
            TRY(share(&source, why_out));
    }
    *source_out = TAKE(source);
    return STATUS_OK;
}

/* Under the list's lock. False: somebody still uses it. */
static bool let_go(struct key_source *source)
{
    if (--source->n_users > 0)
        return false;
    for (struct key_source **at = &list; *at; at = &(*at)->next)
        if (*at == source) {
            *at = source->next;
            break;
        }
    return true;
}

static void stop_thread(struct key_source *source)
{
    if (!source->has_thread)
        return;
    pthread_mutex_lock(&source->mutex);
    source->is_ending = true;
    pthread_cond_broadcast(&source->changed);
    pthread_mutex_unlock(&source->mutex);
    https_fetcher_stop(source->fetcher);
    pthread_join(source->thread, NULL);
}

void key_source_free(struct key_source *source)
{
    bool is_last;

    if (!source)
        return;
    pthread_mutex_lock(&list_lock);
    is_last = let_go(source);
    pthread_mutex_unlock(&list_lock);
    if (!is_last)
        return;
    stop_thread(source);
    key_set_free(source->set);
    https_fetcher_free(source->fetcher);
    pthread_cond_destroy(&source->changed);
    pthread_mutex_destroy(&source->mutex);
    buf_free(&source->authorities);
    free(source->address);
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

bool key_source_is_remote(struct key_source *source, int64_t *left_ms_out)
{
    int64_t left_ms = 0;

    if (!source->is_remote)
        return false;
    pthread_mutex_lock(&source->mutex);
    if (source->set)
        left_ms =
            source->fetched_ms + KEY_SOURCE_STALE_MAX_MS - clock_mono_ms();
    pthread_mutex_unlock(&source->mutex);
    *left_ms_out = left_ms > 0 ? left_ms : 0;
    return true;
}

size_t key_source_skipped(struct key_source *source)
{
    struct text names;
    size_t n;

    pthread_mutex_lock(&source->mutex);
    n = source->set ? key_set_skipped(source->set, &names) : 0;
    pthread_mutex_unlock(&source->mutex);
    return n;
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
