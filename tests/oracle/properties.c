#include "tests/oracle/properties.h"

#include <stdarg.h>

bool breach(struct breach *breach_out, size_t question, const char *format, ...)
{
    va_list arguments;

    breach_out->question = question;
    va_start(arguments, format);
    vsnprintf(breach_out->text, sizeof(breach_out->text), format, arguments);
    va_end(arguments);
    return false;
}

bool trial_ask(const struct trial *trial, struct rbac_decision *answers,
               struct breach *breach_out)
{
    struct rbac_problem problem = {""};

    if (trial_answer(trial, answers, &problem) != STATUS_OK)
        return breach(breach_out, 0, "does not build: %s", problem.text);
    return true;
}

int decision_cost(const struct rbac_decision *decision)
{
    return decision->verdict == RBAC_DENY ? 100 : (int)decision->level_required;
}

bool assignment_holds(const struct assignment *assignment, int64_t now_s)
{
    return (assignment->from_s == INT64_MIN || assignment->from_s <= now_s) &&
           (assignment->until_s == INT64_MAX || now_s < assignment->until_s);
}

static bool admin_is_direct(const struct admin *admin,
                            const struct question *question)
{
    if (admin->is_disabled)
        return false;
    for (size_t i = 0; i < admin->n_assignments; i++) {
        const struct assignment *assignment = &admin->assignments[i];

        if (!assignment->roles.n ||
            !assignment_holds(assignment, question->now_s))
            continue;
        for (size_t k = 0; k < question->labels.n; k++)
            if (list_has(&assignment->collections, question->labels.at[k]))
                return true;
    }
    return false;
}

bool question_is_direct(const struct trial *trial,
                        const struct question *question)
{
    const struct rbac_type *type = estate_type(&trial->estate, question->type);
    const struct list *admins = &trial->subjects[question->subject];

    if (!type || type->securing != RBAC_BY_COLLECTION ||
        question->operation >= RBAC_OPERATIONS_MAX ||
        !(type->blocked_direct >> question->operation & 1))
        return false;
    for (size_t i = 0; i < admins->n; i++)
        if (admin_is_direct(&trial->estate.admins[admins->at[i]], question))
            return true;
    return false;
}
