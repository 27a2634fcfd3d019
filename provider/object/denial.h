/*
 * What was denied, as one value: which operation, on which object, why, and
 * what is missing. The gate or the guard that denies fills it, once; the
 * answer, the audit record, access.explain of the act and a replay of the
 * record all read it.
 */
#pragma once

#include "provider/base/json_writer.h"
#include "provider/object/class.h"
#include "rbac/rbac.h"

enum { DENIAL_NAME_BYTES = 257 };

/*
 * What a guard found missing; type 0: it did not look. Names that the caller
 * may read, and "" for others.
 */
struct denial_missing {
    uint16_t type;
    uint8_t operation;
    bool is_collection;
    char role[DENIAL_NAME_BYTES];
    char category[DENIAL_NAME_BYTES];
};

struct denial {
    bool is_set;
    struct rbac_decision decision; /* with the level that would be enough */
    struct object_need need;
    const char *class_name; /* of the object; static, "": of no class */
    char key[OBJECT_KEY_MAX_BYTES + 1]; /* "": type-wide */
    struct denial_missing missing;
    int message_id; /* of the audit catalogue, 0: none of its own */
};

/* Of a type: its class is the one that objects of it mostly are of. */
struct denial denial_make(struct rbac_decision decision,
                          struct object_need need);

/* Of an object. class_name NULL: as the type says. */
void denial_name_object(struct denial *denial, const char *class_name,
                        const char *key);

/* The reason as a word, "" where none was decided: it is not there. */
const char *denial_code(const struct denial *denial);

/* Is a stronger sign-in all that is needed? */
bool denial_is_of_level(const struct denial *denial);

/* The class that a type is called by, and the operation; "": none. */
const char *need_class_name(struct object_need need);
const char *need_operation_name(struct object_need need);

/* The members that an answer and the detail of a record share:
 * "level_required" and "missing", where there are any. */
void denial_put_lack(const struct denial *denial, struct json_writer *w);
