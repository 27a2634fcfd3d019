#include "provider/call/budget.h"

#include <stdlib.h>
#include <string.h>

#include "provider/base/mutant.h"

enum {
    MINUTE_MS = 60 * 1000,
    FORGET_US = 100000, /* a meter that holds less than this is empty */
};

struct account {
    struct budget *budget;
    struct account *next;
    int64_t n_holders; /* sessions */
    int64_t budget_us; /* of the last request */
    struct meter meter;
    char user[]; /* and all of it under the budget's lock */
};

/* ---- Meters ---- */

int64_t meter_left_us(struct meter *meter, int64_t budget_us, int64_t now_ms)
{
    const int64_t passed_ms = now_ms - meter->as_of_ms;

    if (passed_ms > 0) {
        if (passed_ms >= MINUTE_MS)
            meter->spent_us = 0;
        else
            meter->spent_us -= budget_us * passed_ms / MINUTE_MS;
        if (meter->spent_us < 0)
            meter->spent_us = 0;
        meter->as_of_ms = now_ms;
    }
    return meter->spent_us < budget_us ? budget_us - meter->spent_us : 0;
}

void meter_add(struct meter *meter, int64_t us)
{
    meter->spent_us += us;
}

int64_t meter_retry_ms(const struct meter *meter, int64_t budget_us,
                       int64_t more_us, int64_t want_us)
{
    const int64_t least_us = want_us < budget_us ? want_us : budget_us;
    const int64_t over_us = meter->spent_us + more_us - (budget_us - least_us);

    return over_us > 0 && budget_us > 0 ? over_us * MINUTE_MS / budget_us + 1
                                        : 1;
}

/* ---- Accounts ---- */

void budget_open(struct budget *budget)
{
    *budget = (struct budget){0};
    pthread_mutex_init(&budget->lock, NULL);
}

void budget_close(struct budget *budget)
{
    for (size_t i = 0; i < BUDGET_BUCKETS; i++) {
        while (budget->buckets[i]) {
            struct account *account = budget->buckets[i];

            budget->buckets[i] = account->next;
            free(account);
        }
    }
    pthread_mutex_destroy(&budget->lock);
}

static struct account **bucket_of(struct budget *budget, const char *user)
{
    uint32_t hash = 2166136261u;

    for (; *user; user++)
        hash = (hash ^ (unsigned char)*user) * 16777619u;
    return &budget->buckets[hash % BUDGET_BUCKETS];
}

/* Frees those of the bucket that nobody holds and that owe nothing. */
static void forget_idle(struct account **at, int64_t now_ms)
{
    while (*at) {
        struct account *account = *at;

        if (account->n_holders == 0 &&
            (meter_left_us(&account->meter, account->budget_us, now_ms),
             account->meter.spent_us < FORGET_US)) {
            *at = account->next;
            free(account);
        } else {
            at = &account->next;
        }
    }
}

static struct account *account_new(struct budget *budget, const char *user,
                                   int64_t now_ms)
{
    const size_t size = strlen(user) + 1;
    struct account *account = calloc(1, sizeof(*account) + size);

    if (!account)
        return NULL;
    account->budget = budget;
    account->meter.as_of_ms = now_ms;
    memcpy(account->user, user, size);
    return account;
}

/* Under the lock; NULL: out of memory. */
static struct account *find(struct budget *budget, const char *user,
                            int64_t now_ms)
{
    struct account **bucket = bucket_of(budget, user);
    struct account *account;

    forget_idle(bucket, now_ms);
    for (account = *bucket; account; account = account->next)
        if (strcmp(account->user, user) == 0)
            return account;
    account = account_new(budget, user, now_ms);
    if (account) {
        account->next = *bucket;
        *bucket = account;
    }
    return account;
}

/* Users with many sessions leave a quarter of the places to others. */
static bool has_place(const struct budget *budget,
                      const struct account *account,
                      const struct places *places)
{
    const int64_t for_many = places->of_all - places->of_all / 4;

    if (MUTANT("b7-user-fills-connections"))
        return true;
    if (account->n_holders >= places->of_user)
        return false;
    return budget->n_joined < for_many || account->n_holders < PLACES_FEW;
}

enum status budget_join(struct budget *budget, const char *user,
                        const struct places *places, int64_t now_ms,
                        struct account **account_out)
{
    enum status status = STATUS_NO_MEMORY;
    struct account *account;

    pthread_mutex_lock(&budget->lock);
    account = find(budget, user, now_ms);
    if (account)
        status = has_place(budget, account, places) ? STATUS_OK : STATUS_LIMIT;
    if (status == STATUS_OK) {
        account->n_holders++;
        budget->n_joined++;
        *account_out = account;
    }
    pthread_mutex_unlock(&budget->lock);
    return status;
}

/* It stays until it owes nothing: signing in again does not reset it. */
void account_leave(struct account *account)
{
    if (!account)
        return;
    pthread_mutex_lock(&account->budget->lock);
    account->n_holders--;
    account->budget->n_joined--;
    pthread_mutex_unlock(&account->budget->lock);
}

int64_t account_left_us(struct account *account, int64_t budget_us,
                        int64_t now_ms)
{
    int64_t left_us;

    pthread_mutex_lock(&account->budget->lock);
    account->budget_us = budget_us;
    left_us = meter_left_us(&account->meter, budget_us, now_ms);
    pthread_mutex_unlock(&account->budget->lock);
    return left_us;
}

void account_add(struct account *account, int64_t us)
{
    pthread_mutex_lock(&account->budget->lock);
    meter_add(&account->meter, us);
    pthread_mutex_unlock(&account->budget->lock);
}

int64_t account_retry_ms(struct account *account, int64_t budget_us,
                         int64_t more_us, int64_t want_us)
{
    int64_t retry_ms;

    pthread_mutex_lock(&account->budget->lock);
    retry_ms = meter_retry_ms(&account->meter, budget_us, more_us, want_us);
    pthread_mutex_unlock(&account->budget->lock);
    return retry_ms;
}
