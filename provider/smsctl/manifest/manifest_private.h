/*
 * Between the files that read a manifest: one for each form.
 */
#pragma once

#include "provider/smsctl/manifest/manifest.h"

struct manifest {
    struct arena *arena;
    struct policy_messages messages;
    struct manifest_object *objects; /* [n] owned */
    size_t n;
    size_t n_room;
};

/* Adds one; its JSON is shared. */
MUST_CHECK
enum status manifest_keep(struct manifest *manifest,
                          const struct manifest_object *object);

/* manifest_yaml.c, manifest_json.c: what is wrong becomes a message. The file's
 * name lives in the arena. */
MUST_CHECK
enum status manifest_read_yaml(struct manifest *manifest, const char *file,
                               struct text text);
MUST_CHECK
enum status manifest_read_json(struct manifest *manifest, const char *file,
                               struct text text);

/* A value of a property of this type ("string", "integer", ..); NULL: any. */
json_t *manifest_value(const struct yaml_node *node, const char *type);
