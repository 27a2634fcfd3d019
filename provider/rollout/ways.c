#include "provider/rollout/ways.h"

#include <string.h>

#include "provider/base/datetime.h"

struct ways {
    const struct rollout *rollout;
    struct json_writer *w;
    size_t n;
};

static void put_way(struct ways *ways, const struct site_identity *way,
                    const char *change)
{
    struct json_writer *w = ways->w;
    char given[DATETIME_BYTES];

    if (ways->n++ >= WAYS_MAX)
        return;
    writer_object_begin(w);
    writer_put_string(w, "user", way->user);
    writer_put_string(w, "kind", identity_kind_name(way->kind));
    writer_put_string(w, "value", way->value);
    writer_put_string(w, "change", change);
    writer_put_string(w, "given_by", way->author);
    if (way->given_s > 0) {
        datetime_write(way->given_s, given);
        writer_put_string(w, "given", given);
    }
    writer_object_end(w);
}

static bool has_way(const struct site *site, const struct site_identity *way)
{
    const char *user = site_user_of(site, way->kind, text_of(way->value));

    return user && strcmp(user, way->user) == 0;
}

static bool gains(const struct rights_row *row)
{
    return row->after != AUTH_LEVEL_NONE &&
           (row->before == AUTH_LEVEL_NONE || row->after < row->before);
}

static bool is_gainer(const struct rollout *rollout, const char *user)
{
    for (size_t i = 0; i < rollout->rights.n_rows; i++) {
        const struct rights_row *row = &rollout->rights.rows[i];

        if (!row->subject->is_group && gains(row) &&
            strcmp(row->subject->name, user) == 0)
            return true;
    }
    return false;
}

/* Identities of one site that the other lacks, or that belong to a gainer. */
static void put_ways(struct ways *ways, const struct site *site,
                     const struct site *other, const char *change)
{
    struct site_identity way;

    for (size_t i = 0; site_identity(site, i, &way); i++) {
        if (!has_way(other, &way))
            put_way(ways, &way, change);
        else if (strcmp(change, "new") == 0 &&
                 is_gainer(ways->rollout, way.user))
            put_way(ways, &way, "kept");
    }
}

/* A gainer's own principal, which the realm vouches for. */
static void put_own_names(struct ways *ways)
{
    const struct rights_difference *rights = &ways->rollout->rights;
    const char *last = "";

    for (size_t i = 0; i < rights->n_rows; i++) {
        const struct rights_row *row = &rights->rows[i];
        const char *user = row->subject->name;
        const struct site_identity own = {
            IDENTITY_KERBEROS, user, user, "", true, 0};

        if (row->subject->is_group || !gains(row) || !strchr(user, '@') ||
            strcmp(last, user) == 0)
            continue;
        last = user;
        put_way(ways, &own, "kept");
    }
}

void ways_put(const struct rollout *rollout, struct json_writer *w)
{
    const struct site *after = rollout_site(rollout);
    struct ways ways = {rollout, w, 0};

    writer_key(w, "sign_ins");
    writer_array_begin(w);
    if (after != rollout->before) {
        put_ways(&ways, rollout->before, after, "gone");
        put_ways(&ways, after, rollout->before, "new");
        put_own_names(&ways);
    }
    writer_array_end(w);
}
