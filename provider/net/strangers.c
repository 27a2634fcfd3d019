#include "provider/net/strangers.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLE = 16 }; /* sampled to find the source with most places */

enum status strangers_open(struct strangers *strangers, size_t max)
{
    *strangers = (struct strangers){
        .max = max < STRANGERS_MIN ? STRANGERS_MIN : max,
    };
    strangers->list = calloc(strangers->max, sizeof(*strangers->list));
    return strangers->list ? STATUS_OK : STATUS_NO_MEMORY;
}

void strangers_close(struct strangers *strangers)
{
    free(strangers->list);
    *strangers = (struct strangers){0};
}

/* ---- Eviction ---- */

struct sample {
    struct stranger *of[SAMPLE];
};

static struct sample take_sample(const struct strangers *strangers)
{
    struct sample sample;

    for (size_t i = 0; i < SAMPLE; i++)
        sample.of[i] =
            strangers->list[arc4random_uniform((uint32_t)strangers->n)];
    return sample;
}

static enum stranger_rank lowest_rank(const struct sample *sample)
{
    enum stranger_rank lowest = STRANGER_PROVEN;

    for (size_t i = 0; i < SAMPLE; i++)
        if (sample->of[i]->rank < lowest)
            lowest = sample->of[i]->rank;
    return lowest;
}

static size_t count_same(const struct sample *sample,
                         const struct stranger *like)
{
    size_t n = 0;

    for (size_t i = 0; i < SAMPLE; i++)
        n += sample->of[i]->rank == like->rank &&
             strcmp(sample->of[i]->source, like->source) == 0;
    return n;
}

/* One of the lowest rank, of the source that has most of them, as far as a
 * sample can tell: a flood takes its own places, not those of others. */
static struct stranger *find_worst(const struct strangers *strangers)
{
    const struct sample sample = take_sample(strangers);
    const enum stranger_rank lowest = lowest_rank(&sample);
    struct stranger *worst = NULL;
    size_t most = 0;

    for (size_t i = 0; i < SAMPLE; i++) {
        const size_t n = sample.of[i]->rank == lowest
                             ? count_same(&sample, sample.of[i])
                             : 0;

        if (n > most) {
            most = n;
            worst = sample.of[i];
        }
    }
    return worst;
}

static bool is_older(const struct stranger *one, const struct stranger *other)
{
    if (one->rank != other->rank)
        return one->rank < other->rank;
    return one->since_ms < other->since_ms;
}

/* The oldest of the source's connections that have shown nothing, if they have
 * all the places it may have; refused ones first. */
static struct stranger *find_oldest(const struct strangers *strangers,
                                    const char *source)
{
    struct stranger *oldest = NULL;
    size_t n = 0;

    for (size_t i = 0; i < strangers->n; i++) {
        struct stranger *stranger = strangers->list[i];

        if (stranger->rank == STRANGER_PROVEN ||
            strcmp(stranger->source, source) != 0)
            continue;
        n++;
        if (!oldest || is_older(stranger, oldest))
            oldest = stranger;
    }
    return n >= STRANGERS_OF_DEBTOR ? oldest : NULL;
}

static bool is_full(const struct strangers *strangers)
{
    const size_t for_proven = strangers->max / 4;

    return strangers->n == strangers->max ||
           strangers->n - strangers->n_proven >= strangers->max - for_proven;
}

struct stranger *strangers_find_victim(const struct strangers *strangers,
                                       struct stranger *newcomer)
{
    struct stranger *worst;

    if (newcomer->rank <= STRANGER_OWES) {
        worst = find_oldest(strangers, newcomer->source);
        if (worst)
            return worst;
    }
    if (!is_full(strangers))
        return NULL;
    worst = find_worst(strangers);
    return worst->rank > newcomer->rank ? newcomer : worst;
}

struct stranger *strangers_find_below(const struct strangers *strangers,
                                      enum stranger_rank rank)
{
    struct stranger *worst = strangers->n > 0 ? find_worst(strangers) : NULL;

    return worst && worst->rank < rank ? worst : NULL;
}

/* ---- Arrival and departure ---- */

void strangers_add(struct strangers *strangers, struct stranger *stranger)
{
    assert(strangers->n < strangers->max);
    stranger->has_place = true;
    stranger->place = strangers->n;
    strangers->list[strangers->n++] = stranger;
    strangers->n_proven += stranger->rank == STRANGER_PROVEN;
}

void strangers_remove(struct strangers *strangers, struct stranger *stranger)
{
    struct stranger *last;

    if (!stranger->has_place)
        return;
    last = strangers->list[--strangers->n];
    strangers->list[stranger->place] = last;
    last->place = stranger->place;
    stranger->has_place = false;
    strangers->n_proven -= stranger->rank == STRANGER_PROVEN;
}

void strangers_rank(struct strangers *strangers, struct stranger *stranger,
                    enum stranger_rank rank)
{
    if (stranger->has_place) {
        strangers->n_proven -= stranger->rank == STRANGER_PROVEN;
        strangers->n_proven += rank == STRANGER_PROVEN;
    }
    stranger->rank = rank;
}
