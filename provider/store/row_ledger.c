#include "provider/store/row_ledger.h"

#include <stdlib.h>
#include <string.h>

#include "provider/base/mutant.h"

enum { PAST_MAX = 64 * 1024, FIRST_ROOM = 64 };

void ledger_clear(struct row_ledger *ledger)
{
    const uint64_t tick = ledger->tick;
    const bool is_bent = ledger->is_bent;

    for (size_t i = 0; i < LEDGER_TABLES_MAX; i++)
        free(ledger->tables[i].of);
    free(ledger->past);
    *ledger = (struct row_ledger){.tick = tick, .is_bent = is_bent};
}

void ledger_start(struct row_ledger *ledger, const struct seal_followed *tables,
                  size_t n_tables)
{
    ledger_clear(ledger);
    ledger->followed = tables;
    ledger->n_tables = n_tables;
    ledger->began = ledger->checked = ++ledger->tick;
    ledger->is_fresh = true;
}

/* ---- Rows ---- */

/* Where the row is, or belongs. */
static size_t place_of(const struct ledger_table *table, int64_t row)
{
    size_t at = 0, end = table->n;

    if (end > 0 && table->of[end - 1].row < row)
        return end; /* new rows are the last */
    while (at < end) {
        const size_t middle = at + (end - at) / 2;

        if (table->of[middle].row < row)
            at = middle + 1;
        else
            end = middle;
    }
    return at;
}

static struct seal_row *find(const struct ledger_table *table, int64_t row)
{
    const size_t at = place_of(table, row);

    return at < table->n && table->of[at].row == row ? &table->of[at] : NULL;
}

const struct seal_row *ledger_behind(const struct row_ledger *ledger,
                                     size_t table, int64_t row)
{
    const struct ledger_table *in = &ledger->tables[table];
    const size_t at = row == INT64_MAX ? in->n : place_of(in, row + 1);

    return at < in->n ? &in->of[at] : NULL;
}

/* Room for one more in an array; false: there is no memory. */
static bool has_room(void **array, size_t n, size_t *n_room, size_t size)
{
    const size_t more = *n_room ? 2 * *n_room : FIRST_ROOM;
    void *grown;

    if (n < *n_room)
        return true;
    grown = realloc(*array, more * size);
    if (!grown)
        return false;
    *array = grown;
    *n_room = more;
    return true;
}

static bool put(struct ledger_table *table, const struct seal_row *row)
{
    const size_t at = place_of(table, row->row);
    void *array = table->of;

    if (at < table->n && table->of[at].row == row->row) {
        table->of[at] = *row;
        return true;
    }
    if (!has_room(&array, table->n, &table->n_room, sizeof(*table->of)))
        return false;
    table->of = array;
    memmove(&table->of[at + 1], &table->of[at],
            (table->n - at) * sizeof(*table->of));
    table->of[at] = *row;
    table->n++;
    return true;
}

static void take_out(struct ledger_table *table, int64_t row)
{
    struct seal_row *found = find(table, row);

    if (!found)
        return;
    table->n--;
    memmove(found, found + 1,
            (size_t)(table->of + table->n - found) * sizeof(*found));
}

enum status ledger_add(struct row_ledger *ledger, size_t table,
                       const struct seal_row *row)
{
    return put(&ledger->tables[table], row) ? STATUS_OK : STATUS_NO_MEMORY;
}

/* ---- A change ---- */

static bool note_past(struct row_ledger *ledger, size_t table, int64_t row)
{
    const struct seal_row *was = find(&ledger->tables[table], row);
    struct ledger_past *past;
    void *array = ledger->past;

    if (ledger->n_past == PAST_MAX ||
        !has_room(&array, ledger->n_past, &ledger->n_past_room,
                  sizeof(*ledger->past)))
        return false;
    ledger->past = array;
    past = &ledger->past[ledger->n_past++];
    *past = (struct ledger_past){(uint8_t)table, was != NULL, {.row = row}};
    if (was)
        past->was = *was;
    return true;
}

/* What goes must be what this process left. */
static bool follow_before(struct row_ledger *ledger, size_t table,
                          const struct ledger_step *step)
{
    const struct seal_row *was = find(&ledger->tables[table], step->row_before);

    if (!was || memcmp(was->hash, step->before, sizeof(was->hash)) != 0)
        ledger->is_bent = true;
    if (!note_past(ledger, table, step->row_before))
        return false;
    if (!step->after || step->row_after != step->row_before)
        take_out(&ledger->tables[table], step->row_before);
    return true;
}

static bool follow_after(struct row_ledger *ledger, size_t table,
                         const struct ledger_step *step)
{
    struct seal_row row = {.row = step->row_after, .tick = ledger->tick};

    memcpy(row.hash, step->after, sizeof(row.hash));
    if ((!step->before || step->row_after != step->row_before) &&
        !note_past(ledger, table, row.row))
        return false;
    return put(&ledger->tables[table], &row);
}

static bool follow(struct row_ledger *ledger, size_t table,
                   const struct ledger_step *step)
{
    ledger->tables[table].tick = ++ledger->tick;
    if (!ledger->followed[table].is_by_row)
        return note_past(ledger, table, 0);
    if (step->before && !follow_before(ledger, table, step))
        return false;
    return !step->after || follow_after(ledger, table, step);
}

void ledger_follow(struct row_ledger *ledger, const char *table,
                   const struct ledger_step *step)
{
    size_t at = 0;

    while (at < ledger->n_tables &&
           strcmp(ledger->followed[at].name, table) != 0)
        at++;
    if (at < ledger->n_tables && !follow(ledger, at, step))
        ledger_clear(ledger);
}

static bool undo_one(struct row_ledger *ledger, struct ledger_past *past)
{
    struct ledger_table *table = &ledger->tables[past->table];

    if (!MUTANT("l11-undo-unseen"))
        table->tick = past->was.tick = ++ledger->tick;
    if (past->was_there)
        return put(table, &past->was);
    take_out(table, past->was.row);
    return true;
}

/* Rows that were noted in the change as it was are not known after it. */
void ledger_undo(struct row_ledger *ledger, size_t to)
{
    bool is_known = !ledger->is_fresh;

    while (is_known && ledger->n_past > to)
        is_known = undo_one(ledger, &ledger->past[--ledger->n_past]);
    if (!is_known)
        ledger_clear(ledger);
}

void ledger_end(struct row_ledger *ledger)
{
    ledger->n_past = 0;
    ledger->is_fresh = false;
    ledger->is_all_read = false;
}
