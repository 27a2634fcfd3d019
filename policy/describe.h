/*
 * A policy as objects of lines, each line one fact that can come or go by
 * itself: "member: bob@EXAMPLE.COM", "Web Deployers in Web until 2027-01-01".
 */
#pragma once

#include "policy/arena.h"
#include "policy/policy.h"

struct object {
    const char *what;
    const char *name;
    struct policy_place place;
    const char **lines; /* [n_lines], sorted, each once */
    size_t n_lines;
};

struct objects {
    struct object *items; /* [n_items], sorted by what and name */
    size_t n_items;
};

/* False when the arena is short. */
bool describe(const struct policy *policy, struct arena *arena,
              struct objects *objects_out);
