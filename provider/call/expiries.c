#include "provider/call/expiries.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WARN_MAX_S = 30 * 24 * 3600, WARN_SHARE = 5 };

/* A list that grows by what is noted. */
struct growing {
    struct expiries *list;
    bool is_short; /* of memory */
};

static struct expiry *find(const struct expiries *list,
                           const struct expiry *like)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->items[i].kind == like->kind &&
            strcmp(list->items[i].name, like->name) == 0)
            return &list->items[i];
    return NULL;
}

/* Which of two with one name counts? */
static bool counts_more(const struct expiry *a, const struct expiry *b)
{
    return a->kind == AUTH_END_LIST ? a->ends_s > b->ends_s
                                    : a->ends_s < b->ends_s;
}

static void append(struct growing *growing, const struct expiry *expiry)
{
    struct expiries *list = growing->list;
    struct expiry *items;

    if (list->n >= EXPIRIES_MAX)
        return;
    items = realloc(list->items, (list->n + 1) * sizeof(*items));
    if (!items) {
        growing->is_short = true;
        return;
    }
    list->items = items;
    list->items[list->n++] = *expiry;
}

static void note(void *context, const struct auth_end *end)
{
    struct growing *growing = context;
    struct expiry expiry = {
        .kind = end->kind, .begins_s = end->begins_s, .ends_s = end->ends_s};
    struct expiry *known;

    snprintf(expiry.name, sizeof(expiry.name), "%s", end->name);
    known = find(growing->list, &expiry);
    if (!known)
        append(growing, &expiry);
    else if (counts_more(&expiry, known))
        *known = expiry;
}

enum status expiries_read(const struct settings *settings, int64_t now_s,
                          struct expiries *expiries_out)
{
    struct growing growing = {.list = expiries_out};

    *expiries_out = (struct expiries){0};
    if (!settings)
        return STATUS_OK;
    for (size_t i = 0; i < settings->config->n_listeners; i++)
        auth_ends_of_listener(settings->listeners[i].tls, note, &growing);
    auth_ends_of_keys(settings->auth, now_s, note, &growing);
    return growing.is_short ? STATUS_NO_MEMORY : STATUS_OK;
}

void expiries_clear(struct expiries *expiries)
{
    free(expiries->items);
    *expiries = (struct expiries){0};
}

/* How long before its end it needs attention. */
static int64_t warning_s(const struct expiry *expiry)
{
    int64_t share_s;

    if (expiry->kind == AUTH_END_KEYS)
        return 0;
    if (expiry->begins_s == INT64_MIN || expiry->begins_s >= expiry->ends_s)
        return WARN_MAX_S;
    share_s = (expiry->ends_s - expiry->begins_s) / WARN_SHARE;
    return share_s < WARN_MAX_S ? share_s : WARN_MAX_S;
}

enum metric_state expiry_state(const struct expiry *expiry, int64_t now_s)
{
    if (expiry->ends_s <= now_s)
        return METRIC_STATE_FAILED;
    return expiry->ends_s - now_s <= warning_s(expiry) ? METRIC_STATE_WARNING
                                                       : METRIC_STATE_GOOD;
}
