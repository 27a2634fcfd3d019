#include "auth/pac/logon_info.h"

#include <stdlib.h>

enum {
    TIMES_BYTES = 6 * 8,
    N_NAMES = 6,       /* effective name to home drive */
    N_LOGON_NAMES = 2, /* server and domain */
    SESSION_KEY_BYTES = 16,
    COUNTERS_BYTES = 2 * 2, /* of logons, and of bad passwords */
    TAIL_BYTES = 2 * 4 + 4 + 4 + 2 * 8 + 4 + 4, /* from Reserved1 */
    GROUP_BYTES = 4 + 4,                        /* a RID and its attributes */
    EXTRA_BYTES = 4 + 4, /* a pointer and its attributes */
    GROUP_ENABLED = 0x4,
    GROUP_DENIES_ONLY = 0x10,
};

/* The structure, without what its pointers point to. */
struct heads {
    struct ndr_string names[N_NAMES];
    struct ndr_string logon_names[N_LOGON_NAMES];
    uint32_t user;
    uint32_t primary_group;
    uint32_t n_groups;
    bool has_groups;
    bool has_domain;
    uint32_t n_extra;
    bool has_extra;
    bool has_resource_domain;
    uint32_t n_resource;
    bool has_resource;
};

static void read_heads(struct ndr *ndr, struct heads *heads)
{
    ndr_skip(ndr, TIMES_BYTES);
    for (size_t i = 0; i < N_NAMES; i++)
        heads->names[i] = ndr_string_head(ndr);
    ndr_skip(ndr, COUNTERS_BYTES);
    heads->user = ndr_u32(ndr);
    heads->primary_group = ndr_u32(ndr);
    heads->n_groups = ndr_u32(ndr);
    heads->has_groups = ndr_pointer(ndr);
    ndr_skip(ndr, 4); /* flags: they repeat what the pointers say */
    ndr_skip(ndr, SESSION_KEY_BYTES);
    for (size_t i = 0; i < N_LOGON_NAMES; i++)
        heads->logon_names[i] = ndr_string_head(ndr);
    heads->has_domain = ndr_pointer(ndr);
    ndr_skip(ndr, TAIL_BYTES);
    heads->n_extra = ndr_u32(ndr);
    heads->has_extra = ndr_pointer(ndr);
    heads->has_resource_domain = ndr_pointer(ndr);
    heads->n_resource = ndr_u32(ndr);
    heads->has_resource = ndr_pointer(ndr);
}

static bool is_whole(const struct heads *heads)
{
    return heads->has_domain && heads->user != 0 &&
           (heads->has_groups || heads->n_groups == 0) &&
           (heads->has_extra || heads->n_extra == 0) &&
           (heads->has_resource || heads->n_resource == 0) &&
           (heads->has_resource_domain || heads->n_resource == 0);
}

static bool is_enabled(uint32_t attributes)
{
    return (attributes & (GROUP_ENABLED | GROUP_DENIES_ONLY)) == GROUP_ENABLED;
}

/* Room for all that the heads count: as many bytes are there. */
static enum status make_room(const struct heads *heads, const struct ndr *ndr,
                             struct logon_info *info)
{
    const uint64_t n =
        (uint64_t)heads->n_groups + heads->n_extra + heads->n_resource + 1;

    if (n > (ndr->size - ndr->at) / EXTRA_BYTES)
        return STATUS_INVALID;
    if (n > LOGON_SIDS_MAX)
        return STATUS_LIMIT;
    info->sids = calloc(n, sizeof(*info->sids));
    return info->sids ? STATUS_OK : STATUS_NO_MEMORY;
}

/* Groups of one domain, told by their last part. */
static void read_rids(struct ndr *ndr, uint32_t n, struct logon_info *info,
                      enum logon_source source)
{
    if (!ndr_array(ndr, n, GROUP_BYTES))
        return;
    for (uint32_t i = 0; i < n; i++) {
        struct logon_sid *into = &info->sids[info->n_sids++];

        into->sid.parts[0] = ndr_u32(ndr); /* the domain is not known yet */
        into->is_enabled = is_enabled(ndr_u32(ndr));
        into->source = source;
    }
}

static enum status complete(const struct sid *domain, enum logon_source source,
                            struct logon_info *info)
{
    for (size_t i = 0; i < info->n_sids; i++)
        if (info->sids[i].source == source)
            TRY(sid_append(domain, info->sids[i].sid.parts[0],
                           &info->sids[i].sid));
    return STATUS_OK;
}

/* An array of pointers, and then the SIDs. A pointer to none is no SID. */
static void read_extra(struct ndr *ndr, uint32_t n, struct logon_info *info)
{
    struct logon_sid *first = &info->sids[info->n_sids];

    if (!ndr_array(ndr, n, EXTRA_BYTES))
        return;
    for (uint32_t i = 0; i < n; i++) {
        if (!ndr_pointer(ndr))
            ndr->is_broken = true;
        first[i].is_enabled = is_enabled(ndr_u32(ndr));
        first[i].source = LOGON_EXTRA;
    }
    for (uint32_t i = 0; i < n && !ndr->is_broken; i++)
        ndr_sid(ndr, &first[i].sid);
    info->n_sids += n;
}

/* What the pointers point to, in the order of the pointers. */
static enum status read_rest(struct ndr *ndr, const struct heads *heads,
                             struct logon_info *info)
{
    struct sid resource = {0};

    for (size_t i = 0; i < N_NAMES; i++)
        ndr_string_text(ndr, heads->names[i], NULL);
    if (heads->has_groups)
        read_rids(ndr, heads->n_groups, info, LOGON_GROUP);
    for (size_t i = 0; i < N_LOGON_NAMES; i++)
        ndr_string_text(ndr, heads->logon_names[i], NULL);
    ndr_sid(ndr, &info->domain);
    TRY(ndr_end(ndr));
    TRY(complete(&info->domain, LOGON_GROUP, info));
    if (heads->has_extra)
        read_extra(ndr, heads->n_extra, info);
    if (heads->has_resource_domain)
        ndr_sid(ndr, &resource);
    if (heads->has_resource)
        read_rids(ndr, heads->n_resource, info, LOGON_RESOURCE);
    TRY(ndr_end(ndr));
    return complete(&resource, LOGON_RESOURCE, info);
}

/* It is a group too, and need not stand among them. */
static enum status add_primary(uint32_t rid, struct logon_info *info)
{
    struct sid sid;

    TRY(sid_append(&info->domain, rid, &sid));
    for (size_t i = 0; i < info->n_sids; i++)
        if (sid_equal(&info->sids[i].sid, &sid))
            return STATUS_OK;
    info->sids[info->n_sids++] =
        (struct logon_sid){sid, LOGON_GROUP, .is_enabled = rid != 0};
    return STATUS_OK;
}

enum status logon_info_read(struct text blob, struct logon_info *info_out)
{
    SCOPED(logon_info_clear) struct logon_info info = {0};
    struct ndr ndr = ndr_open(blob);
    struct heads heads = {0};

    read_heads(&ndr, &heads);
    TRY(ndr_end(&ndr));
    if (!is_whole(&heads))
        return STATUS_INVALID;
    TRY(make_room(&heads, &ndr, &info));
    TRY(read_rest(&ndr, &heads, &info));
    if (!sid_is_domain(&info.domain))
        return STATUS_INVALID;
    TRY(sid_append(&info.domain, heads.user, &info.user));
    TRY(add_primary(heads.primary_group, &info));
    *info_out = info;
    info = (struct logon_info){0};
    return STATUS_OK;
}

void logon_info_clear(struct logon_info *info)
{
    free(info->sids);
    *info = (struct logon_info){0};
}
