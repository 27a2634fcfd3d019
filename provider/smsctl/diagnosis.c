#include "provider/smsctl/diagnosis.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "provider/base/clock.h"
#include "provider/base/datetime.h"
#include "provider/client/answer.h"
#include "provider/client/show.h"

void diagnosis_clear(struct diagnosis *diagnosis)
{
    json_decref(diagnosis->findings);
    json_decref(diagnosis->proved);
    json_decref(diagnosis->info);
    *diagnosis = (struct diagnosis){0};
}

static const char *state_name(enum finding_state state)
{
    switch (state) {
    case FINDING_GOOD:
        return "ok";
    case FINDING_MISSING:
        return "missing";
    case FINDING_NOTE:
        return "note";
    }
    return "note";
}

void diagnosis_add(struct diagnosis *diagnosis, const char *part,
                   enum finding_state state, const char *next,
                   const char *format, ...)
{
    SCOPED(memory_drop) char *found = NULL;
    va_list args;

    va_start(args, format);
    if (vasprintf(&found, format, args) < 0)
        found = NULL;
    va_end(args);
    json_array_append_new(diagnosis->findings,
                          json_pack("{s:s, s:s, s:s, s:s}", "part", part,
                                    "state", state_name(state), "found",
                                    found ? found : "", "next", next));
}

void diagnosis_add_failure(struct diagnosis *diagnosis, const char *part,
                           const struct smsclient_failure *failure)
{
    diagnosis_add(diagnosis, part, FINDING_MISSING, failure->next, "%s",
                  failure->message);
}

bool diagnosis_missing(struct diagnosis *diagnosis, const char *part,
                       const char *next, const char *found)
{
    diagnosis_add(diagnosis, part, FINDING_MISSING, next, "%s", found);
    return false;
}

bool diagnosis_missing_file(struct diagnosis *diagnosis, const char *part,
                            struct failure *failure, const char *next)
{
    diagnosis_missing(diagnosis, part,
                      *failure->view.next ? failure->view.next : next,
                      failure->view.message);
    failure_clear(failure);
    return false;
}

bool diagnosis_check_period(struct diagnosis *diagnosis, const char *part,
                            const struct diagnosis_period *period)
{
    const int64_t now_s = clock_wall_s() + diagnosis->clock_offset_s;
    char when[DATETIME_BYTES];

    if (period->until_s <= now_s) {
        datetime_write(period->until_s, when);
        diagnosis_add(diagnosis, part, FINDING_MISSING, period->renew,
                      "The %s expired %s.", period->what, when);
        return false;
    }
    if (period->from_s > now_s) {
        datetime_write(period->from_s, when);
        diagnosis_add(diagnosis, part, FINDING_MISSING,
                      "Check the clock, or wait.",
                      "The %s is not valid before %s.", period->what, when);
        return false;
    }
    return true;
}

/* ---- Printing ---- */

static void print_text(FILE *file, const char *text)
{
    SCOPED(buf_free) struct buf shown = buf_make(1 << 16);

    show_text(&shown, text_of(text));
    fprintf(file, "%.*s\n", (int)buf_text(&shown).size, buf_text(&shown).data);
}

static void print_lines(const struct diagnosis *diagnosis)
{
    FILE *file = diagnosis->console->output.file;
    const char *before = "";

    for (size_t i = 0; i < json_array_size(diagnosis->findings); i++) {
        const json_t *finding = json_array_get(diagnosis->findings, i);
        const char *part = answer_text(finding, "part");

        fprintf(file, "%-12s %-8s ", strcmp(part, before) ? part : "",
                answer_text(finding, "state"));
        print_text(file, answer_text(finding, "found"));
        if (*answer_text(finding, "next")) {
            fprintf(file, "%-12s %-8s ", "", "  next:");
            print_text(file, answer_text(finding, "next"));
        }
        before = part;
    }
}

static json_t *as_object(const struct diagnosis *diagnosis)
{
    const char *server = diagnosis->options.server;

    return json_pack("{s:s, s:s, s:s, s:b, s:O, s:I, s:O}", "server",
                     server ? server : SMSCLIENT_DEFAULT_SERVER,
                     "minimum_level", auth_level_name(diagnosis->minimum),
                     "reached", auth_level_name(diagnosis->reached), "enough",
                     diagnosis->is_enough, "proved", diagnosis->proved,
                     "clock_offset_s", (json_int_t)diagnosis->clock_offset_s,
                     "findings", diagnosis->findings);
}

enum smsclient_result diagnosis_print(const struct diagnosis *diagnosis)
{
    static const char *const columns[] = {"part", "state", "found", "next"};
    const struct output *output = &diagnosis->console->output;
    SCOPED(answer_drop) json_t *object = NULL;

    switch (output->format) {
    case OUTPUT_TABLE:
        print_lines(diagnosis);
        return SMSCLIENT_OK;
    case OUTPUT_JSON:
    case OUTPUT_YAML:
    case OUTPUT_JSONPATH:
        object = as_object(diagnosis);
        return console_printed(diagnosis->console,
                               object ? output_data(output, object)
                                      : STATUS_NO_MEMORY);
    case OUTPUT_TSV:
    case OUTPUT_NAME:
    case OUTPUT_PROMETHEUS: /* refused before */
        break;
    }
    return console_printed(
        diagnosis->console,
        output_rows(output, diagnosis->findings, columns, ARRAY_SIZE(columns)));
}
