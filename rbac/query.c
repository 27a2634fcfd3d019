#include "rbac/query.h"

#include "rbac/decide.h"

enum status rbac_who_can(const struct rbac_engine *engine,
                         const struct rbac_request *request,
                         rbac_holder_visit visit, void *context)
{
    struct rbac_request strongest = *request;

    strongest.level = AUTH_LEVEL_MFA;
    for (uint32_t a = 0; a < engine->estate.n_admins; a++) {
        OWNED(rbac_subject) subject = NULL;
        struct rbac_holder holder = {.admin = a};

        TRY(rbac_subject_new(engine, &a, 1, &subject));
        rbac_explain(subject, &strongest, &holder.explanation);
        if (holder.explanation.decision.verdict == RBAC_ALLOW)
            visit(context, &holder);
    }
    return STATUS_OK;
}

/* One right of an entry, in each of the assignment's categories. */
static void visit_right(const struct rbac_engine *engine, struct entry entry,
                        const struct rbac_right *right, rbac_held_visit visit,
                        void *context)
{
    const struct type *type = types_get(&engine->ground->types, right->type);
    const struct rbac_assignment *assignment = entry_assignment(engine, entry);
    const bool by_collection = type->securing == RBAC_BY_COLLECTION;
    const uint32_t *categories =
        by_collection ? assignment->collections : assignment->scopes;
    const size_t n =
        by_collection ? assignment->n_collections : assignment->n_scopes;

    for (size_t i = 0; i < n; i++) {
        const struct rbac_held held = {
            .type = right->type,
            .operations = right->operations,
            .level = right->level,
            .from_s = assignment->from_s,
            .until_s = assignment->until_s,
            .grant = {entry.admin, entry.assignment, entry.role,
                      by_collection ? RBAC_NONE : categories[i],
                      by_collection ? categories[i] : RBAC_NONE},
        };

        visit(context, &held);
    }
}

void rbac_what_can(const struct rbac_subject *subject, rbac_held_visit visit,
                   void *context)
{
    const struct rbac_engine *engine = subject->engine;

    for (size_t e = 0; e < subject->n_entries; e++) {
        const struct entry entry = subject->entries[e];
        const struct rights *rights = &engine->rights[entry.role];

        for (size_t i = 0; i < rights->n_rows; i++)
            visit_right(engine, entry, &rights->rows[i], visit, context);
    }
}
