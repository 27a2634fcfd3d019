/*
 * Groups of domains in a policy file, as people call them: found, and their
 * SIDs written beside the names.
 *
 * A name can be given to another group, a SID never. So a file says both, and
 * only the SID counts; who has it now is looked up once, when it is written,
 * and by nobody who reads the file later.
 */
#pragma once

#include "policy/message.h"
#include "provider/base/status.h"

/* group: { name: "CORP\\SMS Admins", sid: S-1-5-21-.. } */
struct held_group {
    struct policy_place place; /* of the name */
    const char *name;
    const char *sid; /* NULL: it has none yet */
    size_t at;       /* where one is written: bytes into the text */
    size_t indent;   /* of the keys of a block; 0: the map has braces */
};

struct held_groups {
    struct held_group *items; /* [n], in the arena, as they stand in the file */
    size_t n;
};

/*
 * Those of administrators and exclusions. STATUS_INVALID with messages: the
 * file is no YAML. Whether it is a policy is not judged.
 */
MUST_CHECK
enum status held_groups_read(const char *file, struct text text,
                             struct policy_messages *messages,
                             struct held_groups *groups_out);

/*
 * The text with these SIDs beside the names that have none: sids[groups->n],
 * where NULL leaves a name as it is. STATUS_CONFLICT: the file is written in a
 * way that this cannot change.
 */
MUST_CHECK
enum status held_groups_write(const char *file, struct text text,
                              const struct held_groups *groups,
                              const char *const *sids, struct arena *arena,
                              struct buf *out);
