/*
 * Prints a result in the chosen format.
 */
#pragma once

#include "provider/smsctl/terminal/grid.h"
#include "provider/smsctl/terminal/jsonpath.h"

/* A column that was asked for and is not there, with the nearest that is. */
struct output_missing {
    char name[64];
    char nearest[64]; /* empty: none is near */
};

struct output {
    enum output_format format;
    bool has_headings;
    FILE *file; /* borrowed */
    struct grid_style style;
    bool is_verbose; /* all detail */
    bool is_wide;    /* every column, whatever the width */
    bool is_utc;
    bool is_terminal;               /* a person looks: text is made safe */
    const char *columns;            /* "A,B": of rows, these; NULL: all */
    struct output_missing *missing; /* told of it; NULL: nobody; borrowed */
    const struct jsonpath *path;    /* of OUTPUT_JSONPATH; borrowed */
};

/*
 * Prints objects as rows. Columns: those named, or every member in order of
 * first appearance. In JSON: the array.
 */
MUST_CHECK
enum status output_rows(const struct output *output, json_t *rows,
                        const char *const columns[], size_t n_columns);

/*
 * Prints one object, a line per member. Lists of objects in it follow as
 * separate tables; in TSV a member's name is its path ("assignments[0].roles").
 */
MUST_CHECK
enum status output_object(const struct output *output, json_t *object);

/* Prints any result: a list, {"items": [..]}, an object, or a value. */
MUST_CHECK
enum status output_result(const struct output *output, json_t *result);

/* Is a value printed as it is, for programs: in JSON or YAML? */
bool output_is_data(const struct output *output);

/* Prints JSON, or YAML if that is chosen; ASCII only, so that a terminal only
 * sees plain text. */
MUST_CHECK
enum status output_data(const struct output *output, json_t *value);

/* Sets the style for the file, which may be a terminal. */
void output_take_terminal(struct output *output);

/* Prints text as is; at a terminal, line by line with controls escaped. */
void output_text(const struct output *output, struct text text);
