/*
 * The progress of an import on standard error: a bar at a terminal, otherwise
 * a line every second if that is asked for.
 */
#pragma once

#include "provider/smsctl/console.h"

struct import_progress {
    struct console *console;
    int64_t began_ms;
    int64_t shown_ms;
    bool is_bar;
    bool is_open; /* a bar is on the line */
};

/* What there is to show. */
struct import_point {
    int64_t n_rows;
    int64_t n_failed;
    int64_t n_lines; /* taken, from the beginning of the file */
    int64_t n_bytes;
    int64_t size; /* 0: unknown */
};

struct import_progress import_progress_make(struct console *console);

/* If it is time. */
void import_progress_show(struct import_progress *progress,
                          const struct import_point *point);

/* Ends the line of the bar, before something else is printed. */
void import_progress_end(struct import_progress *progress);
