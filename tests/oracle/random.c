#include "tests/oracle/random.h"

struct random random_make(uint64_t seed, uint64_t round)
{
    struct random random = {seed * 0x9e3779b97f4a7c15U};

    random.state = random_next(&random) ^ round;
    return random;
}

uint64_t random_next(struct random *random)
{
    uint64_t z = random->state += 0x9e3779b97f4a7c15U;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

size_t random_below(struct random *random, size_t n)
{
    return (size_t)(random_next(random) % n);
}

int64_t random_between(struct random *random, int64_t from, int64_t to)
{
    return from + (int64_t)random_below(random, (size_t)(to - from + 1));
}

bool random_chance(struct random *random, unsigned percent)
{
    return random_below(random, 100) < percent;
}

void random_order(struct random *random, uint16_t *order, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const size_t j = random_below(random, i + 1);

        order[i] = order[j];
        order[j] = (uint16_t)i;
    }
}
