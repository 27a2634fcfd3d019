#include "provider/call/ground.h"

enum status call_ground_take(struct call_ground *ground, struct site *taken)
{
    OWNED(site) site = taken;
    struct generation *next =
        generation_new(site, ground->generation->number + 1);

    if (!next)
        return STATUS_NO_MEMORY;
    (void)TAKE(site);
    generation_free(ground->generation);
    ground->generation = next;
    return STATUS_OK;
}

enum status call_ground_renew(struct call_ground *ground)
{
    struct site *site;

    TRY(site_renew(ground->store, ground->generation->site, &site));
    return call_ground_take(ground, site);
}

void call_ground_clear(struct call_ground *ground)
{
    for (size_t i = 0; i < CALL_GROUND_SESSIONS; i++) {
        session_rights_drop(&ground->lately[i].rights);
        ground->lately[i].session = 0;
    }
}
