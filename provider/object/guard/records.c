#include "provider/object/guard/records.h"

#include "rbac/build.h"

enum status records_find(const struct site *site, const char *user, char *group,
                         struct records *records_out)
{
    uint32_t own;

    records_out->n =
        site_admins_of(site, (struct site_member){user, &group, group ? 1 : 0},
                       records_out->indexes, RECORDS_MAX, &own);
    return records_out->n > RECORDS_MAX ? STATUS_LIMIT : STATUS_OK;
}

bool records_has_enabled(const struct records *records, const struct site *site)
{
    const struct rbac_estate *estate = rbac_engine_estate(site->engine);

    for (size_t i = 0; i < records->n; i++)
        if (!estate->admins[records->indexes[i]].is_disabled)
            return true;
    return false;
}

enum status records_subject(const struct records *records,
                            const struct site *site,
                            struct rbac_subject **subject_out)
{
    return rbac_subject_new(site->engine, records->indexes, records->n,
                            subject_out);
}
