/* The same estate and questions in another order. */
#include <string.h>

#include "tests/oracle/properties.h"

/* to[i]: where the i-th thing stands afterwards. */
struct order {
    uint16_t to[COLLECTIONS_MAX];
};

static struct order order_random(struct random *random, size_t n)
{
    struct order order;

    random_order(random, order.to, n);
    return order;
}

/* Renames the entries and lists them in another order. */
static void list_reorder(struct random *random, struct list *list,
                         const struct order *names)
{
    const struct list before = *list;
    const struct order places = order_random(random, list->n);

    for (size_t i = 0; i < before.n; i++)
        list->at[places.to[i]] = names->to[before.at[i]];
}

static void role_reorder(struct random *random, struct role *role)
{
    const struct role before = *role;
    const struct order places = order_random(random, role->n_rights);

    for (size_t i = 0; i < before.n_rights; i++)
        role->rights[places.to[i]] = before.rights[i];
}

struct orders {
    struct order roles;
    struct order scopes;
    struct order collections;
    struct order admins;
};

static void reorder_admins(struct random *random, struct estate *estate,
                           const struct orders *orders)
{
    static struct admin before[ADMINS_MAX];

    memcpy(before, estate->admins, sizeof(before));
    for (size_t i = 0; i < estate->n_admins; i++) {
        struct admin *admin = &estate->admins[orders->admins.to[i]];
        const size_t n = before[i].n_assignments;
        const struct order places = order_random(random, n);

        *admin = before[i];
        for (size_t k = 0; k < n; k++) {
            struct assignment *at = &admin->assignments[places.to[k]];

            *at = before[i].assignments[k];
            list_reorder(random, &at->roles, &orders->roles);
            list_reorder(random, &at->scopes, &orders->scopes);
            list_reorder(random, &at->collections, &orders->collections);
        }
    }
}

static void reorder_estate(struct random *random, struct estate *estate,
                           const struct orders *orders)
{
    static struct estate before;

    before = *estate;
    for (size_t i = 0; i < estate->n_roles; i++) {
        struct role *role = &estate->roles[orders->roles.to[i]];

        *role = before.roles[i];
        role_reorder(random, role);
    }
    if (estate->n_scopes) {
        estate->all_scope = orders->scopes.to[before.all_scope];
        estate->default_scope = orders->scopes.to[before.default_scope];
    }
    for (size_t i = 0; i < estate->n_collections; i++) {
        const uint16_t above = before.limiting[i];

        estate->limiting[orders->collections.to[i]] =
            above == NO_PARENT ? NO_PARENT : orders->collections.to[above];
    }
    reorder_admins(random, estate, orders);
}

static void reorder_labels(struct random *random, const struct estate *estate,
                           const struct orders *orders,
                           struct question *question)
{
    const struct rbac_type *type = estate_type(estate, question->type);
    const struct order *names = NULL;
    size_t n = 0;

    if (type && type->securing == RBAC_BY_SCOPE) {
        names = &orders->scopes;
        n = estate->n_scopes;
    } else if (type && type->securing == RBAC_BY_COLLECTION) {
        names = &orders->collections;
        n = estate->n_collections;
    }
    for (size_t i = 0; i < question->labels.n; i++)
        if (question->labels.at[i] >= n)
            names = NULL; /* not labels of this kind */
    if (names)
        list_reorder(random, &question->labels, names);
}

static bool is_same(const struct rbac_decision *a,
                    const struct rbac_decision *b)
{
    return a->verdict == b->verdict && a->reason == b->reason &&
           a->level_required == b->level_required;
}

bool property_order(struct random *random, const struct trial *trial,
                    struct breach *breach_out)
{
    static struct rbac_decision before[QUESTIONS_MAX], after[QUESTIONS_MAX];
    static struct trial other;
    const struct orders orders = {
        order_random(random, trial->estate.n_roles),
        order_random(random, trial->estate.n_scopes),
        order_random(random, trial->estate.n_collections),
        order_random(random, trial->estate.n_admins),
    };

    other = *trial;
    reorder_estate(random, &other.estate, &orders);
    for (size_t i = 0; i < trial->n_subjects; i++)
        list_reorder(random, &other.subjects[i], &orders.admins);
    for (size_t i = 0; i < trial->n_questions; i++)
        reorder_labels(random, &other.estate, &orders, &other.questions[i]);
    if (!trial_ask(trial, before, breach_out) ||
        !trial_ask(&other, after, breach_out))
        return false;
    for (size_t i = 0; i < trial->n_questions; i++)
        if (!is_same(&before[i], &after[i]))
            return breach(breach_out, i, "in another order: %s instead of %s",
                          rbac_reason_name(after[i].reason),
                          rbac_reason_name(before[i].reason));
    return true;
}
