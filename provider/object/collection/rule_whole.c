#include "provider/object/collection/rule_whole.h"

#include <stdlib.h>
#include <string.h>

#include "provider/base/mutant.h"
#include "provider/base/text_hash.h"

static void forget(struct rule_wholes *wholes, struct rule_whole *whole)
{
    wholes->n_bytes -= whole->found.n * sizeof(*whole->found.of);
    free((char *)(uintptr_t)whole->wql.data);
    row_list_clear(&whole->found);
    *whole = (struct rule_whole){.stamp = 0};
}

void rule_wholes_clear(struct rule_wholes *wholes)
{
    for (size_t i = 0; i < WHOLES_MAX; i++)
        forget(wholes, &wholes->of[i]);
}

static size_t place_of(const struct memo_key *key)
{
    return (size_t)((text_hash(key->wql) + key->is_user) >> 32) % WHOLES_MAX;
}

enum status rule_whole_find(const struct rule_wholes *wholes,
                            const struct memo_key *key, struct row_list *found,
                            bool *is_known_out)
{
    const struct rule_whole *whole = &wholes->of[place_of(key)];

    *is_known_out = key->stamp && whole->wql.data &&
                    whole->is_user == key->is_user &&
                    (whole->stamp == key->stamp || MUTANT("m9-memo-stays")) &&
                    text_equal(whole->wql, key->wql);
    for (size_t i = 0; *is_known_out && i < whole->found.n; i++)
        TRY(row_list_add(found, whole->found.of[i]));
    return STATUS_OK;
}

void rule_whole_keep(struct rule_wholes *wholes, const struct memo_key *key,
                     const struct row_list *found, size_t first)
{
    struct rule_whole *whole = &wholes->of[place_of(key)];
    const size_t n_bytes = (found->n - first) * sizeof(*found->of);

    if (!key->stamp || n_bytes > WHOLES_MAX_BYTES)
        return;
    if (wholes->n_bytes + n_bytes > WHOLES_MAX_BYTES)
        rule_wholes_clear(wholes);
    forget(wholes, whole);
    whole->wql = (struct text){text_dup(key->wql), key->wql.size};
    whole->found.of = malloc(n_bytes + 1);
    if (!whole->wql.data || !whole->found.of) {
        forget(wholes, whole);
        return;
    }
    whole->is_user = key->is_user;
    whole->stamp = key->stamp;
    whole->found.n = whole->found.capacity = found->n - first;
    if (n_bytes)
        memcpy(whole->found.of, &found->of[first], n_bytes);
    wholes->n_bytes += n_bytes;
}
