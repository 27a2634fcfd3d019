/*
 * Groups of people that policy files declare.
 */
#include "provider/object/declare/declare_find.h"
#include "provider/object/declare/declare_group_sql.h"
#include "provider/object/guard/approver.h"

enum { CANONICAL_MAX_BYTES = 4 * 1024 * 1024 };

static enum status find_group(struct declare *declare, const char *name,
                              struct text canonical,
                              struct declared_row *found_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    *found_out = (struct declared_row){0};
    found = store_row_with(declare->store, SQL_DECLARED_GROUP,
                           STORE_ARGS(STORE_TEXT(text_of(name))), &stmt);
    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_OK : found;
    found_out->row = store_int(stmt, 0);
    found_out->is_same =
        !store_is_null(stmt, 1) && text_equal(store_text(stmt, 1), canonical);
    return STATUS_OK;
}

static enum status make_group(struct declare *declare, const char *name,
                              int64_t *row_out)
{
    TRY(store_run_with(declare->store, SQL_DECLARE_GROUP,
                       STORE_ARGS(STORE_TEXT(text_of(name)))));
    *row_out = store_last_row(declare->store);
    return STATUS_OK;
}

/* Members that stay keep the giver they had: approver.c asks. */
static enum status store_members(struct declare *declare, int64_t row,
                                 const struct policy_group *group)
{
    const struct text giver = text_of(guard_giver(declare).name);

    TRY(approver_keep(declare->store, 0, group->name));
    TRY(store_run_with(declare->store, SQL_DECLARE_FORGET_MEMBERS,
                       STORE_ARGS(STORE_INT(row))));
    for (size_t i = 0; i < group->n_members; i++)
        TRY(store_run_with(declare->store, SQL_DECLARE_MEMBER,
                           STORE_ARGS(STORE_INT(row),
                                      STORE_TEXT(text_of(group->members[i])),
                                      STORE_TEXT(giver))));
    return store_run_with(declare->store, SQL_DECLARE_DROP_MEMBERS,
                          STORE_ARGS(STORE_INT(row)));
}

enum status declare_group(struct declare *declare,
                          const struct policy_group *group)
{
    SCOPED(buf_free) struct buf canonical = buf_make(CANONICAL_MAX_BYTES);
    const struct policy_place_text place = policy_place_text(group->place);
    struct declared_row found;

    buf_append_string(&canonical, group->name);
    for (size_t i = 0; i < group->n_members; i++)
        buf_append_format(&canonical, "\n%s", group->members[i]);
    TRY(buf_status(&canonical));
    TRY(find_group(declare, group->name, buf_text(&canonical), &found));
    if (!found.is_same) {
        TRY(guard_group(declare, place.text, group->name));
        declare->changed = true;
        if (!found.row)
            TRY(make_group(declare, group->name, &found.row));
        TRY(store_members(declare, found.row, group));
    }
    TRY(declare_set_place(declare, SQL_DECLARE_PLACE_GROUP, found.row,
                          place.text, buf_text(&canonical)));
    return declare_saw(declare, DECLARED_GROUP, found.row);
}
