/*
 * A policy as objects with lines, each line one fact that can be added or
 * removed by itself: "member: bob@EXAMPLE.COM", "Web Deployers in Web until
 * 2027-01-01".
 */
#pragma once

#include "policy/arena.h"
#include "policy/policy.h"

struct object {
    const char *what;
    const char *name;
    struct policy_place place;
    const char **lines; /* [n_lines], sorted, without duplicates */
    size_t n_lines;
};

struct objects {
    struct object *items; /* [n_items], sorted by what and name */
    size_t n_items;
};

/* False: the arena is full. */
bool describe(const struct policy *policy, struct arena *arena,
              struct objects *objects_out);
