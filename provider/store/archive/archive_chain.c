/* Several archives, and the store behind them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/store/archive/archive_look.h"
#include "provider/store/seal_inspect.h"
#include "provider/store/seal_private.h"
#include "provider/store/store.h"

enum { PROBLEMS_MAX_BYTES = 64 * 1024 };

struct link {
    const char *file;
    struct archive_found found;
    bool is_proved; /* by its seal, or by what continues it */
};

struct looking {
    const struct archive_inspection *what;
    struct archive_chain *chain;
    struct seal_key *key; /* owned */
    struct link *links;   /* owned [n] */
    size_t n;             /* those that are whole, in the order of records */
};

static void looking_clear(struct looking *looking)
{
    seal_key_free(looking->key);
    free(looking->links);
}

void archive_chain_clear(struct archive_chain *chain)
{
    buf_free(&chain->problems);
}

/* ---- Each ---- */

static enum status take_files(struct looking *looking)
{
    struct buf *problems = &looking->chain->problems;

    for (size_t i = 0; i < looking->what->n_files; i++) {
        struct link *link = &looking->links[looking->n];

        *link = (struct link){.file = looking->what->files[i]};
        TRY(archive_look(link->file, looking->key, &link->found));
        if (!link->found.is_whole) {
            buf_append_format(problems, "%s: %s\n", link->file,
                              link->found.problem);
            continue;
        }
        link->is_proved = link->found.is_signed;
        looking->chain->n_signed += link->found.is_signed;
        looking->n++;
    }
    return STATUS_OK;
}

static int compare_links(const void *left, const void *right)
{
    const struct link *a = left;
    const struct link *b = right;
    const int64_t one = a->found.seal.before.id;
    const int64_t other = b->found.seal.before.id;

    return one < other ? -1 : one > other;
}

/* ---- One behind the other ---- */

static bool is_same(const struct audit_start *a, const struct audit_start *b)
{
    return a->id == b->id && strcmp(a->hash, b->hash) == 0;
}

static void check_pair(struct link *before, const struct link *after,
                       struct buf *problems)
{
    const struct archive_seal *a = &before->found.seal;
    const struct archive_seal *b = &after->found.seal;

    if (strcmp(a->store, b->store) != 0)
        buf_append_format(problems, "%s is of another store than %s\n",
                          after->file, before->file);
    else if (b->before.id > a->last.id)
        buf_append_format(problems,
                          "records %lld to %lld are missing: between %s and "
                          "%s\n",
                          (long long)a->last.id + 1, (long long)b->before.id,
                          before->file, after->file);
    else if (b->before.id < a->last.id)
        buf_append_format(problems, "%s and %s both have record %lld\n",
                          before->file, after->file,
                          (long long)b->before.id + 1);
    else if (!is_same(&a->last, &b->before))
        buf_append_format(problems, "%s does not continue %s\n", after->file,
                          before->file);
    else
        before->is_proved |= after->is_proved;
}

/* ---- The store ---- */

static void check_missing(struct looking *looking,
                          const struct audit_start *start)
{
    const struct link *last = &looking->links[looking->n - 1];

    buf_append_format(&looking->chain->problems,
                      "records %lld to %lld are missing: between %s and the "
                      "store\n",
                      (long long)last->found.seal.last.id + 1,
                      (long long)start->id, last->file);
}

static enum status check_end(struct looking *looking, struct store *store,
                             const struct seal_start *start)
{
    struct link *last = &looking->links[looking->n - 1];
    const struct audit_start *end = &last->found.seal.last;
    struct audit_start own = start->from;

    if (end->id < start->from.id) {
        check_missing(looking, &start->from);
        return STATUS_OK;
    }
    if (end->id > start->from.id) { /* not removed yet */
        own.id = end->id;
        TRY(audit_hash_at(store, end->id, own.hash));
    }
    looking->chain->joins = is_same(end, &own);
    last->is_proved |= looking->chain->joins;
    if (!looking->chain->joins)
        buf_append_format(&looking->chain->problems,
                          "the store does not continue %s\n", last->file);
    return STATUS_OK;
}

static enum status look_at_chain(struct looking *looking, struct store *store)
{
    char text[SEAL_LINE_BYTES];
    struct seal_start start = {0};
    struct seal_line line = {0};

    TRY(seal_read_text(store, text));
    if (seal_line_read(text_of(text), looking->key, &line) != STATUS_OK)
        return STATUS_INVALID;
    TRY(seal_read_start_text(store, text));
    if (seal_start_read(text_of(text), looking->key, &start) != STATUS_OK ||
        start.from.id != line.start)
        return STATUS_INVALID;
    if (strcmp(line.store, looking->links[0].found.seal.store) != 0) {
        buf_append_format(&looking->chain->problems, "%s is of another store\n",
                          looking->links[0].file);
        return STATUS_OK;
    }
    return check_end(looking, store, &start);
}

/* An altered store proves nothing of an archive: then its own faults are told,
 * and not what it continues. */
static enum status look_at_store(struct looking *looking, struct store *store)
{
    SCOPED(seal_found_clear) struct seal_found found = {0};
    const struct seal_inspection what = {.file = looking->what->file,
                                         .key = looking->what->key,
                                         .anchor = looking->what->anchor};

    TRY(seal_inspect_read(store, &what, &found));
    TRY(buf_status(&found.report.problems));
    if (found.report.problems.size == 0)
        return look_at_chain(looking, store);
    buf_append_text(&looking->chain->problems,
                    buf_text(&found.report.problems));
    return STATUS_OK;
}

static enum status check_store(struct looking *looking)
{
    OWNED(store) store = NULL;
    enum status status;

    if (!looking->what->file || looking->n == 0)
        return STATUS_OK;
    TRY(store_open(looking->what->file, STORE_LOOK, &store));
    TRY(store_read_begin(store));
    status = look_at_store(looking, store);
    store_read_end(store);
    return status;
}

/* ---- As a whole ---- */

/* From the last to the first: what continues one proves it. */
static void check_links(struct looking *looking)
{
    struct buf *problems = &looking->chain->problems;

    for (size_t i = looking->n; i-- > 0;) {
        struct link *link = &looking->links[i];

        if (i + 1 < looking->n)
            check_pair(link, link + 1, problems);
        if (!link->is_proved)
            buf_append_format(problems,
                              "%s is signed by another key (%s), and nothing "
                              "that this key proves continues it\n",
                              link->file, link->found.seal.key);
    }
}

static enum status look(struct looking *looking)
{
    struct archive_chain *chain = looking->chain;

    TRY(take_files(looking));
    qsort(looking->links, looking->n, sizeof(*looking->links), compare_links);
    TRY(check_store(looking));
    check_links(looking);
    if (looking->n > 0) {
        chain->behind = looking->links[0].found.seal.before.id;
        chain->last = looking->links[looking->n - 1].found.seal.last.id;
    }
    return buf_status(&chain->problems);
}

enum status archive_chain_look(const struct archive_inspection *what,
                               struct archive_chain *chain_out)
{
    SCOPED(looking_clear)
    struct looking looking = {.what = what, .chain = chain_out};

    *chain_out =
        (struct archive_chain){.problems = buf_make(PROBLEMS_MAX_BYTES)};
    looking.links = calloc(what->n_files + 1, sizeof(*looking.links));
    if (!looking.links)
        return STATUS_NO_MEMORY;
    TRY(seal_key_open_to_look(what->key, &looking.key));
    return look(&looking);
}
