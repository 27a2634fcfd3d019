#include "provider/call/backing.h"

#include <stdlib.h>
#include <string.h>

#include "rbac/administer.h"
#include "rbac/catalog.h"

enum { IDS_MAX_BYTES = 1024 * 1024, RBAC_TYPES_MAX = 256 };

/* A count that was made: by what was asked. */
struct made {
    enum rights_where where;
    uint16_t type;
    const char *id;
    struct backing_count count;
    bool is_there;
};

enum told { TOLD_UNKNOWN = 0, TOLD_NO, TOLD_YES };

struct backing {
    struct store *store;
    struct backing_reader reader;
    enum told told[RBAC_TYPES_MAX]; /* by type */
    const struct rbac_estate *before;
    const struct rbac_estate *after;
    struct made *table; /* owned: open addressing */
    size_t n_places;    /* a power of two */
};

void backing_free(struct backing *backing)
{
    if (!backing)
        return;
    free(backing->table);
    free(backing);
}

enum status backing_new(struct store *store, const struct rbac_engine *before,
                        const struct rbac_engine *after,
                        const struct rights_difference *rights,
                        struct backing_reader reader,
                        struct backing **backing_out)
{
    OWNED(backing) backing = calloc(1, sizeof(*backing));

    if (!backing)
        return STATUS_NO_MEMORY;
    backing->store = store;
    backing->reader = reader;
    backing->before = rbac_engine_estate(before);
    backing->after = rbac_engine_estate(after);
    backing->n_places = 16;
    while (backing->n_places < 2 * rights->n_rows)
        backing->n_places *= 2;
    backing->table = calloc(backing->n_places, sizeof(*backing->table));
    if (!backing->table)
        return STATUS_NO_MEMORY;
    *backing_out = TAKE(backing);
    return STATUS_OK;
}

static size_t hash_of(const struct rights_row *row)
{
    uint64_t h = 14695981039346656037u ^ (uint64_t)row->where << 32 ^ row->type;

    for (const char *at = row->id; *at; at++)
        h = (h ^ (unsigned char)*at) * 1099511628211u;
    return (size_t)(h ^ h >> 29);
}

/* The place of the row's count, existing or new. */
static struct made *find(struct backing *backing, const struct rights_row *row)
{
    const size_t mask = backing->n_places - 1;
    size_t at = hash_of(row) & mask;

    while (backing->table[at].is_there &&
           (backing->table[at].where != row->where ||
            backing->table[at].type != row->type ||
            strcmp(backing->table[at].id, row->id) != 0))
        at = (at + 1) & mask;
    return &backing->table[at];
}

/* ---- Readers ---- */

static bool reads_in(const struct backing *backing, uint16_t type,
                     uint32_t label)
{
    const struct rbac_request request = {
        .type = type,
        .operation = RBAC_OP_READ,
        .is_type_wide = label == RBAC_NONE,
        .labels = &label,
        .n_labels = 1,
        .level = backing->reader.level,
        .now_s = backing->reader.now_s,
    };

    return rbac_check(backing->reader.subject, &request).verdict == RBAC_ALLOW;
}

static bool reads_every_scope(const struct backing *backing, uint16_t type)
{
    for (size_t i = 0; i < backing->before->n_scopes; i++)
        if (strcmp(backing->before->scopes[i].id, "SMS00ALL") != 0 &&
            !reads_in(backing, type, (uint32_t)i))
            return false;
    return true;
}

/* A deployment is read with its object as well: only the top reads all of
 * those. */
static bool reads_all(const struct backing *backing, uint16_t type)
{
    const struct rbac_type *described = rbac_catalog_type(&rbac_catalog, type);

    if (!described)
        return false;
    switch (described->securing) {
    case RBAC_BY_SCOPE:
        return reads_every_scope(backing, type);
    case RBAC_BY_ROLE:
        return reads_in(backing, type, RBAC_NONE);
    case RBAC_BY_COLLECTION:
        break;
    }
    return type == RBAC_TYPE_COLLECTION; /* all of them: who may plan */
}

bool backing_tells(struct backing *backing, uint16_t type)
{
    const struct backing_reader *reader = &backing->reader;
    bool tells = !reader->subject;

    if (type >= ARRAY_SIZE(backing->told))
        return false;
    if (backing->told[type] == TOLD_UNKNOWN) {
        if (!tells)
            tells =
                rbac_is_full_administrator(reader->subject, reader->now_s) ||
                reads_all(backing, type);
        backing->told[type] = tells ? TOLD_YES : TOLD_NO;
    }
    return backing->told[type] == TOLD_YES;
}

/* ---- Counting ---- */

static enum status count_collection(struct store *store,
                                    const struct rights_row *row,
                                    struct backing_count *count)
{
    const bool on = row->where != RIGHTS_BELOW_COLLECTION;
    const bool below = row->where != RIGHTS_ON_COLLECTION;

    TRY(object_count_on(store, row->type, row->id, on, below,
                        &count->n_objects));
    return object_count_devices(store, row->id, on, &count->n_devices);
}

static void put_scopes(const struct rbac_estate *estate, const uint32_t *admins,
                       size_t n_admins, struct json_writer *w)
{
    for (size_t i = 0; i < n_admins; i++)
        for (size_t j = 0; j < estate->admins[admins[i]].n_assignments; j++) {
            const struct rbac_assignment *assignment =
                &estate->admins[admins[i]].assignments[j];

            for (size_t k = 0; k < assignment->n_scopes; k++)
                writer_string(w, estate->scopes[assignment->scopes[k]].id);
        }
}

/* "Every other scope" means others than those of the row's own subject. */
static enum status count_others(const struct backing *backing,
                                const struct rights_row *row, int64_t *n_out)
{
    const struct rights_subject *subject = row->subject;
    SCOPED(buf_free) struct buf ids = buf_make(IDS_MAX_BYTES);
    struct json_writer w = json_writer_make(&ids);

    writer_array_begin(&w);
    put_scopes(backing->before, subject->before, subject->n_before, &w);
    put_scopes(backing->after, subject->after, subject->n_after, &w);
    writer_array_end(&w);
    TRY(buf_status(&ids));
    return object_count_outside(backing->store, row->type, buf_text(&ids),
                                n_out);
}

static enum status count(struct store *store, const struct rights_row *row,
                         struct backing_count *out)
{
    *out = (struct backing_count){0};
    switch (row->where) {
    case RIGHTS_EVERYWHERE:
        return object_count_all(store, row->type, &out->n_objects);
    case RIGHTS_IN_SCOPE:
        return object_count_in(store, row->type, row->id, &out->n_objects);
    case RIGHTS_IN_OTHER_SCOPES:
        break; /* counted for each subject */
    case RIGHTS_ON_COLLECTION:
    case RIGHTS_BELOW_COLLECTION:
    case RIGHTS_FROM_COLLECTION:
        return count_collection(store, row, out);
    }
    return STATUS_OK;
}

enum status backing_of(struct backing *backing, const struct rights_row *row,
                       struct backing_count *count_out)
{
    struct made *made;

    if (row->where == RIGHTS_IN_OTHER_SCOPES) {
        *count_out = (struct backing_count){0};
        return count_others(backing, row, &count_out->n_objects);
    }
    made = find(backing, row);
    if (!made->is_there) {
        TRY(count(backing->store, row, &made->count));
        made->where = row->where;
        made->type = row->type;
        made->id = row->id;
        made->is_there = true;
    }
    *count_out = made->count;
    return STATUS_OK;
}
