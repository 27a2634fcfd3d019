#include "provider/store/store_copy.h"

#include <string.h>

#include "provider/base/mutant.h"
#include "provider/store/seal_line.h"
#include "provider/store/seal_sql.h"
#include "provider/store/store_copy_sql.h"
#include "provider/store/store_private.h"

enum { PAGES_AT_ONCE = 256, STEPS_MAX = 256 };

/* ---- Over the pages where they stand ---- */

static enum status read_line(struct store *store,
                             char line_out[SEAL_LINE_BYTES])
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    struct text line;

    TRY(store_row_with(store, SQL_SEAL_FIND, STORE_NO_ARGS, &stmt));
    line = store_text(stmt, 0);
    if (line.size == 0 || line.size >= SEAL_LINE_BYTES)
        return STATUS_END;
    memcpy(line_out, line.data, line.size);
    line_out[line.size] = '\0';
    return STATUS_OK;
}

static bool is_over(void *store)
{
    return store_look(store);
}

/* Of the database that the store reads, some changes back. STATUS_END: there is
 * none. */
static enum status open_view(struct store *store, int back,
                             struct page_view **view_out)
{
    const char *path = sqlite3_db_filename(store->db, "main");
    OWNED(page_view) view = NULL;

    if (!path || !*path)
        return STATUS_END;
    TRY(page_view_open(path, (struct page_view_wait){is_over, store}, &view));
    while (back-- > 0)
        if (!page_view_step_back(view))
            return STATUS_END;
    *view_out = TAKE(view);
    return STATUS_OK;
}

/*
 * The store may have begun to read some changes ago. Each change of a sealed
 * store leaves a line that no other has: that tells which.
 */
static enum status copy_over(struct store *store, struct store **copy_out)
{
    char line[SEAL_LINE_BYTES], other[SEAL_LINE_BYTES];

    if (!store->is_reading)
        return STATUS_END;
    TRY(read_line(store, line));
    for (int back = 0; back < STEPS_MAX; back++) {
        struct page_view *view;
        OWNED(store) copy = NULL;

        TRY(open_view(store, back, &view));
        TRY(store_open_over(view, &copy));
        TRY(read_line(copy, other));
        if (strcmp(line, other) == 0 || MUTANT("s1-any-change")) {
            *copy_out = TAKE(copy);
            return STATUS_OK;
        }
        if (store_look(store))
            return STATUS_LIMIT;
    }
    return STATUS_END;
}

/* ---- Page by page ---- */

static void backup_drop(sqlite3_backup **backup)
{
    if (*backup)
        (void)sqlite3_backup_finish(*backup);
}

static enum status copy_pages(struct store *store, struct store *copy)
{
    SCOPED(backup_drop)
    sqlite3_backup *backup =
        sqlite3_backup_init(copy->db, "main", store->db, "main");
    int code = backup ? SQLITE_OK : sqlite3_errcode(copy->db);

    while (code == SQLITE_OK) {
        code = sqlite3_backup_step(backup, PAGES_AT_ONCE);
        if (code == SQLITE_OK && store_look(store))
            return STATUS_LIMIT;
    }
    if (code == SQLITE_FULL) /* larger than a copy may be, or than the disk */
        return STATUS_LIMIT;
    return code == SQLITE_DONE ? STATUS_OK : store_status(copy, code, "copy");
}

static enum status make_room(struct store *copy)
{
    enum status made;

    copy->is_sealed = false;
    made = store_run_script(copy, SQL_COPY_ROOM);
    copy->is_sealed = true;
    return made;
}

static enum status copy_whole(struct store *store, struct store **copy_out)
{
    OWNED(store) copy = NULL;

    TRY(store_open(STORE_TEMPORARY, STORE_WRITE, &copy));
    TRY(make_room(copy));
    TRY(copy_pages(store, copy));
    *copy_out = TAKE(copy);
    return STATUS_OK;
}

enum status store_copy(struct store *store, struct store **copy_out)
{
    struct store *copy = NULL;
    enum status made = copy_over(store, &copy);

    if (made != STATUS_OK && made != STATUS_LIMIT)
        made = copy_whole(store, &copy);
    TRY(made);
    copy->is_private = true;
    copy->allowance = store->allowance;
    copy->until_us = store->until_us;
    *copy_out = copy;
    return STATUS_OK;
}
