/*
 * Files that describe objects, for smsctl apply: YAML of any number of
 * documents, or JSON values one after the other. A document is an object, or a
 * list of them:
 *
 *     class: SMS_Application
 *     key: Agent                # or what "properties" tells of key or name
 *     version: 3                # only if it is still at this version
 *     properties:
 *       LocalizedDisplayName: Agent
 *       Manufacturer: Acme
 *
 * A plain scalar of YAML has the type of its property; "quotes" make it text.
 */
#pragma once

#include <stdbool.h>

#include <jansson.h>

#include "policy/message.h"
#include "policy/yaml.h"

enum { MANIFEST_OBJECTS_MAX = 100000 };

struct manifest_object {
    struct policy_place place;
    const char *class_name;
    const char *key;              /* NULL: not given */
    int64_t version;              /* -1: not given */
    const struct yaml_node *yaml; /* the properties, in one of the two forms */
    json_t *json;                 /* owned by the manifest */
};

struct manifest;
void manifest_free(struct manifest *manifest);
DEFINE_DROP(manifest)

/* An empty one, to which files are added. */
MUST_CHECK
enum status manifest_new(struct manifest **manifest_out);

/*
 * Adds the objects of a file's text, in their order. STATUS_INVALID with
 * messages (manifest_messages); the name is copied.
 */
MUST_CHECK
enum status manifest_add(struct manifest *manifest, const char *file,
                         struct text text);

/* Messages of all files, sorted. */
const struct policy_message *manifest_messages(struct manifest *manifest,
                                               size_t *n_out);

const struct manifest_object *manifest_objects(const struct manifest *manifest,
                                               size_t *n_out);

/*
 * The properties of an object as JSON, given. properties: the description of
 * its class, [{"name": .., "type": ..}]; names are answered in their documented
 * spelling, unknown ones as they are. STATUS_CONFLICT: one is given in two
 * spellings.
 */
MUST_CHECK
enum status manifest_properties(const struct manifest_object *object,
                                const json_t *properties, json_t **json_out);

/* Is this text the description of objects, rather than a policy file? For a
 * message only. */
bool manifest_is_like(struct text text);
