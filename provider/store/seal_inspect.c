#include "provider/store/seal_inspect.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "provider/base/log.h"
#include "provider/store/health.h"
#include "provider/store/seal_private.h"
#include "provider/store/store_private.h"

void seal_found_clear(struct seal_found *found)
{
    seal_report_clear(&found->report);
}

static void file_drop(FILE **file)
{
    if (*file)
        fclose(*file);
}

/* ---- Checkpoints kept elsewhere ---- */

/* The checkpoint within a line of any log. */
static struct text find_checkpoint(struct text line)
{
    static const char sign[] = " signature=";
    const char *begin = memmem(line.data, line.size, "store=", 6);
    const char *end;
    size_t left;

    if (!begin)
        return (struct text){0};
    left = line.size - (size_t)(begin - line.data);
    end = memmem(begin, left, sign, sizeof(sign) - 1);
    if (!end ||
        (size_t)(end - begin) + sizeof(sign) - 1 + 2 * SEAL_SIGNATURE_BYTES >
            left)
        return (struct text){0};
    return (struct text){begin, (size_t)(end - begin) + sizeof(sign) - 1 +
                                    2 * SEAL_SIGNATURE_BYTES};
}

/* The earlier checkpoint must agree with the present store. */
static enum status compare(struct store *store, const struct seal_line *then,
                           struct seal_report *report)
{
    const struct seal_line *now = &report->line;
    char hash[AUDIT_HASH_BYTES];

    if (!now->serial)
        return STATUS_OK;
    if (strcmp(now->store, then->store) != 0) {
        buf_append_string(&report->problems,
                          "it is another store than the anchor's\n");
        return STATUS_OK;
    }
    if (now->serial < then->serial)
        buf_append_format(&report->problems,
                          "it is an older database: it ends with change %lld, "
                          "the anchor has seen change %lld\n",
                          (long long)now->serial, (long long)then->serial);
    if (now->start < then->start)
        buf_append_format(&report->problems,
                          "its audit starts before that of checkpoint %lld, "
                          "behind record %lld\n",
                          (long long)then->serial, (long long)then->start);
    if (then->audit < now->start)
        return STATUS_OK; /* removed since */
    if (then->audit == now->start)
        memcpy(hash, report->start.from.hash, sizeof(hash));
    else
        TRY(audit_hash_at(store, then->audit, hash));
    if (then->audit > 0 && strcmp(hash, then->head) != 0)
        buf_append_format(&report->problems,
                          "its audit is not the one of checkpoint %lld: record "
                          "%lld is another, or gone\n",
                          (long long)then->serial, (long long)then->audit);
    return STATUS_OK;
}

static enum status check_anchor(struct store *store, const char *path,
                                const struct seal_key *key,
                                struct seal_found *found)
{
    SCOPED(file_drop) FILE *file = fopen(path, "re");
    SCOPED(memory_drop) char *line = NULL;
    size_t room = 0;
    ssize_t size;

    if (!file) {
        log_error("anchor.open path=%s why=%s", path, strerror(errno));
        return STATUS_NOT_FOUND;
    }
    while ((size = getline(&line, &room, file)) >= 0) {
        struct seal_line then;
        const struct text text =
            find_checkpoint((struct text){line, (size_t)size});

        if (text.size == 0 || seal_line_read(text, key, &then) != STATUS_OK)
            continue;
        found->n_checkpoints++;
        TRY(compare(store, &then, &found->report));
    }
    if (ferror(file))
        return STATUS_UNAVAILABLE;
    if (found->n_checkpoints == 0)
        buf_append_string(&found->report.problems,
                          "the anchor holds no checkpoint of this key\n");
    return STATUS_OK;
}

/* ---- As a whole ---- */

static enum status look(struct store *store, const struct seal_inspection *what,
                        struct seal *seal, struct seal_found *found)
{
    struct seal_report *report = &found->report;
    unsigned how = SEAL_LOOK_ALL_RECORDS;

    if (what->has_rows)
        TRY(health_check_all(store, &report->problems));
    if (report->problems.size > 0)
        return STATUS_OK; /* rows of damaged pages tell nothing */
    if (what->has_rows && seal_key_is_private(seal->key))
        how |= SEAL_LOOK_ROWS;
    TRY(seal_look(store, seal, how, report));
    if (!what->anchor)
        return STATUS_OK;
    return check_anchor(store, what->anchor, seal->key, found);
}

enum status seal_inspect_read(struct store *store,
                              const struct seal_inspection *what,
                              struct seal_found *found)
{
    OWNED(seal) seal = NULL;
    struct seal_key *key;

    *found = (struct seal_found){.report = seal_report_make()};
    TRY(seal_key_open_to_look(what->key, &key));
    TRY(seal_new(key, &seal));
    return look(store, what, seal, found);
}

enum status seal_inspect(const struct seal_inspection *what,
                         struct seal_found *found)
{
    OWNED(store) store = NULL;
    enum status status;

    *found = (struct seal_found){.report = seal_report_make()};
    TRY(store_open(what->file, STORE_LOOK, &store));
    TRY(store_read_begin(store));
    status = seal_inspect_read(store, what, found);
    store_read_end(store);
    return status;
}
