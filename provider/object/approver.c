#include "provider/object/approver.h"

#include "provider/base/mutant.h"
#include "provider/base/text.h"

/* ?1: who approves, ?2: who asked, ?3: when; each names all three. */
static const struct {
    const char *sql;
    const char *why;
} rules[] = {
    {"SELECT 1 FROM admin WHERE LogonName = ?1 AND NOT IsGroup"
     " AND max(CreatedDate, ifnull(LastModifiedDate, 0)) > ?3",
     "Your record was made or changed after this was asked for."},
    {"SELECT 1 FROM admin WHERE LogonName = ?1 AND NOT IsGroup"
     " AND ?2 IN (CreatedBy, ifnull(LastModifiedBy, ''), ifnull(given_by, ''))"
     " AND ?3 IS NOT NULL",
     "Who asked for it made or changed your record: somebody else must approve"
     " it."},
    {"SELECT 1 FROM admin_identity i JOIN admin a ON a.row = i.admin"
     " WHERE a.LogonName = ?1 AND NOT a.IsGroup AND i.given_s > ?3",
     "An identity of yours was given after this was asked for."},
    {"SELECT 1 FROM admin_identity i JOIN admin a ON a.row = i.admin"
     " WHERE a.LogonName = ?1 AND NOT a.IsGroup AND i.author = ?2 AND ?3 IS "
     "NOT NULL",
     "Who asked for it gave you an identity: somebody else must approve it."},
    {"SELECT 1 FROM admin_identity i JOIN admin a ON a.row = i.admin"
     " JOIN admin_identity o ON o.author = i.author"
     " JOIN admin b ON b.row = o.admin"
     " WHERE a.LogonName = ?1 AND NOT a.IsGroup AND i.author <> ''"
     " AND b.LogonName = ?2 AND NOT b.IsGroup AND ?3 IS NOT NULL",
     "One person gave you and who asked for it your identities: somebody else"
     " must approve it."},
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
