#include "auth/throttle.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>

enum { WAYS = 8, SEED_BYTES = 32, NAME_MAX_BYTES = 1024, KNOWN_WEIGHT = 2 };

#define HOST_SOURCE "host "

/* What an entry counts; part of the input of its key. */
enum kind {
    KIND_SOURCE = 1,
    KIND_PAIR,
    KIND_ACCOUNT,
    KIND_TRIED, /* through a host: the account has failed */
    KIND_KNOWN, /* through a host: it has signed in */
    KIND_HOST,  /* the source is a host's address */
};

struct failures {
    uint64_t key; /* 0: free */
    int64_t last_ms;
    uint32_t n_failures;
};

/* Entries live in sets of WAYS; the key chooses the set. */
struct throttle {
    unsigned char seed[SEED_BYTES]; /* collisions cannot be chosen */
    size_t n_sets;
    struct failures entries[]; /* [n_sets * WAYS] */
};

enum status throttle_new(size_t n_entries, struct throttle **throttle_out)
{
    const size_t n_sets = n_entries / WAYS + 1;
    OWNED(throttle)
    throttle =
        calloc(1, sizeof(*throttle) + n_sets * WAYS * sizeof(struct failures));

    if (!throttle)
        return STATUS_NO_MEMORY;
    throttle->n_sets = n_sets;
    if (RAND_bytes(throttle->seed, SEED_BYTES) != 1)
        return STATUS_UNAVAILABLE;
    *throttle_out = TAKE(throttle);
    return STATUS_OK;
}

void throttle_free(struct throttle *throttle)
{
    free(throttle);
}

/* ---- Entries ---- */

static void append(struct buf *out, struct text part)
{
    buf_append(out, &part.size, sizeof(part.size)); /* parts never run into */
    buf_append_text(out, part);                     /* one another */
}

/* 0 when there is no such key: the part that names it is empty. */
static uint64_t key_of(const struct throttle *throttle, enum kind kind,
                       struct text source, struct text account)
{
    SCOPED(buf_free) struct buf name = buf_make(NAME_MAX_BYTES);
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    uint64_t key = 0;

    if (kind == KIND_ACCOUNT)
        source.size = 0;
    if (kind == KIND_SOURCE || kind == KIND_HOST)
        account.size = 0;
    if ((kind != KIND_SOURCE && kind != KIND_HOST && account.size == 0) ||
        (kind != KIND_ACCOUNT && source.size == 0))
        return 0;
    buf_append_char(&name, (char)kind);
    append(&name, source);
    append(&name, account);
    if (buf_status(&name) == STATUS_OK &&
        HMAC(EVP_sha256(), throttle->seed, SEED_BYTES,
             (const unsigned char *)buf_text(&name).data, name.size, hash,
             &size))
        memcpy(&key, hash, sizeof(key));
    return key ? key : 1;
}

static bool is_host(struct text source)
{
    return source.size > strlen(HOST_SOURCE) &&
           memcmp(source.data, HOST_SOURCE, strlen(HOST_SOURCE)) == 0;
}

static bool is_forgotten(const struct failures *entry, int64_t now_ms)
{
    return entry->key == 0 || now_ms - entry->last_ms >= THROTTLE_FORGET_MS;
}

static const struct failures *find(const struct throttle *throttle,
                                   uint64_t key)
{
    const struct failures *set =
        &throttle->entries[key % throttle->n_sets * WAYS];

    for (size_t i = 0; key && i < WAYS; i++)
        if (set[i].key == key)
            return &set[i];
    return NULL;
}

static uint32_t failures_of(const struct failures *entry, int64_t now_ms)
{
    return entry && !is_forgotten(entry, now_ms) ? entry->n_failures : 0;
}

/* Is a evicted before b: forgotten, then fewer failures, then older? Flooding
 * the table with names evicts names as light as those. */
static bool is_lighter(const struct failures *a, const struct failures *b,
                       int64_t now_ms)
{
    const uint32_t n_a = failures_of(a, now_ms);
    const uint32_t n_b = failures_of(b, now_ms);

    return n_a != n_b ? n_a < n_b : a->last_ms < b->last_ms;
}

static void count(struct throttle *throttle, uint64_t key, int64_t now_ms)
{
    struct failures *set = &throttle->entries[key % throttle->n_sets * WAYS];
    struct failures *entry = &set[0];

    if (!key)
        return;
    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].key == key) {
            entry = &set[i];
            break;
        }
        if (is_lighter(&set[i], entry, now_ms))
            entry = &set[i];
    }
    if (entry->key != key || is_forgotten(entry, now_ms))
        *entry = (struct failures){.key = key};
    entry->last_ms = now_ms;
    if (entry->n_failures < UINT32_MAX)
        entry->n_failures++;
}

/* ---- Questions ---- */

/* 0, then the first delay doubled for every further failure, up to the
 * limit. */
static int64_t grow(uint32_t n_failures, uint32_t n_free, int64_t first_ms,
                    int64_t limit_ms)
{
    int64_t wait_ms = first_ms;

    if (n_failures <= n_free)
        return 0;
    for (uint32_t n = n_free + 1; n < n_failures && wait_ms < limit_ms; n++)
        wait_ms *= 2;
    return wait_ms < limit_ms ? wait_ms : limit_ms;
}

static int64_t wait_of(const struct throttle *throttle, enum kind kind,
                       struct text source, struct text account, int64_t now_ms)
{
    const struct failures *entry =
        find(throttle, key_of(throttle, kind, source, account));
    const uint32_t n_free = kind == KIND_SOURCE && is_host(source)
                                ? THROTTLE_FREE_ACCOUNTS
                                : THROTTLE_FREE_FAILURES;
    const int64_t wait_ms = grow(failures_of(entry, now_ms), n_free,
                                 THROTTLE_WAIT_FIRST_MS, THROTTLE_WAIT_MAX_MS);

    return entry && wait_ms ? entry->last_ms + wait_ms - now_ms : 0;
}

struct throttle_verdict throttle_ask(const struct throttle *throttle,
                                     struct text source, struct text account,
                                     int64_t now_ms)
{
    const bool is_known =
        find(throttle, key_of(throttle, KIND_KNOWN, source, account)) != NULL;
    const bool is_open = is_host(source) && (is_known || account.size == 0);
    const int64_t of_source =
        is_open ? 0 : wait_of(throttle, KIND_SOURCE, source, account, now_ms);
    const int64_t of_pair =
        wait_of(throttle, KIND_PAIR, source, account, now_ms);
    const uint32_t n_of_account = failures_of(
        find(throttle, key_of(throttle, KIND_ACCOUNT, source, account)),
        now_ms);
    const int64_t longest = of_source > of_pair ? of_source : of_pair;

    return (struct throttle_verdict){
        .retry_after_ms = longest > 0 ? longest : 0,
        .hold_ms = grow(n_of_account, THROTTLE_FREE_FAILURES,
                        THROTTLE_HOLD_MAX_MS / 16, THROTTLE_HOLD_MAX_MS),
    };
}

static void count_kind(struct throttle *throttle, enum kind kind,
                       struct text source, struct text account, int64_t now_ms)
{
    count(throttle, key_of(throttle, kind, source, account), now_ms);
}

/* Each account once, as long as it is remembered. */
static void count_tried(struct throttle *throttle, struct text source,
                        struct text account, int64_t now_ms)
{
    const struct failures *tried =
        find(throttle, key_of(throttle, KIND_TRIED, source, account));

    if (failures_of(tried, now_ms) == 0)
        count_kind(throttle, KIND_SOURCE, source, account, now_ms);
    count_kind(throttle, KIND_TRIED, source, account, now_ms);
}

void throttle_begun(struct throttle *throttle, struct text source,
                    struct text account, int64_t now_ms)
{
    if (is_host(source))
        count_kind(throttle, KIND_PAIR, source, account, now_ms);
}

void throttle_failed(struct throttle *throttle, struct text source,
                     struct text account, int64_t now_ms)
{
    if (is_host(source)) {
        count_tried(throttle, source, account, now_ms);
    } else {
        count_kind(throttle, KIND_SOURCE, source, account, now_ms);
        count_kind(throttle, KIND_PAIR, source, account, now_ms);
    }
    count_kind(throttle, KIND_ACCOUNT, source, account, now_ms);
}

static struct failures *find_to_change(struct throttle *throttle, uint64_t key)
{
    return (struct failures *)(uintptr_t)find(throttle, key);
}

void throttle_excused(struct throttle *throttle, struct text source,
                      struct text account)
{
    struct failures *pair =
        find_to_change(throttle, key_of(throttle, KIND_PAIR, source, account));

    if (pair && is_host(source) && pair->n_failures > 0)
        pair->n_failures--;
}

/* It outweighs what has failed once, so that names nobody has do not drive it
 * out. */
static void know(struct throttle *throttle, uint64_t key, int64_t now_ms)
{
    struct failures *known;

    if (!find(throttle, key))
        count(throttle, key, now_ms);
    known = find_to_change(throttle, key);
    if (!known)
        return;
    known->n_failures = KNOWN_WEIGHT;
    known->last_ms = INT64_MAX;
}

void throttle_succeeded(struct throttle *throttle, struct text source,
                        struct text account, int64_t now_ms)
{
    struct failures *pair =
        find_to_change(throttle, key_of(throttle, KIND_PAIR, source, account));

    if (pair)
        *pair = (struct failures){0};
    if (is_host(source))
        know(throttle, key_of(throttle, KIND_KNOWN, source, account), now_ms);
}

void throttle_know_host(struct throttle *throttle, struct text address,
                        int64_t now_ms)
{
    if (address.size > 0)
        know(throttle, key_of(throttle, KIND_HOST, address, (struct text){0}),
             now_ms);
}

/* ---- Sources ---- */

static bool write_ipv6(const struct in6_addr *address, char *out)
{
    struct in6_addr net = *address;
    char text[INET6_ADDRSTRLEN];

    /* An IPv4 peer on an IPv6 socket is still that IPv4 peer. */
    if (IN6_IS_ADDR_V4MAPPED(address))
        return inet_ntop(AF_INET, &address->s6_addr[12], out,
                         THROTTLE_SOURCE_MAX_BYTES);
    memset(&net.s6_addr[8], 0, 8);
    if (!inet_ntop(AF_INET6, &net, text, sizeof(text)))
        return false;
    snprintf(out, THROTTLE_SOURCE_MAX_BYTES, "%.40s/64", text);
    return true;
}

struct text throttle_source(const struct sockaddr *address, uint32_t peer_uid,
                            char source_out[THROTTLE_SOURCE_MAX_BYTES])
{
    union {
        const struct sockaddr *any;
        const struct sockaddr_in *ipv4;
        const struct sockaddr_in6 *ipv6;
    } from = {address};
    bool is_written = false;

    if (address && address->sa_family == AF_INET)
        is_written = inet_ntop(AF_INET, &from.ipv4->sin_addr, source_out,
                               THROTTLE_SOURCE_MAX_BYTES);
    else if (address && address->sa_family == AF_INET6)
        is_written = write_ipv6(&from.ipv6->sin6_addr, source_out);
    if (!is_written)
        snprintf(source_out, THROTTLE_SOURCE_MAX_BYTES, "uid %u",
                 (unsigned)peer_uid);
    return text_of(source_out);
}

struct text throttle_address_source(const struct throttle *throttle,
                                    struct text address,
                                    char source_out[THROTTLE_SOURCE_MAX_BYTES])
{
    if (address.size == 0 ||
        !find(throttle, key_of(throttle, KIND_HOST, address, (struct text){0})))
        return address;
    snprintf(source_out, THROTTLE_SOURCE_MAX_BYTES, HOST_SOURCE "at %.*s",
             (int)address.size, address.data);
    return text_of(source_out);
}

struct text throttle_host_source(int64_t device,
                                 char source_out[THROTTLE_SOURCE_MAX_BYTES])
{
    snprintf(source_out, THROTTLE_SOURCE_MAX_BYTES, HOST_SOURCE "%lld",
             (long long)device);
    return text_of(source_out);
}
