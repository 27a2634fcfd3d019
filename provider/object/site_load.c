#include "provider/object/site.h"

#include <stdlib.h>

#include "provider/base/log.h"
#include "provider/object/people.h"
#include "provider/object/site_draft.h"
#include "provider/object/site_load_sql.h"
#include "provider/object/site_step.h"
#include "provider/store/seal.h"

/* ---- The site ---- */

static enum status build_engine(const struct site_draft *draft,
                                const struct site *previous,
                                struct rbac_engine **engine_out)
{
    int64_t lenient;

    TRY(store_number(draft->store, SITE_LENIENT, &lenient));
    const struct rbac_estate estate = {
        .catalog = &rbac_catalog,
        .roles = draft->roles,
        .n_roles = draft->n_roles,
        .scopes = draft->scopes,
        .n_scopes = draft->n_scopes,
        .collections = draft->collections,
        .n_collections = draft->n_collections,
        .admins = draft->admins,
        .n_admins = draft->n_admins,
        .is_lenient = lenient == 1,
    };
    struct rbac_problem problem = {0};
    const enum status built = rbac_engine_rebuild(
        previous ? previous->engine : NULL, &estate, engine_out, &problem);

    if (built != STATUS_OK)
        log_error("site.estate status=%s why=%s", status_name(built),
                  problem.text);
    return built;
}

static enum status load_level(struct store *store, enum auth_level *level_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare(store, SQL_LOAD_LEVEL, &stmt));
    found = store_step(stmt);
    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_INVALID : found;
    *level_out = auth_level_read(store_text(stmt, 0));
    return *level_out == AUTH_LEVEL_NONE ? STATUS_INVALID : STATUS_OK;
}

static enum status read_estate(struct site_draft *draft,
                               const struct site *previous)
{
    if (previous)
        return site_step_read(draft, previous);
    seal_note_all_read(draft->store);
    TRY(draft_read_collections(draft));
    return draft_read_powers(draft);
}

static enum status read_people(struct store *store, const struct site *previous,
                               struct site *site)
{
    const struct rbac_estate *estate = rbac_engine_estate(site->engine);

    if (previous &&
        rbac_engine_estate(previous->engine)->admins == estate->admins) {
        site->people = people_hold(previous->people);
        return STATUS_OK;
    }
    return people_load(store, estate->admins, estate->n_admins, &site->people);
}

/* With a previous one only what has changed since. */
static enum status read_site(struct store *store, const struct site *previous,
                             struct site *site)
{
    SCOPED(draft_clear) struct site_draft draft = {.store = store};

    site->seen = seal_tick(store);
    site->map = calloc(1, sizeof(*site->map));
    if (!site->map)
        return STATUS_NO_MEMORY;
    draft.map = site->map;
    TRY(read_estate(&draft, previous));
    TRY(build_engine(&draft, previous, &site->engine));
    TRY(read_people(store, previous, site));
    site->exclusions = people_exclusions(site->people, &site->n_exclusions);
    TRY(load_level(store, &site->minimum_level));
    return store_number(store, "estate", &site->serial);
}

enum status site_check_rows(struct store *store)
{
    return seal_check_followed(store, site_followed, SITE_N_FOLLOWED);
}

enum status site_open_reader(const char *path, struct store **store_out)
{
    OWNED(store) store = NULL;

    TRY(store_open(path, STORE_READ, &store));
    TRY(object_functions_register(store));
    *store_out = TAKE(store);
    return STATUS_OK;
}

enum status site_load(struct store *store, struct site **site_out)
{
    const bool is_ours = !store_is_busy(store);
    OWNED(site) site = calloc(1, sizeof(*site));
    enum status loaded;

    if (!site)
        return STATUS_NO_MEMORY;
    TRY(object_functions_register(store));
    if (is_ours)
        TRY(store_read_begin(store)); /* one state of everything */
    loaded = read_site(store, NULL, site);
    if (is_ours)
        store_read_end(store);
    TRY(loaded);
    *site_out = TAKE(site);
    return STATUS_OK;
}

enum status site_renew(struct store *store, const struct site *previous,
                       struct site **site_out)
{
    OWNED(site) site = NULL;

    if (!site_step_is_known(store, previous))
        return site_load(store, site_out);
    site = calloc(1, sizeof(*site));
    if (!site)
        return STATUS_NO_MEMORY;
    TRY(read_site(store, previous, site));
    *site_out = TAKE(site);
    return STATUS_OK;
}

void site_free(struct site *site)
{
    if (!site)
        return;
    rbac_engine_free(site->engine);
    if (site->map)
        object_map_clear(site->map);
    free(site->map);
    people_free(site->people);
    free(site);
}
