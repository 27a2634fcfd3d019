/* A trial in words, for finding out which side is wrong. */
#include <inttypes.h>

#include "tests/oracle/trial.h"

static const char *securing_name(enum rbac_securing securing)
{
    switch (securing) {
    case RBAC_BY_ROLE:
        return "by role";
    case RBAC_BY_SCOPE:
        return "by scope";
    case RBAC_BY_COLLECTION:
        return "by collection";
    }
    return "?";
}

static void print_mask(const char *what, uint32_t mask, FILE *out)
{
    const char *comma = "";

    if (!mask)
        return;
    fprintf(out, "%s", what);
    for (int bit = 0; bit < RBAC_OPERATIONS_MAX; bit++)
        if (mask >> bit & 1) {
            fprintf(out, "%s%d", comma, bit);
            comma = ",";
        }
}

static void print_list(const char *what, char kind, const struct list *list,
                       FILE *out)
{
    fprintf(out, "%s{", what);
    for (size_t i = 0; i < list->n; i++)
        fprintf(out, "%s%c%u", i ? " " : "", kind, list->at[i]);
    fputs("}", out);
}

static void print_type(const struct rbac_type *type, const uint32_t *implies,
                       FILE *out)
{
    fprintf(out, "type %u %s, %s, bits", type->id,
            type->class_name ? type->class_name : "-",
            securing_name(type->securing));
    print_mask(" ", type->operations, out);
    print_mask("; type-wide ", type->type_wide, out);
    print_mask("; blocked directly ", type->blocked_direct, out);
    for (int bit = 0; bit < RBAC_OPERATIONS_MAX; bit++)
        if (implies[bit]) {
            fprintf(out, "; %d implies", bit);
            print_mask(" ", implies[bit], out);
        }
    fputs("\n", out);
}

void role_print(size_t id, const struct role *role, FILE *out)
{
    fprintf(out, "role R%zu from level %s:", id, auth_level_name(role->level));
    for (size_t i = 0; i < role->n_rights; i++) {
        fprintf(out, " [type %u", role->rights[i].type);
        print_mask(" bits ", role->rights[i].operations, out);
        fprintf(out, " from %s]", auth_level_name(role->rights[i].level));
    }
    fputs("\n", out);
}

static void print_assignment(const struct assignment *assignment, FILE *out)
{
    print_list("    roles ", 'R', &assignment->roles, out);
    print_list(" scopes ", 'S', &assignment->scopes, out);
    print_list(" collections ", 'C', &assignment->collections, out);
    if (assignment->from_s != INT64_MIN)
        fprintf(out, " from %" PRId64, assignment->from_s);
    if (assignment->until_s != INT64_MAX)
        fprintf(out, " until %" PRId64, assignment->until_s);
    fputs("\n", out);
}

void admin_print(size_t id, const struct admin *admin, FILE *out)
{
    fprintf(out, "admin A%zu, %s%s\n", id,
            admin->is_group ? "a group" : "a user",
            admin->is_disabled ? ", disabled" : "");
    for (size_t k = 0; k < admin->n_assignments; k++)
        print_assignment(&admin->assignments[k], out);
}

static void print_estate(const struct estate *estate, FILE *out)
{
    fprintf(out, "catalog: %s%s\n", estate->is_product ? "product" : "neutral",
            estate->has_top ? ", R0 is Full Administrator" : "");
    for (size_t i = 0; i < estate->n_types; i++)
        print_type(&estate->types[i], estate->implies[i], out);
    for (size_t i = 0; i < estate->n_roles; i++)
        role_print(i, &estate->roles[i], out);
    if (estate->n_scopes)
        fprintf(out, "scopes: %zu, All is S%u\n", estate->n_scopes,
                estate->all_scope);
    for (size_t i = 0; i < estate->n_collections; i++)
        if (estate->limiting[i] == NO_PARENT)
            fprintf(out, "collection C%zu, a root\n", i);
        else
            fprintf(out, "collection C%zu limited to C%u\n", i,
                    estate->limiting[i]);
    for (size_t i = 0; i < estate->n_admins; i++)
        admin_print(i, &estate->admins[i], out);
}

void question_print(const struct question *question, FILE *out)
{
    fprintf(out, "may P%u do bit %u on type %u", question->subject,
            question->operation, question->type);
    if (question->is_type_wide)
        fputs(" (the type itself)", out);
    else
        print_list(" with labels ", '#', &question->labels, out);
    fprintf(out, " at level %s at %" PRId64 "?\n",
            auth_level_name(question->level), question->now_s);
}

void trial_print(const struct trial *trial, FILE *out)
{
    print_estate(&trial->estate, out);
    for (size_t i = 0; i < trial->n_subjects; i++) {
        fprintf(out, "caller P%zu is ", i);
        print_list("", 'A', &trial->subjects[i], out);
        fputs("\n", out);
    }
    for (size_t i = 0; i < trial->n_questions; i++)
        question_print(&trial->questions[i], out);
}
