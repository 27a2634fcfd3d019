/*
 * One table says what a file may hold, and reads it into plain structs.
 *
 * A schema_type describes a value; a map's fields are rows of a table:
 *
 *     struct listen {
 *         struct policy_place place;    // where the map stands
 *         const char *unix_path;
 *         const char *tls;
 *         const char *key;
 *         struct policy_place key_place;
 *         const char *const *mechanisms;
 *         size_t n_mechanisms;          // right after the pointer: SCHEMA_LIST
 *         int64_t idle_ms;
 *     };
 *
 *     static const struct schema_field listen_fields[] = {
 *         {"unix", SCHEMA_AT(struct listen, unix_path), &schema_text,
 *          .choice = 1, .describe = "Path of the socket."},
 *         {"tls", SCHEMA_AT(struct listen, tls), &schema_text, .choice = 1},
 *         {"key", SCHEMA_AT(struct listen, key), &schema_text,
 *          .needs = "tls", .place = SCHEMA_PLACE(struct listen, key_place)},
 *         {"mechanisms", SCHEMA_AT(struct listen, mechanisms), &schema_names},
 *         {"idle", SCHEMA_AT(struct listen, idle_ms), &schema_duration},
 *     };
 *     static const struct schema_type listen_type = {
 *         SCHEMA_MAP, .fields = listen_fields,
 *         .n_fields = ARRAY_SIZE(listen_fields),
 *         .size = sizeof(struct listen),
 *         .place = SCHEMA_PLACE(struct listen, place),
 *         .initial = &(const struct listen){.idle_ms = 900000},
 *     };
 *     static const struct schema_type listens = {
 *         SCHEMA_LIST, .item = &listen_type, .min = 1,
 *     };
 *
 *     struct arena *arena;  struct policy_messages messages;
 *     struct config config = { defaults };
 *     schema_read_file("provider.yaml", text, &config_type, &messages,
 *                      &config);
 *     ... checks of its own with messages_error(&messages, place, ...)
 *     messages_sort(&messages); policy_message_write(...) each;
 *     usable only when messages.n_errors == 0
 *
 * Every error of the file is told, each with its place, what was expected and
 * the nearest word. What a field is read into:
 *
 *   SCHEMA_TEXT, SCHEMA_NAME    const char *
 *   placed names                struct schema_word
 *   SCHEMA_INTEGER              int64_t
 *   SCHEMA_DURATION             int64_t, milliseconds ("30s", "15m", "8h")
 *   SCHEMA_SIZE                 int64_t, bytes ("64KiB", "1MiB")
 *   SCHEMA_DATE                 int64_t, seconds since 1970, UTC
 *   SCHEMA_BOOLEAN              bool
 *   SCHEMA_LEVEL                enum auth_level
 *   SCHEMA_WORD                 int or an enum: the index of the word
 *   SCHEMA_MAP                  the struct itself
 *   SCHEMA_LIST                 const item *, then size_t
 *   SCHEMA_DICTIONARY           const entry *, then size_t; an entry begins
 *                               with its key, a struct schema_word
 *
 * A field that is absent leaves what was there: the caller's default at the
 * top, initial (or zero) in items of lists.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/arena.h"
#include "policy/message.h"
#include "policy/yaml.h"
#include "provider/base/level.h"

enum schema_kind {
    SCHEMA_TEXT,
    SCHEMA_NAME, /* text without control or invisible characters */
    SCHEMA_INTEGER,
    SCHEMA_DURATION,
    SCHEMA_SIZE,
    SCHEMA_DATE,
    SCHEMA_BOOLEAN,
    SCHEMA_LEVEL,
    SCHEMA_WORD,
    SCHEMA_MAP,
    SCHEMA_LIST,
    SCHEMA_DICTIONARY,
};

/* Names of the site's language, which editors are told. */
enum schema_vocabulary {
    SCHEMA_ANY_WORD = 0,
    SCHEMA_CLASSES,
    SCHEMA_OPERATIONS,
    SCHEMA_ROLES, /* the built-in ones, and others */
};

/* A text that remembers where it stood. */
struct schema_word {
    const char *text;
    struct policy_place place;
    const char *called; /* what people call it, said beside it; or NULL */
};

/* Offsets of places are kept plus one, so that 0 means: not kept. */
#define SCHEMA_AT(type, member)    offsetof(type, member)
#define SCHEMA_PLACE(type, member) (offsetof(type, member) + 1)

struct schema_type;
struct schema_reader;
struct kept_kind;

/* How a field stands in the record that is made of it (kept/kept.h). */
struct schema_kept {
    const struct kept_kind *kind;
    size_t at;         /* SCHEMA_AT of the value in the record */
    const char *label; /* before it in a plan; NULL: it is not shown so */
    int which;         /* of several that the kind keeps */
};

struct schema_field {
    const char *key;
    size_t at; /* SCHEMA_AT of the value in the struct */
    const struct schema_type *type;
    bool is_required;
    unsigned choice;      /* fields of one number (not 0): exactly one is set */
    const char *needs;    /* another key that must then be there */
    size_t place;         /* SCHEMA_PLACE of where the value stands */
    const char *describe; /* one sentence for editors and the manual */
    struct schema_kept kept;
};

struct schema_type {
    enum schema_kind kind;
    const char *what; /* for messages: "a user name"; NULL: by the kind */
    bool is_placed;   /* SCHEMA_TEXT, SCHEMA_NAME: into a schema_word */
    /* SCHEMA_NAME: NULL, or the fault that makes it no name */
    const char *(*fault)(struct text name, size_t max_bytes);
    /* SCHEMA_NAME, is_placed: the key of a map that may stand in its place, the
     * key beside it of what people call it, and what is missing where that
     * stands alone; or NULL */
    const char *inside;
    const char *beside;
    const char *alone_lacks;
    enum schema_vocabulary vocabulary; /* SCHEMA_NAME: what it is one of */

    /* Least and most: numbers, bytes of texts, items. 0 and 0: no bound. */
    int64_t min;
    int64_t max;

    const char *const *words; /* SCHEMA_WORD: [n_words] */
    size_t n_words;

    /* SCHEMA_LIST and SCHEMA_DICTIONARY */
    const struct schema_type *item;
    const struct schema_type *key; /* of a dictionary, is_placed */
    size_t value;                  /* of a dictionary's entry: SCHEMA_AT */

    /* SCHEMA_MAP; size also of a dictionary's entry */
    const struct schema_field *fields; /* [n_fields] */
    size_t n_fields;
    size_t size;
    size_t place;        /* SCHEMA_PLACE of where the map stands */
    const void *initial; /* what the struct holds before; NULL: zeros */
    const char *alone;   /* the field that a text in its place is; or NULL */

    size_t kept_size; /* of the record made of it */
    size_t kept_name; /* SCHEMA_PLACE of the name that orders records */

    /* Called with a value that was read without an error; may add errors. */
    void (*check)(struct schema_reader *reader, const struct yaml_node *node,
                  void *value);
};

/* Ready-made types. */
extern const struct schema_type schema_text;
extern const struct schema_type schema_name; /* at most 256 bytes */
extern const struct schema_type schema_placed_name;
extern const struct schema_type schema_integer; /* from 0 */
extern const struct schema_type schema_duration;
extern const struct schema_type schema_size;
extern const struct schema_type schema_date;
extern const struct schema_type schema_boolean;
extern const struct schema_type schema_level;
extern const struct schema_type schema_texts; /* lists */
extern const struct schema_type schema_names;
extern const struct schema_type schema_placed_names;

struct realms;

struct schema_reader {
    struct arena *arena;
    struct policy_messages *messages;
    const struct realms *realms; /* of users in the file; NULL: not known */
};

/*
 * Reads a file's text by a type of kind SCHEMA_MAP into *out. STATUS_INVALID
 * when an error was added. The name must live as long as the arena of the
 * messages.
 */
MUST_CHECK
enum status schema_read_file(const char *file, struct text text,
                             const struct schema_type *type,
                             struct policy_messages *messages, void *out);

/* The same for a tree; false when an error was added or memory was short. */
bool schema_read(struct schema_reader *reader, const struct schema_type *type,
                 const struct yaml_node *node, void *out);

/* "a list", "a duration such as 30s, 15m or 8h", "one of a, b, c", ... */
const char *schema_expected(const struct schema_type *type,
                            struct arena *arena);

/* The scalars by themselves, for tests and command lines. */
bool schema_read_duration(struct text text, int64_t *ms_out);
bool schema_read_size(struct text text, int64_t *bytes_out);
bool schema_read_date(struct text text, int64_t *seconds_out);
bool schema_read_integer(struct text text, int64_t *value_out);
