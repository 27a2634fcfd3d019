#include "rbac/texts.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "rbac/arena.h"

struct texts {
    atomic_size_t n_holders;
    pthread_mutex_t lock;
    struct arena arena;
    size_t n;
    const char **ids; /* [n_ids] */
    size_t n_ids;
    struct names names; /* of the ids */
};

struct texts *texts_new(void)
{
    struct texts *texts = calloc(1, sizeof(*texts));

    if (!texts)
        return NULL;
    atomic_init(&texts->n_holders, 1);
    pthread_mutex_init(&texts->lock, NULL);
    return texts;
}

struct texts *texts_hold(struct texts *texts)
{
    atomic_fetch_add_explicit(&texts->n_holders, 1, memory_order_relaxed);
    return texts;
}

void texts_free(struct texts *texts)
{
    if (!texts || atomic_fetch_sub_explicit(&texts->n_holders, 1,
                                            memory_order_acq_rel) != 1)
        return;
    pthread_mutex_destroy(&texts->lock);
    arena_free(&texts->arena);
    free(texts);
}

const char *texts_keep(struct texts *texts, const char *text)
{
    const char *copy;

    pthread_mutex_lock(&texts->lock);
    copy = arena_copy_text(&texts->arena, text_of(text));
    texts->n++;
    pthread_mutex_unlock(&texts->lock);
    return copy;
}

size_t texts_count(struct texts *texts)
{
    size_t n;

    pthread_mutex_lock(&texts->lock);
    n = texts->n;
    pthread_mutex_unlock(&texts->lock);
    return n;
}

enum status texts_set_ids(struct texts *texts, const char *const *ids, size_t n,
                          size_t *bad_out)
{
    texts->ids = arena_take(&texts->arena, n, sizeof(*ids));
    if (!texts->ids)
        return STATUS_NO_MEMORY;
    TRY(names_make(&texts->arena, n, &texts->names));
    for (size_t i = 0; i < n; i++) {
        texts->ids[i] = ids[i];
        *bad_out = i;
        TRY(names_add(&texts->names, ids[i], 0, (uint32_t)i));
    }
    texts->n_ids = n;
    return STATUS_OK;
}

const char *const *texts_ids(const struct texts *texts, size_t *n_out)
{
    *n_out = texts->n_ids;
    return texts->ids;
}

uint32_t texts_find_id(const struct texts *texts, struct text id)
{
    return texts->n_ids ? names_find(&texts->names, id, 0) : UINT32_MAX;
}
