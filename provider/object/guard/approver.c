#include "provider/object/guard/approver.h"

#include "provider/base/mutant.h"
#include "provider/base/text.h"
#include "provider/object/guard/approver_sql.h"

/*
 * ?1: the approver, ?2: the author, ?3: when; each names all three.
 *
 * Behind a record is its creator, the creator of that one, and so on: author
 * and approver must have nobody in common there, each other included.
 */
static const struct {
    const char *sql;
    const char *why;
} rules[] = {
    {SQL_APPROVER_RECORD, "Your record was created or changed after the "
                          "request. Another administrator must approve it."},
    {SQL_APPROVER_IDENTITY, "You were given an identity after the request. "
                            "Another administrator must approve it."},
    {SQL_APPROVER_BEHIND,
     "You and the author may be the same person, since one created the other, "
     "or gave an identity or the rights of a group. Another administrator must "
     "approve it."},
    {SQL_APPROVER_ASKER, "The author has been disabled since, or their "
                         "sessions ended. The request must be made again."},
};

static enum status holds(struct store *store, const char *sql,
                         const struct approver_question *question,
                         bool *holds_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare(store, sql, &stmt));
    store_bind_text(stmt, 1, text_of(question->user));
    store_bind_text(stmt, 2, text_of(question->author));
    store_bind_int(stmt, 3, question->asked_s);
    found = store_step(stmt);
    *holds_out = found == STATUS_OK;
    return found == STATUS_END ? STATUS_OK : found;
}

enum status approver_check(struct store *store,
                           const struct approver_question *question,
                           const char **why_out)
{
    *why_out = NULL;
    for (size_t i = 0; i < ARRAY_SIZE(rules) && !*why_out; i++) {
        bool is_so;

        if (MUTANT("a5-made-approver"))
            break;
        TRY(holds(store, rules[i].sql, question, &is_so));
        *why_out = is_so ? rules[i].why : NULL;
    }
    return STATUS_OK;
}

enum status approver_made(struct store *store, const char *user,
                          const char *other, bool *made_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    const enum status found = store_row_with(
        store, SQL_APPROVER_MADE,
        STORE_ARGS(STORE_TEXT(text_of(user)), STORE_TEXT(text_of(other))),
        &stmt);

    *made_out = found == STATUS_OK;
    return found == STATUS_END ? STATUS_OK : found;
}

/* ---- What must not be forgotten ---- */

static enum status end_asked(struct store *store, int64_t row,
                             const char *group)
{
    return store_run_with(
        store, SQL_APPROVER_END_ASKED,
        STORE_ARGS(STORE_INT(row), STORE_TEXT(text_of(group))));
}

enum status approver_end_asked(struct store *store, int64_t row)
{
    return end_asked(store, row, "");
}

enum status approver_keep(struct store *store, int64_t row, const char *group)
{
    group = group ? group : "";
    TRY(end_asked(store, row, group));
    return store_run_with(
        store, SQL_APPROVER_KEEP,
        STORE_ARGS(STORE_INT(row), STORE_TEXT(text_of(group))));
}

enum status approver_keep_of(struct store *store, enum identity_kind kind,
                             struct text value)
{
    int64_t row;
    const enum status found =
        store_int_with(store, SQL_APPROVER_KEEP_OF,
                       STORE_ARGS(STORE_TEXT(text_of(identity_kind_name(kind))),
                                  STORE_TEXT(value)),
                       &row);

    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_OK : found;
    return approver_keep(store, row, NULL);
}

enum status approver_keep_lent(struct store *store, int64_t row)
{
    bool is_lent;

    TRY(store_find_with(store, SQL_APPROVER_LENDS, STORE_ARGS(STORE_INT(row)),
                        &is_lent));
    return is_lent ? approver_keep(store, row, NULL) : STATUS_OK;
}

enum status approver_keep_renamed(struct store *store, int64_t row,
                                  const char *name)
{
    TRY(approver_keep(store, row, NULL));
    return store_run_with(
        store, SQL_APPROVER_RENAME,
        STORE_ARGS(STORE_INT(row), STORE_TEXT(text_of(name))));
}
