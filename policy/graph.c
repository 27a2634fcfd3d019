#include "policy/graph.h"

#include <assert.h>

enum { NEW = 0, OPEN, DONE };

/* A node being visited, and the edge to follow next. */
struct step {
    uint32_t node;
    size_t edge;
};

struct walk {
    struct graph *graph;
    unsigned char *states;
    struct step *steps; /* the path from the start to here */
    size_t n_steps;
    uint32_t *order;
    size_t n_done;
    graph_on_circle on_circle;
    void *context;
};

bool graph_make(struct graph *graph, size_t n_nodes, size_t n_room,
                struct arena *arena)
{
    *graph = (struct graph){.n_nodes = n_nodes, .n_room = n_room};
    graph->starts = arena_alloc(arena, n_nodes + 1, sizeof(*graph->starts));
    graph->targets = arena_alloc(arena, n_room, sizeof(*graph->targets));
    graph->depths = arena_alloc(arena, n_nodes, sizeof(*graph->depths));
    return graph->starts && graph->targets && graph->depths;
}

/* Until graph_order, starts[i + 1] counts the edges of node i. */
void graph_add(struct graph *graph, uint32_t from, uint32_t to)
{
    assert(graph->n_edges < graph->n_room && from < graph->n_nodes);
    graph->targets[graph->n_edges++] = to;
    graph->starts[from + 1]++;
}

static void walk_enter(struct walk *walk, uint32_t node)
{
    walk->states[node] = OPEN;
    walk->steps[walk->n_steps++] =
        (struct step){node, walk->graph->starts[node]};
}

static void walk_leave(struct walk *walk)
{
    uint32_t *depths = walk->graph->depths;
    const uint32_t node = walk->steps[--walk->n_steps].node;

    walk->states[node] = DONE;
    walk->order[walk->n_done++] = node;
    if (walk->n_steps) {
        const uint32_t above = walk->steps[walk->n_steps - 1].node;

        if (depths[above] < depths[node] + 1)
            depths[above] = depths[node] + 1;
    }
}

static void walk_edge(struct walk *walk, struct step *step)
{
    const struct graph *graph = walk->graph;
    const size_t edge = step->edge++;
    const uint32_t to = graph->targets[edge];

    if (walk->states[to] == NEW)
        walk_enter(walk, to);
    else if (walk->states[to] == OPEN)
        walk->on_circle(walk->context, step->node,
                        edge - graph->starts[step->node], to);
    else if (graph->depths[step->node] < graph->depths[to] + 1)
        graph->depths[step->node] = graph->depths[to] + 1;
}

static void walk_from(struct walk *walk, uint32_t start)
{
    walk_enter(walk, start);
    while (walk->n_steps) {
        struct step *step = &walk->steps[walk->n_steps - 1];

        if (step->edge < walk->graph->starts[step->node + 1])
            walk_edge(walk, step);
        else
            walk_leave(walk);
    }
}

bool graph_order(struct graph *graph, uint32_t *order_out,
                 graph_on_circle on_circle, void *context, struct arena *arena)
{
    struct walk walk = {.graph = graph,
                        .order = order_out,
                        .on_circle = on_circle,
                        .context = context};

    walk.states = arena_alloc(arena, graph->n_nodes, 1);
    walk.steps = arena_alloc(arena, graph->n_nodes, sizeof(*walk.steps));
    if (!walk.states || !walk.steps)
        return false;
    for (size_t i = 0; i < graph->n_nodes; i++)
        graph->starts[i + 1] += graph->starts[i];
    for (uint32_t i = 0; i < graph->n_nodes; i++)
        if (walk.states[i] == NEW)
            walk_from(&walk, i);
    return true;
}
