#include "provider/smsctl/import/import_progress.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "provider/base/clock.h"

enum { BAR_EVERY_MS = 100, LINE_EVERY_MS = 1000, BAR_WIDTH = 30 };

struct import_progress import_progress_make(struct console *console)
{
    const int64_t now_ms = clock_mono_ms();
    const bool is_terminal = isatty(fileno(console->errors));

    return (struct import_progress){.console = console,
                                    .began_ms = now_ms,
                                    .shown_ms = now_ms,
                                    .is_bar = is_terminal};
}

static int64_t rate(const struct import_progress *progress,
                    const struct import_point *point, int64_t now_ms)
{
    const int64_t ms = now_ms - progress->began_ms;

    return ms > 0 ? point->n_rows * 1000 / ms : 0;
}

static void show_bar(struct import_progress *progress,
                     const struct import_point *point, int64_t now_ms)
{
    FILE *out = progress->console->errors;
    char bar[BAR_WIDTH + 1] = "";

    fprintf(out, "\r\033[K");
    if (point->size > 0) {
        const int64_t done =
            point->n_bytes < point->size ? point->n_bytes : point->size;

        memset(bar, '.', BAR_WIDTH);
        memset(bar, '#', (size_t)(done * BAR_WIDTH / point->size));
        fprintf(out, "[%s] %3" PRId64 " %%  ", bar, done * 100 / point->size);
    }
    fprintf(out, "%" PRId64 " rows, %" PRId64 "/s, %" PRId64 " failed",
            point->n_rows, rate(progress, point, now_ms), point->n_failed);
    fflush(out);
    progress->is_open = true;
}

static void show_line(struct import_progress *progress,
                      const struct import_point *point, int64_t now_ms)
{
    console_line(progress->console,
                 "line %" PRId64 ": %" PRId64 " rows, %" PRId64 "/s, %" PRId64
                 " failed",
                 point->n_lines, point->n_rows, rate(progress, point, now_ms),
                 point->n_failed);
}

void import_progress_show(struct import_progress *progress,
                          const struct import_point *point)
{
    const int64_t now_ms = clock_mono_ms();
    const int64_t every_ms = progress->is_bar ? BAR_EVERY_MS : LINE_EVERY_MS;

    if (now_ms - progress->shown_ms < every_ms)
        return;
    progress->shown_ms = now_ms;
    if (progress->is_bar)
        show_bar(progress, point, now_ms);
    else if (console_value(progress->console, OPTION_VERBOSE))
        show_line(progress, point, now_ms);
}

void import_progress_end(struct import_progress *progress)
{
    if (progress->is_open)
        fprintf(progress->console->errors, "\n");
    progress->is_open = false;
}
