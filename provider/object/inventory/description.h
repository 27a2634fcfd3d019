/*
 * The description of a class of inventory: what a site adds to the classes of
 * the provider. Rows of such a class belong to devices.
 *
 * A description is data: a file (YAML) names classes, their properties with
 * types, and which of those tell rows of one device apart. It is kept as JSON,
 * the Properties of SMS_InventoryClass. Nothing of it ever becomes SQL: tables
 * and columns are numbered.
 */
#pragma once

#include <jansson.h>

#include "policy/message.h"
#include "provider/object/class.h"

enum {
    /* Of a file: the writer reads it, and others wait meanwhile. */
    DESCRIPTION_TEXT_MAX_BYTES = 128 * 1024,
    DESCRIPTION_CLASSES_MAX = 100, /* of a site, and so of a file */
    DESCRIPTION_PROPERTIES_MAX = 56,
    DESCRIPTION_KEYS_MAX = 4,
    DESCRIPTION_INDEXES_MAX = 4, /* each is written with each row */
    DESCRIPTION_NAME_MAX_BYTES = 96,
    DESCRIPTION_LINE_MAX_BYTES = 256, /* "describe" */
    DESCRIPTION_WIDTH = 255,          /* of a string that does not say */
    DESCRIPTION_WIDTH_MAX = 4000,
    DESCRIPTION_KEY_WIDTH_MAX = 512,
};

struct description_property {
    struct text name;
    struct text describe; /* one line; may be empty */
    enum object_property_type type;
    int64_t width;   /* of a string: most bytes */
    bool is_key;     /* tells rows of one device apart */
    bool is_indexed; /* filters and rules find rows by it without a scan */
};

/* Texts are borrowed from what it was read from. */
struct description {
    struct text name;
    struct text describe;
    struct description_property properties[DESCRIPTION_PROPERTIES_MAX];
    size_t n_properties;
};

/* What is wrong, and where: the property's place, or -1: the class itself. */
struct description_fault {
    int property;
    char why[256];
};

/* STATUS_INVALID with the fault: names, widths, keys, and what is there twice,
 * without regard to case. */
MUST_CHECK
enum status description_check(const struct description *description,
                              struct description_fault *fault);

bool description_has_keys(const struct description *description);

/* The property of a name, without regard to case; -1: none. */
int description_find(const struct description *description, struct text name);

/*
 * What a class becomes that was described before: everything it has, wider or
 * indexed where the new one says so, with the new properties behind it.
 * STATUS_INVALID with the fault: another type or key.
 */
MUST_CHECK
enum status description_extend(const struct description *before,
                               const struct description *wanted,
                               struct description *extended_out,
                               struct description_fault *fault);
bool description_is_equal(const struct description *a,
                          const struct description *b);

/* ---- As JSON: an array of objects with PropertyName, Type, .. ---- */

/* Into the properties of description; not checked further. */
MUST_CHECK
enum status description_read_json(const json_t *json,
                                  struct description *description,
                                  struct description_fault *fault);
/* NULL: out of memory. */
json_t *description_write_json(const struct description *description);

/* ---- As a file (description_yaml.c) ---- */

struct descriptions {
    struct description *of; /* [n], in the arena of the messages */
    size_t n;
};

/*
 * Everything that a file describes, each checked. All messages of the file are
 * added; STATUS_INVALID if one is an error. The name is for places.
 */
MUST_CHECK
enum status descriptions_read(const char *file, struct text text,
                              struct policy_messages *messages,
                              struct descriptions *descriptions_out);

/* "string", and back; -1: there is no such type. */
const char *description_type_name(enum object_property_type type);
int description_type_of(struct text name);
