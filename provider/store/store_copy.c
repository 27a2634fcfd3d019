#include "provider/store/store_copy.h"

#include "provider/store/store_copy_sql.h"
#include "provider/store/store_private.h"

enum { PAGES_AT_ONCE = 256 };

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

enum status store_copy(struct store *store, struct store **copy_out)
{
    OWNED(store) copy = NULL;

    TRY(store_open(STORE_TEMPORARY, STORE_WRITE, &copy));
    TRY(make_room(copy));
    TRY(copy_pages(store, copy));
    copy->is_private = true;
    copy->allowance = store->allowance;
    copy->until_us = store->until_us;
    *copy_out = TAKE(copy);
    return STATUS_OK;
}
