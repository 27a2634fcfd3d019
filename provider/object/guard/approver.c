#include "provider/object/guard/approver.h"

#include "provider/base/mutant.h"
#include "provider/base/text.h"

/*
 * A row for each user and each group of the site they are in, over however many
 * groups, with who put them, or the group between, there.
 */
#define IN_GROUPS                                                              \
    "in_group (name, at, author) AS (SELECT m.name, p.name, m.author"          \
    " FROM people_member m JOIN people_group p ON p.row = m.people"            \
    " UNION SELECT i.name, p.name, m.author FROM in_group i"                   \
    " JOIN people_member m ON m.name = i.at"                                   \
    " JOIN people_group p ON p.row = m.people),"

/* Those who have rights by a group, with who gave the group its record. */
#define BY_GROUP                                                               \
    "by_group (name, giver) AS (SELECT i.name, g.given_by FROM in_group i"     \
    " JOIN admin g ON g.IsGroup AND g.GroupSource = 'site'"                    \
    " AND g.LogonName = i.at AND NOT " MUTANT_SQL("a5-group-members") "),"

/* Who made or changed somebody's record, gave it an identity, or gave them
 * their rights by a group: on whose word, the host's being ''. */
#define WORDS                                                                  \
    "word (name, word) AS (SELECT LogonName, CreatedBy FROM admin"             \
    " WHERE NOT IsGroup"                                                       \
    " UNION SELECT LogonName, LastModifiedBy FROM admin WHERE NOT IsGroup"     \
    " UNION SELECT LogonName, given_by FROM admin WHERE NOT IsGroup"           \
    " UNION SELECT a.LogonName, i.author FROM admin_identity i"                \
    " JOIN admin a ON a.row = i.admin AND NOT a.IsGroup"                       \
    " UNION SELECT name, giver FROM by_group"                                  \
    " UNION SELECT name, author FROM in_group"                                 \
    " WHERE name IN (SELECT name FROM by_group)),"

/* Of "A and B", whom the second person only approved: A chose it (guard.c). */
#define MAKERS                                                                 \
    "maker (name, maker) AS (SELECT name,"                                     \
    " substr(word, 1, instr(word || ' and ', ' and ') - 1) FROM word"          \
    " WHERE word NOT IN ('', 'policy')),"

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
    {"WITH RECURSIVE " IN_GROUPS BY_GROUP WORDS MAKERS
     "behind (is_asker, name) AS (VALUES (0, ?1), (1, ?2)"
     " UNION SELECT b.is_asker, m.maker FROM behind b"
     " JOIN maker m ON m.name = b.name)"
     " SELECT 1 FROM behind one JOIN behind other ON one.name = other.name"
     " WHERE NOT one.is_asker AND other.is_asker AND ?3 IS NOT NULL",
     "One person may be behind you and who asked for it, since one made the"
     " other, or gave an identity or the rights of a group: somebody else must"
     " approve it."},
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
