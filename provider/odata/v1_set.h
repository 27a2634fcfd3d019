/*
 * The sets of v1.0: classes under other names, with fewer properties, as
 * scripts for Configuration Manager read them.
 */
#pragma once

#include "provider/base/buf.h"
#include "provider/base/json_writer.h"

struct v1_property {
    const char *name;
    const char *of; /* the class's property */
};

struct v1_set {
    const char *name;
    const char *also; /* another name of it, or NULL */
    const char *describe;
    const char *class_name; /* NULL: it is about the service itself */
    const struct v1_property *properties; /* [n]; the first is the key */
    size_t n;
};

/* All of them: [*n_out]. */
const struct v1_set *v1_sets(size_t *n_out);

/* NULL: there is none of that name. */
const struct v1_set *v1_set_find(struct text name);

/* Appends an option of OData with the names of the class. */
void v1_put_option(const struct v1_set *set, struct text option,
                   struct buf *out);

/* Appends the class's names of all its properties, for $select. */
void v1_put_names(const struct v1_set *set, struct buf *out);

/*
 * Writes the members of a row of the class, under the names of the set. False:
 * it is no row.
 */
bool v1_put_members(const struct v1_set *set, struct text row,
                    struct json_writer *w);
