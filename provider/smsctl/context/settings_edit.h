/*
 * Changes the user's settings file: read, edit as JSON, replace.
 *
 * The file is replaced as a whole, or not at all, with mode 0600; comments in
 * it are lost. Between begin and end no other smsctl changes it.
 */
#pragma once

#include <jansson.h>

#include "provider/smsctl/context/settings.h"

struct settings_edit {
    json_t *root; /* owned: {key: text, "contexts": {name: {key: text}}} */
    bool has_comments;
    char *path; /* owned: where the file is, links followed */
    int directory;
};

#define SETTINGS_EDIT_NONE                                                     \
    {                                                                          \
        .directory = -1                                                        \
    }

void settings_edit_end(struct settings_edit *edit);

/* Makes the directory, if need be. path: settings_path(). */
MUST_CHECK
enum status settings_edit_begin(const char *path, struct settings_edit *edit,
                                struct buf *why);

/* The map of a context's values, made if is_made; NULL: it is not there. */
json_t *settings_edit_context(struct settings_edit *edit, const char *name,
                              bool is_made);

MUST_CHECK
enum status settings_edit_write(struct settings_edit *edit, struct buf *why);

/* Adds the values to a map, those that are there replacing others. */
MUST_CHECK
enum status settings_put_values(json_t *map, const char *const *values);
