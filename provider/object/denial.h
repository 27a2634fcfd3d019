/*
 * A denial, as one value: which operation, on which object, why, and what is
 * missing. Filled once, by the gate or the guard that denies; used by the
 * answer, the audit record, access.explain of the act and a replay of the
 * record.
 */
#pragma once

#include "provider/base/json_writer.h"
#include "provider/object/class.h"
#include "rbac/rbac.h"

enum { DENIAL_NAME_BYTES = 257 };

/*
 * What a guard found missing; type 0: nothing was looked for. Names that the
 * caller may read, "" for others.
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

/* For a type: its class is that of most of its objects. */
struct denial denial_make(struct rbac_decision decision,
                          struct object_need need);

/* For an object. class_name NULL: as for the type. */
void denial_name_object(struct denial *denial, const char *class_name,
                        const char *key);

/* The reason as a word, "" if there was no decision: it does not exist. */
const char *denial_code(const struct denial *denial);

/* Would a stronger sign-in suffice? */
bool denial_is_of_level(const struct denial *denial);

/* The class that a type is called by, and the operation; "": none. */
const char *need_class_name(struct object_need need);
const char *need_operation_name(struct object_need need);

/* Members shared by an answer and the detail of a record: "level_required" and
 * "missing", if set. */
void denial_put_lack(const struct denial *denial, struct json_writer *w);
