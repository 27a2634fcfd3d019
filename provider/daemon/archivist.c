#include "provider/daemon/archivist.h"

#include <stdio.h>
#include <string.h>

static enum status make(struct archivist *archivist)
{
    OWNED(store) store = NULL;

    TRY(store_open(archivist->store, STORE_READ, &store));
    return archive_make(store, archivist->key, &archivist->order,
                        &archivist->last);
}

static void *run(void *context)
{
    struct archivist *archivist = context;

    archivist->status = make(archivist);
    archivist->is_done = true;
    return NULL;
}

bool archivist_begin(struct archivist *archivist, const char *store,
                     const struct seal_key *key,
                     const struct archive_order *order)
{
    if (archivist->is_begun)
        return true;
    if (snprintf(archivist->store, PATH_MAX, "%s", store) >= PATH_MAX ||
        snprintf(archivist->directory, PATH_MAX, "%s", order->directory) >=
            PATH_MAX)
        return false;
    archivist->key = key;
    archivist->order = *order;
    archivist->order.directory = archivist->directory;
    archivist->order.is_ending = &archivist->is_ending;
    archivist->is_done = false;
    archivist->is_begun =
        pthread_create(&archivist->thread, NULL, run, archivist) == 0;
    return archivist->is_begun;
}

bool archivist_take(struct archivist *archivist, enum status *status_out,
                    int64_t *last_out)
{
    if (!archivist->is_begun || !archivist->is_done)
        return false;
    pthread_join(archivist->thread, NULL);
    archivist->is_begun = false;
    *status_out = archivist->status;
    *last_out = archivist->last;
    return true;
}

void archivist_clear(struct archivist *archivist)
{
    archivist->is_ending = true;
    if (archivist->is_begun)
        pthread_join(archivist->thread, NULL);
    archivist->is_begun = false;
}
