/*
 * What an address of the administration service says, once it is read
 * (odata_target.h).
 */
#pragma once

#include "provider/base/buf.h"

struct object_class;  /* provider/object/class.h */
struct object_method; /* the same */
struct v1_set;        /* provider/odata/v1_set.h */

enum {
    ODATA_PAGE_ROWS = 1000,
    ODATA_TEXT_MAX_BYTES = 64 * 1024,
    ODATA_KEY_NAMES_MAX = 4,
};

enum odata_kind {
    ODATA_KIND_NONE = 0, /* there is no such thing: what is wrong is said */
    ODATA_KIND_CLASSES,
    ODATA_KIND_METADATA, /* the same, as CSDL */
    ODATA_KIND_OPENAPI,  /* the same, for clients of OpenAPI */
    ODATA_KIND_LIST,
    ODATA_KIND_COUNT,
    ODATA_KIND_QUERY, /* of WQL */
    ODATA_KIND_ONE,
    ODATA_KIND_METHOD,
    ODATA_KIND_MEMBERSHIPS, /* of v1.0: the collections of a device */
};

/* How it is asked. */
enum odata_verb {
    ODATA_VERB_OTHER = 0,
    ODATA_GET,
    ODATA_POST,
    ODATA_PUT,
    ODATA_PATCH,
    ODATA_DELETE,
};

/* A part of a key: NAME=VALUE; the name is empty where it is not said. */
struct odata_key {
    struct buf name;
    struct buf value;
};

/* Texts are decoded; empty: not given. */
struct odata_target {
    enum odata_kind kind;
    enum odata_verb verb;
    unsigned status; /* of ODATA_KIND_NONE */
    const char *why; /* the same */
    struct buf class_name;
    struct odata_key keys[ODATA_KEY_NAMES_MAX]; /* [n_keys] */
    size_t n_keys;
    struct buf method;
    struct buf filter, order, select, after, wql;
    int64_t top; /* -1: not given */
    int64_t skip;
    int64_t if_version; /* only while it is of that one; -1: of any */
    bool is_v1;
    bool is_expanded;                 /* by what is linked */
    bool is_counted;                  /* a list says how many there are */
    bool is_making;                   /* there was none to change: it is made */
    const char *allow;                /* what may be asked of it, for Allow */
    bool is_allowed;                  /* may this? */
    const struct v1_set *set;         /* of v1.0; NULL: there is none */
    const struct object_class *class; /* NULL: there is none */
    const struct object_method *class_method; /* the same */
};

/* Keeps the error for the answer. Always false. */
bool odata_fail(struct odata_target *target, unsigned status, const char *why);

void odata_target_clear(struct odata_target *target);
