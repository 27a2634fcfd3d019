#include "rbac/names.h"

/* FNV-1a: names come from policy authors, not from strangers. */
static size_t hash(struct text name, uint32_t kind)
{
    uint64_t sum = 14695981039346656037u + kind;

    for (size_t i = 0; i < name.size; i++) {
        sum ^= (unsigned char)name.data[i];
        sum *= 1099511628211u;
    }
    return (size_t)(sum ^ sum >> 32);
}

/* The slot that has the name, or the free one where it belongs. */
static struct names_slot *seek(const struct names *names, struct text name,
                               uint32_t kind)
{
    for (size_t i = hash(name, kind);; i++) {
        struct names_slot *slot = &names->slots[i & names->mask];

        if (!slot->name ||
            (slot->kind == kind && text_equal(text_of(slot->name), name)))
            return slot;
    }
}

enum status names_make(struct arena *arena, size_t n, struct names *names_out)
{
    size_t n_slots = 2;

    while (n_slots < 2 * n)
        n_slots *= 2;
    names_out->mask = n_slots - 1;
    names_out->slots = arena_take(arena, n_slots, sizeof(*names_out->slots));
    return names_out->slots ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status names_add(struct names *names, const char *name, uint32_t kind,
                      uint32_t index)
{
    struct names_slot *slot = seek(names, text_of(name), kind);

    if (slot->name)
        return STATUS_CONFLICT;
    *slot = (struct names_slot){name, kind, index};
    return STATUS_OK;
}

uint32_t names_find(const struct names *names, struct text name, uint32_t kind)
{
    const struct names_slot *slot = seek(names, name, kind);

    return slot->name ? slot->index : UINT32_MAX;
}
