/*
 * Numbers that look random and repeat with their seed (splitmix64).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct random {
    uint64_t state;
};

/* The numbers of run `round` under `seed`; any round can be replayed alone. */
struct random random_make(uint64_t seed, uint64_t round);

uint64_t random_next(struct random *random);

/* 0 .. n - 1; n must not be 0. */
size_t random_below(struct random *random, size_t n);

/* from .. to, both included. */
int64_t random_between(struct random *random, int64_t from, int64_t to);

bool random_chance(struct random *random, unsigned percent);

/* order[n] becomes a permutation of 0 .. n - 1. */
void random_order(struct random *random, uint16_t *order, size_t n);
