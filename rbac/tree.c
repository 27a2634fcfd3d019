#include "rbac/tree.h"

#include <stdlib.h>
#include <string.h>

#include "provider/base/own.h"

/* First child and next sibling, in index order; RBAC_NONE ends a list. */
struct links {
    uint32_t *child;
    uint32_t *sibling;
    uint32_t root;
};

static struct links link_children(const struct rbac_collection *collections,
                                  size_t n, uint32_t *memory)
{
    struct links links = {memory, memory + n, RBAC_NONE};

    for (size_t c = 0; c < n; c++)
        links.child[c] = RBAC_NONE;
    for (size_t c = n; c-- > 0;) {
        const uint32_t limiting = collections[c].limiting;
        uint32_t *list =
            limiting == RBAC_NONE ? &links.root : &links.child[limiting];

        links.sibling[c] = *list;
        *list = (uint32_t)c;
    }
    return links;
}

/* Where the walk goes after c and all below it; closes what ends there. */
static uint32_t leave(const struct rbac_collection *collections,
                      const struct links *links, struct tree *tree, uint32_t c,
                      size_t n_seen)
{
    for (;;) {
        tree->size[c] = (uint16_t)(n_seen - tree->position[c]);
        if (links->sibling[c] != RBAC_NONE)
            return links->sibling[c];
        c = collections[c].limiting;
        if (c == RBAC_NONE)
            return RBAC_NONE;
    }
}

/* Returns how many were reached from the roots. */
static size_t walk(const struct rbac_collection *collections,
                   const struct links *links, struct tree *tree)
{
    uint32_t c = links->root;
    size_t n_seen = 0;

    while (c != RBAC_NONE) {
        tree->position[c] = (uint16_t)n_seen;
        tree->at[n_seen++] = (uint16_t)c;
        if (links->child[c] != RBAC_NONE)
            c = links->child[c];
        else
            c = leave(collections, links, tree, c, n_seen);
    }
    return n_seen;
}

/* One that no walk from a root reached; its size was never closed. */
static uint32_t find_unreached(const struct tree *tree)
{
    for (size_t c = 0; c < tree->n; c++)
        if (tree->size[c] == 0)
            return (uint32_t)c;
    return RBAC_NONE;
}

static enum status make_room(struct tree *tree, size_t n, struct arena *arena)
{
    *tree = (struct tree){
        .n = n,
        .position = arena_take(arena, n, sizeof(uint16_t)),
        .size = arena_take(arena, n, sizeof(uint16_t)),
        .at = arena_take(arena, n, sizeof(uint16_t)),
        .reach = arena_take(arena, n, sizeof(uint16_t)),
    };
    return tree->position && tree->size && tree->at && tree->reach
               ? STATUS_OK
               : STATUS_NO_MEMORY;
}

enum status tree_number(const struct rbac_collection *collections, size_t n,
                        struct arena *arena, struct tree *tree_out,
                        uint32_t *bad_out)
{
    SCOPED(memory_drop) uint32_t *memory = malloc(2 * n * sizeof(*memory) + 1);
    struct links links;

    TRY(make_room(tree_out, n, arena));
    if (!memory)
        return STATUS_NO_MEMORY;
    links = link_children(collections, n, memory);
    if (walk(collections, &links, tree_out) != n) {
        *bad_out = find_unreached(tree_out);
        return STATUS_INVALID;
    }
    for (size_t i = 0; i < n; i++)
        tree_out->reach[i] = tree_out->size[tree_out->at[i]];
    return STATUS_OK;
}

/* The last of the first n_before + 1, which is the last in what limits it. */
static void insert(const struct rbac_collection *collections, struct tree *tree,
                   size_t n_before)
{
    const uint32_t limiting = collections[n_before].limiting;
    const size_t position =
        limiting == RBAC_NONE
            ? n_before
            : (size_t)tree->position[limiting] + tree->size[limiting];
    const size_t n_behind = n_before - position;

    for (size_t i = 0; i < n_before; i++)
        tree->position[i] =
            (uint16_t)(tree->position[i] + (tree->position[i] >= position));
    memmove(&tree->at[position + 1], &tree->at[position],
            n_behind * sizeof(*tree->at));
    memmove(&tree->reach[position + 1], &tree->reach[position],
            n_behind * sizeof(*tree->reach));
    tree->position[n_before] = (uint16_t)position;
    tree->at[position] = (uint16_t)n_before;
    tree->size[n_before] = tree->reach[position] = 1;
    for (uint32_t c = limiting; c != RBAC_NONE; c = collections[c].limiting)
        tree->reach[tree->position[c]] = ++tree->size[c];
}

enum status tree_extend(const struct tree *from,
                        const struct rbac_collection *collections, size_t n,
                        struct arena *arena, struct tree *tree_out)
{
    TRY(make_room(tree_out, n, arena));
    memcpy(tree_out->position, from->position, from->n * sizeof(uint16_t));
    memcpy(tree_out->size, from->size, from->n * sizeof(uint16_t));
    memcpy(tree_out->at, from->at, from->n * sizeof(uint16_t));
    memcpy(tree_out->reach, from->reach, from->n * sizeof(uint16_t));
    for (size_t i = from->n; i < n; i++)
        insert(collections, tree_out, i);
    return STATUS_OK;
}
