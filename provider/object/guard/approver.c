#include "provider/object/guard/approver.h"

#include "provider/base/mutant.h"
#include "provider/base/text.h"

/* Of "A and B", whom the second person only approved: A chose it (guard.c). */
#define FIRST_OF(column)                                                       \
    "substr(" column ", 1, instr(" column " || ' and ', ' and ') - 1)"

/* Who made or changed a record, or gave it an identity; not the host. */
#define MAKERS                                                                 \
    "(SELECT row AS admin, CreatedBy AS maker FROM admin"                      \
    " UNION ALL SELECT row, LastModifiedBy FROM admin"                         \
    " UNION ALL SELECT row, " FIRST_OF(                                        \
        "given_by") " FROM admin"                                              \
                    " UNION ALL SELECT admin, " FIRST_OF(                      \
                        "author") " FROM admin_identity)"

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
    {"SELECT 1 FROM admin WHERE LogonName = ?1 AND NOT IsGroup"
     " AND max(CreatedDate, ifnull(LastModifiedDate, 0)) > ?3",
     "Your record was made or changed after this was asked for."},
    {"SELECT 1 FROM admin_identity i JOIN admin a ON a.row = i.admin"
     " WHERE a.LogonName = ?1 AND NOT a.IsGroup AND i.given_s > ?3",
     "An identity of yours was given after this was asked for."},
    {"WITH RECURSIVE behind (is_asker, name) AS (VALUES (0, ?1), (1, ?2)"
     " UNION SELECT b.is_asker, m.maker FROM behind b"
     " JOIN admin a ON a.LogonName = b.name AND NOT a.IsGroup"
     " JOIN " MAKERS " m ON m.admin = a.row"
     " WHERE m.maker NOT IN ('', 'policy'))"
     " SELECT 1 FROM behind one JOIN behind other ON one.name = other.name"
     " WHERE NOT one.is_asker AND other.is_asker AND ?3 IS NOT NULL",
     "One person may be behind you and who asked for it, since one made the"
     " other, or gave an identity: somebody else must approve it."},
    {"SELECT 1 FROM admin WHERE LogonName = ?2 AND NOT IsGroup AND ?1 <> ?2"
     " AND (IsDisabled OR sessions_ended_s >= ?3)",
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
