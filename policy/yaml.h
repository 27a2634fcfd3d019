/*
 * A YAML file as a tree in which every node knows its place.
 *
 * The plain part of YAML that people write configuration in: maps, lists and
 * scalars, one document. Refused, each with its place: anchors, aliases, tags,
 * directives, keys that are not scalars, the same key twice, NUL, anything but
 * UTF-8, and what is nested too deeply or too large. A scalar is text here,
 * whatever it looks like; the schema says where a number or a boolean is due.
 * Rule T80.
 */
#pragma once

#include <stdbool.h>

#include "policy/arena.h"
#include "policy/message.h"

enum {
    YAML_FILE_MAX_BYTES = 8 * 1024 * 1024,
    YAML_DEPTH_MAX = 16,
    YAML_NODES_MAX = 600000,
};

enum yaml_kind {
    YAML_BROKEN = 0, /* a message tells why: say no more about it */
    YAML_TEXT,
    YAML_LIST,
    YAML_MAP,
};

struct yaml_node {
    enum yaml_kind kind;
    bool is_quoted; /* of a text */
    struct policy_place place;
    struct policy_place key_place; /* in a map */
    struct text key;               /* in a map; NUL-ended */
    struct text text;              /* of a text; NUL-ended */
    const struct yaml_node *first; /* of a list or map, in file order */
    const struct yaml_node *next;  /* beside it */
    size_t n_children;
};

/*
 * Reads one file's text. The name is for places and must live as long as the
 * arena. All messages of the file are added; STATUS_INVALID when no tree could
 * be made. Look at messages->n_errors before trusting a tree.
 */
MUST_CHECK
enum status yaml_read(const char *file, struct text text, struct arena *arena,
                      struct policy_messages *messages,
                      const struct yaml_node **root_out);

/* The same of a file of any number of documents, which are the list's children;
 * one that says nothing is an empty text. */
MUST_CHECK
enum status yaml_read_documents(const char *file, struct text text,
                                struct arena *arena,
                                struct policy_messages *messages,
                                const struct yaml_node **list_out);

/* The value under a key of a map, or NULL. */
const struct yaml_node *yaml_get(const struct yaml_node *map, struct text key);

/* "a map", "a list", "nothing", or the text in quotes; for messages. */
const char *yaml_describe(const struct yaml_node *node, struct arena *arena);
