/*
 * Every name is one node: as a user, as a group, or both; an external group has
 * its own, under its source (group_name.h). A group of the policy has edges
 * from its members to it, so that what applies to a caller is what can be
 * reached from their names; each node is visited once, whatever cycles there
 * are (T56).
 */
#ifndef SMS_PROVIDER_OBJECT_PEOPLE_PRIVATE_H
#define SMS_PROVIDER_OBJECT_PEOPLE_PRIVATE_H

#include <stdatomic.h>

#include "provider/object/people.h"

enum { PEOPLE_NONE = -1 };

struct node {
    const char *name;
    int32_t next; /* in the same bucket */
    uint32_t user_admin;
    uint32_t group_admin;
    int64_t user_since_s; /* when the user's record was made; 0: not known */
    int64_t user_ended_s; /* when their sessions were ended last; 0: never */
    int64_t user_host;    /* the device whose own record it is; 0: none */
    int32_t user_exclusion;
    int32_t group_exclusion;
    int32_t outside;      /* node of the group from outside with this name */
    bool is_declared;     /* a group of the policy */
    bool has_sid;         /* the user's account is known by its SID */
    int32_t first_parent; /* edge to a group it is a member of */
};

struct edge {
    int32_t group; /* node */
    int32_t next;
};

struct people {
    atomic_size_t n_holders;
    struct arena arena;
    struct node *nodes;
    size_t n_nodes;
    size_t max_nodes;
    int32_t *buckets;
    size_t n_buckets; /* a power of two */
    struct edge *edges;
    size_t n_edges;
    size_t max_edges;
    struct site_identity *identities; /* sorted */
    size_t n_identities;
    struct site_exclusion *exclusions;
    size_t n_exclusions;
};

/* The bucket of a name. */
size_t people_bucket(const struct people *people, struct text name);

/* The node of a name, or PEOPLE_NONE. */
int32_t people_find(const struct people *people, struct text name);

#endif
