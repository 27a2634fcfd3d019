/*
 * References: roles to the role they were copied from, groups to groups,
 * collections to collections. Finds an order in which everything comes after
 * what it refers to, and the references that close a cycle. Never recursive, so
 * that no file is too deep for the stack.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "policy/arena.h"

struct graph {
    size_t n_nodes;
    size_t n_edges;
    size_t n_room;
    size_t *starts;    /* [n_nodes + 1]: a node's edges in targets */
    uint32_t *targets; /* [n_edges] */
    uint32_t *depths;  /* [n_nodes]: longest path down, set by graph_order */
};

/* False: out of memory. */
bool graph_make(struct graph *graph, size_t n_nodes, size_t n_room,
                struct arena *arena);

/* Edges are added node by node, ascending. */
void graph_add(struct graph *graph, uint32_t from, uint32_t to);

/*
 * order_out[n_nodes]: every node after those it refers to. A reference that
 * closes a cycle is reported (by its node and the edge's number within the
 * node) and then ignored. False: out of memory.
 */
typedef void (*graph_on_circle)(void *context, uint32_t from, size_t edge,
                                uint32_t to);
bool graph_order(struct graph *graph, uint32_t *order_out,
                 graph_on_circle on_circle, void *context, struct arena *arena);
