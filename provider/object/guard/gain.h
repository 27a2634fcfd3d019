/*
 * What an act brings into collections, and whether who acts could give it.
 *
 * A collection that gains devices gives them to whoever is assigned it, with
 * all their roles, and to whatever is deployed to it; so do those that it
 * limits and that include it, and those that exclude one which loses devices.
 * Whoever makes a collection gain must hold each of those operations, and the
 * right to deploy, where the devices come from. Both doors, console and policy
 * file, ask here (T61).
 */
#pragma once

#include "provider/object/object_private.h"
#include "provider/object/query/row_list.h"

/* Who asks: a caller in an engine, with the rows of its store. */
struct gain_asker {
    const struct object_map *map;
    const struct rbac_subject *subject;
    enum auth_level level;
    int64_t now_s;
};

/*
 * Rules or the limit of a collection are others. sources[n_sources], in the
 * engine's indexes: collections that each hold all of the devices concerned.
 */
struct gain_act {
    int64_t collection;
    bool comes; /* it may gain devices */
    bool goes;  /* it may lose some */
    bool moves; /* to another limit: its own says nothing of them */
    const uint32_t *sources;
    size_t n_sources;
};

/* What is missing, first of all; decision RBAC_ALLOW: nothing is. */
struct gain_lack {
    struct rbac_decision decision;
    struct object_need need;
    int64_t collection; /* that would gain; 0: the one that moves */
};

/* Against the rules as they are stored, before or after the act. */
MUST_CHECK
enum status gain_check(struct store *store, const struct gain_asker *asker,
                       const struct gain_act *act, struct gain_lack *lack_out);

/* One device that came into a collection, alone. */
MUST_CHECK
enum status gain_check_one(struct store *store, const struct gain_asker *asker,
                           int64_t collection, const uint32_t *sources,
                           size_t n_sources, struct gain_lack *lack_out);

/*
 * Another limit. What it picks, and what those below it pick, is picked from
 * devices of the new limit then: those must be the mover's to read. row and
 * index of each; RBAC_NONE: an index that the engine does not know.
 */
struct gain_move {
    int64_t row;
    uint32_t index;
    int64_t from_row;
    uint32_t from_index;
    int64_t to_row;
    uint32_t to_index;
};
MUST_CHECK
enum status gain_check_move(struct store *store, const struct gain_asker *asker,
                            const struct gain_move *move,
                            struct gain_lack *lack_out);

/* ---- Over RPC (gain_call.c) ---- */

/* STATUS_DENIED with the failure filled: what is missing, and where. */
MUST_CHECK
enum status gain_ask(struct object_call *call, const struct gain_act *act);
MUST_CHECK
enum status gain_ask_move(struct object_call *call, int64_t from, int64_t to);
/* A device whose properties changed came into these collections. */
MUST_CHECK
enum status gain_ask_device(struct object_call *call,
                            const struct row_list *collections);
