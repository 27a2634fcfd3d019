/*
 * Resources: devices, users and groups of users. They share one sequence of
 * numbers, each kind in a part of its own, so that a set of resources is a set
 * of numbers whatever they are; each part begins with a block of members
 * (query/member_set.h).
 */
#pragma once

#include <stdint.h>

enum resource_kind {
    RESOURCE_DEVICE = 0,
    RESOURCE_USER,
    RESOURCE_GROUP,
    N_RESOURCE_KINDS,
};

enum {
    FIRST_USER = 2063597568,
    FIRST_USER_GROUP = FIRST_USER + 0x1000000,
    /* CollectionType */
    COLLECTION_OF_USERS = 1,
    COLLECTION_OF_DEVICES = 2,
};

/* Rows of inventory, of classes that have many of a device, are numbered
 * device << INSTANCE_BITS | instance. */
enum {
    INSTANCE_BITS = 20,
    INSTANCES_MAX = (1 << INSTANCE_BITS) - 1, /* of a class, of a device */
};

static inline enum resource_kind resource_kind(int64_t resource)
{
    if (resource < FIRST_USER)
        return RESOURCE_DEVICE;
    return resource < FIRST_USER_GROUP ? RESOURCE_USER : RESOURCE_GROUP;
}

/* Of the collections that hold it. */
static inline int resource_collection_type(int64_t resource)
{
    return resource_kind(resource) == RESOURCE_DEVICE ? COLLECTION_OF_DEVICES
                                                      : COLLECTION_OF_USERS;
}
