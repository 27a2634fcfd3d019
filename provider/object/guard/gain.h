/*
 * What an act brings into collections, and whether the caller could give it.
 *
 * A collection that gains devices gives them to its assignees, with all their
 * roles, and to whatever is deployed to it; so do those that it limits and that
 * include it, and those that exclude one which loses devices. Making a
 * collection gain needs each of those operations, and the right to deploy, at
 * the devices' sources. Console and policy files both ask here (T61).
 */
#pragma once

#include "provider/object/object_private.h"
#include "provider/object/query/row_list.h"

/* The caller: a subject in an engine, with the rows of its store. */
struct gain_asker {
    const struct object_map *map;
    const struct rbac_subject *subject;
    enum auth_level level;
    int64_t now_s;
};

/*
 * Rules or the limit of a collection change. sources[n_sources], in the
 * engine's indexes: collections that each contain all of the devices concerned.
 */
struct gain_act {
    int64_t collection;
    bool comes; /* it may gain devices */
    bool goes;  /* it may lose some */
    bool moves; /* to another limit: its own says nothing of them */
    const uint32_t *sources;
    size_t n_sources;
};

/* The first thing missing; decision RBAC_ALLOW: nothing is. */
struct gain_lack {
    struct rbac_decision decision;
    struct object_need need;
    int64_t collection; /* that would gain; 0: the one that moves */
};

/*
 * What gains by an act and has assignees or deployments: read once, then asked
 * about any number of sources. For SCOPED(gain_takers_clear).
 */
struct gain_taker {
    int64_t collection;
    uint32_t index;      /* of it; RBAC_NONE: too new to be anybody's */
    uint32_t limit;      /* index of another source; RBAC_NONE: none */
    bool is_deployed[3]; /* applications, programs, client settings */
};
struct gain_takers {
    uint32_t limit;        /* of what changes, as gain_taker's */
    struct gain_taker *of; /* owned: [n] */
    size_t n;
    size_t capacity;
};
void gain_takers_clear(struct gain_takers *takers);

/* Of the stored rules, before or after the act; its sources do not matter. */
MUST_CHECK
enum status gain_takers_read(struct store *store,
                             const struct gain_asker *asker,
                             const struct gain_act *act,
                             struct gain_takers *takers);

struct gain_lack gain_takers_check(const struct gain_takers *takers,
                                   const struct gain_asker *asker,
                                   const uint32_t *sources, size_t n_sources);

/* Both at once. */
MUST_CHECK
enum status gain_check(struct store *store, const struct gain_asker *asker,
                       const struct gain_act *act, struct gain_lack *lack_out);

/* A single device that came into a collection. */
MUST_CHECK
enum status gain_check_one(struct store *store, const struct gain_asker *asker,
                           int64_t collection, const uint32_t *sources,
                           size_t n_sources, struct gain_lack *lack_out);

/*
 * Another limit. What it selects, and what those below it select, comes from
 * devices of the new limit then: the mover must be able to read those. row and
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

/* STATUS_DENIED with the failure set: what is missing, and where. */
MUST_CHECK
enum status gain_ask(struct object_call *call, const struct gain_act *act);
MUST_CHECK
enum status gain_read_takers(struct object_call *call,
                             const struct gain_act *act,
                             struct gain_takers *takers);
MUST_CHECK
enum status gain_ask_takers(struct object_call *call,
                            const struct gain_takers *takers,
                            const uint32_t *sources, size_t n_sources);
MUST_CHECK
enum status gain_ask_move(struct object_call *call, int64_t from, int64_t to);
/* A device that changed, with the labels it had, came into these collections.
 */
MUST_CHECK
enum status gain_ask_device(struct object_call *call,
                            const struct object_target *device,
                            const struct row_list *collections);
