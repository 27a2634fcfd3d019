/*
 * Checks of single values of the language: users, levels, identities. They run
 * while a file is read, called by the schema's tables.
 */
#pragma once

#include "policy/draft.h"

/* A user is one word or name@REALM; value is a const char **. */
void check_user(struct schema_reader *reader, const struct yaml_node *node,
                void *value);

/* The same where value is a struct schema_word. */
void check_placed_user(struct schema_reader *reader,
                       const struct yaml_node *node, void *value);

/* A group's name; value is a struct schema_word. */

/* { sid: ... } holds a SID. */
void check_held_group(struct schema_reader *reader,
                      const struct yaml_node *node, void *value);

/* A name of a scope, role or collection; value is a struct schema_word. */
void check_object_name(struct schema_reader *reader,
                       const struct yaml_node *node, void *value);

/* The name of a device; value is a struct schema_word. */
void check_device(struct schema_reader *reader, const struct yaml_node *node,
                  void *value);

/* A key that is the name of a level. */
/* Digits of whole tokens; what they say is read where it is stored. */
void check_schedule(struct schema_reader *reader, const struct yaml_node *node,
                    void *value);
void check_level_key(struct schema_reader *reader, const struct yaml_node *node,
                     void *value);

/* Fills kind and value of a struct draft_identity. */
void check_identity(struct schema_reader *reader, const struct yaml_node *node,
                    void *value);
