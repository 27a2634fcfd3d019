/*
 * The rows of a file to import that are held: those that are sent, and the ones
 * that are read meanwhile.
 */
#pragma once

#include "provider/client/client.h"
#include "provider/smsctl/import/import_file.h"
#include "provider/smsctl/import/import_progress.h"

enum {
    IMPORT_ROWS_MAX = 4000, /* the server's limit */
    /* Of a batch that is being stored, one sent behind it, and the next. */
    IMPORT_ROWS_HELD_MAX = 3 * IMPORT_ROWS_MAX,
    /* The server's limit is 1 MiB by default. */
    IMPORT_BATCH_MAX_BYTES = 1000 * 1024,
};

struct import {
    struct console *console;
    const char *class;
    const char *path;
    struct import_file file;
    struct import_progress progress;
    struct buf rows; /* objects, a comma after each */
    size_t end_of[IMPORT_ROWS_HELD_MAX];
    int64_t line_of[IMPORT_ROWS_HELD_MAX];
    size_t n;
    size_t n_wanted;
    bool was_cut;    /* the server has left rows of a batch before */
    size_t n_sent;   /* the first of them */
    size_t n_behind; /* those after them, sent too; 0: no batch is */
    struct client_sent sent, behind;
    int64_t batch;    /* number of the last that was sent */
    enum status read; /* what came of reading the line after these rows */
    int read_errno;
    char why[IMPORT_WHY_BYTES]; /* it is no row */
    int64_t n_taken;
    int64_t n_created;
    int64_t n_updated;
    int64_t n_unchanged;
    int64_t n_failed;
    json_int_t max_errors;       /* 0: no limit */
    int64_t done_line;           /* all lines up to this one have an outcome */
    enum smsclient_result worst; /* of the first row that failed */
};

/* Prints why the line failed, and counts it. */
void import_line_fail(struct import *import, int64_t line, const char *why,
                      const char *property, enum smsclient_result result);

/* Have as many lines failed as may? */
bool import_has_failed(const struct import *import);

/* The heading of a file of fields, with the types of its columns. */
enum smsclient_result import_heading(struct import *import);

/* Passes over the lines of an earlier run, without looking at them. */
enum smsclient_result import_skip(struct import *import);

/* Reads until there are enough rows for a batch. */
enum smsclient_result import_rows_read(struct import *import);

/*
 * Those of a batch behind the first n, while the server has these. A line that
 * fails waits for its turn: failures are told in the order of the file.
 */
void import_rows_read_ahead(struct import *import, size_t n);

/* Where the row begins in the buffer. */
size_t import_row_begin(const struct import *import, size_t row);

/* Rows that the server did not take are the first of the next batch. */
void import_rows_drop(struct import *import, size_t n_taken);
