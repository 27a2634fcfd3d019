#include "provider/object/guard/approver.h"

#include "provider/base/mutant.h"
#include "provider/base/text.h"
#include "provider/object/guard/approver_sql.h"

/*
 * ?1: who approves, ?2: who asked, ?3: when; each names all three.
 *
 * Behind a record may be whoever made it, whoever made that one, and so on: who
 * asks and who approves must have nobody in common there, each other included.
 */
static const struct {
    const char *sql;
    const char *why;
} rules[] = {
    {SQL_APPROVER_RECORD,
     "Your record was made or changed after this was asked for."},
    {SQL_APPROVER_IDENTITY,
     "An identity of yours was given after this was asked for."},
    {SQL_APPROVER_BEHIND,
     "One person may be behind you and who asked for it, since one made the"
     " other, or gave an identity or the rights of a group: somebody else must"
     " approve it."},
    {SQL_APPROVER_ASKER,
     "Who asked for it was disabled, or their sessions ended, since then:"
     " it must be asked for again."},
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
