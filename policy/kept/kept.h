/*
 * How the fields of a record are kept: written into a file in canonical form,
 * and shown in a plan as lines that can come or go by themselves. Each row of
 * the language (language.c) names its kind here, so that what is read is also
 * written and compared.
 */
#pragma once

#include "policy/arena.h"
#include "policy/schema.h"
#include "provider/base/buf.h"
#include "provider/base/status.h"

/* A file under writing, at one depth of its maps. */
struct kept_file {
    struct buf *out;
    size_t indent; /* of keys */
    bool is_item;  /* the next key is the first of an item: "- " before it */
    enum status status;
};

/* The lines of one object of a plan: [n_lines] in the arena. */
struct kept_lines {
    struct arena *arena;
    const char **lines;
    size_t n_lines;
    size_t n_room;
};

struct kept_kind {
    /* Writes nothing where the value is what its absence means. */
    void (*write)(const struct schema_field *field, const void *record,
                  struct kept_file *file);
    /* NULL: shown by the object's name or by another field. */
    void (*show)(const struct schema_field *field, const void *record,
                 struct kept_lines *lines);
};

/* All fields of a record, in the order of its rows. */
void kept_write(const struct schema_type *type, const void *record,
                struct kept_file *file);
void kept_show(const struct schema_type *type, const void *record,
               struct kept_lines *lines);

extern const struct kept_kind kept_elsewhere; /* neither written nor shown */
extern const struct kept_kind kept_text;      /* const char *; NULL, "": none */
extern const struct kept_kind kept_level;     /* enum auth_level */
extern const struct kept_kind kept_date;      /* int64_t; least, most: none */
extern const struct kept_kind kept_names;     /* const char *const *, size_t */
extern const struct kept_kind kept_records;   /* const struct *, size_t */
extern const struct kept_kind kept_map;       /* fields of the same record */

/* Roles */
extern const struct kept_kind kept_copied_from;
extern const struct kept_kind kept_rights;
extern const struct kept_kind kept_right_levels; /* shown by the rights */

/* Collections; .which is the kind of rule */
extern const struct kept_kind kept_is_user;
extern const struct kept_kind kept_refresh;
extern const struct kept_kind kept_rules;

/* Whose: a name and whether it is a group's; .which: a group's */
extern const struct kept_kind kept_holder;
extern const struct kept_kind kept_user;   /* of a record that is no host's */
extern const struct kept_kind kept_group;  /* .. and perhaps has a SID */
extern const struct kept_kind kept_device; /* which it is; shown alone */
extern const struct kept_kind kept_identities;
extern const struct kept_kind kept_assignments;

/* The operation of a test; .which: that can be done */
extern const struct kept_kind kept_can;

/* ---- For the kinds themselves ---- */

static inline const void *kept_at(const struct schema_field *field,
                                  const void *record)
{
    return (const char *)record + field->kept.at;
}

/* "key: ", and "key:" with the line ended. */
void kept_put_key(struct kept_file *file, const char *key);
void kept_put_block(struct kept_file *file, const char *key);

/* A line of its own: "key: text". */
void kept_put_text(struct kept_file *file, const char *key, const char *text);

/* An item that is a text. */
void kept_put_item(struct kept_file *file, const char *text);

/* "[a, b]" and the line's end. */
void kept_put_names(struct kept_file *file, const char *const *names, size_t n);

/* The same file, deeper by so many spaces. */
struct kept_file kept_below(const struct kept_file *file, size_t indent);

void kept_line(struct kept_lines *lines, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* " until 2027-01-01"; "" where there is no bound. */
const char *kept_bound(struct arena *arena, const char *word, int64_t at_s);
