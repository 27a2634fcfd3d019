/*
 * Rows and columns of JSON values, printed for people or for programs.
 *
 * In a table (libsmartcols) every cell is made safe for a terminal, and empty
 * columns are left out. In tab-separated lines every field is reversible
 * (provider/client/show.h), and arrays and objects are JSON.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

#include "provider/base/own.h"
#include "provider/base/status.h"
#include "provider/base/text.h"

enum output_format {
    OUTPUT_TABLE = 0,
    OUTPUT_JSON,
    OUTPUT_TSV,
    OUTPUT_PROMETHEUS, /* for metrics only */
    OUTPUT_YAML,
    OUTPUT_NAME,     /* the first member of each row: its key */
    OUTPUT_JSONPATH, /* what a template picks */
};

/* "table", "json", "tsv", "prometheus", "yaml", "name"; STATUS_INVALID for
 * anything else. */
MUST_CHECK
enum status output_format_read(struct text name,
                               enum output_format *format_out);

/* How a table looks; zero is plain. */
struct grid_style {
    size_t width;    /* of the terminal: columns that do not fit are left out,
                        the last ones first; 0: all are shown */
    bool has_colour; /* headings are bold */
    bool is_local;   /* times are in the time zone of this host */
};

/* format: OUTPUT_TABLE, OUTPUT_TSV or OUTPUT_NAME. style is borrowed; NULL:
 * plain. */
struct grid;
MUST_CHECK
enum status grid_new(enum output_format format, const struct grid_style *style,
                     size_t n_columns, struct grid **grid_out);
void grid_free(struct grid *grid);
DEFINE_DROP(grid)

MUST_CHECK
enum status grid_name(struct grid *grid, size_t column, struct text name);

/* Begins the next row, with empty cells. */
MUST_CHECK
enum status grid_row(struct grid *grid);

/* Sets a cell of the last row; NULL leaves it empty. */
MUST_CHECK
enum status grid_put(struct grid *grid, size_t column, json_t *value);

/* The columns that do not fit the width of the style. */
size_t grid_hidden(const struct grid *grid);

MUST_CHECK
enum status grid_print(const struct grid *grid, bool has_headings, FILE *file);
