#include "tests/oracle/shrink.h"

#include <stdlib.h>
#include <string.h>

#define ARRAY_REMOVE(array, n, i)                                              \
    do {                                                                       \
        memmove(&(array)[i], &(array)[(i) + 1],                                \
                ((n) - (i)-1) * sizeof((array)[0]));                           \
        (n)--;                                                                 \
    } while (0)

/* An index is gone: whoever named it does not, higher ones move down. */
static void list_close_gap(struct list *list, uint16_t gone)
{
    list_remove(list, gone);
    for (size_t i = 0; i < list->n; i++)
        if (list->at[i] > gone)
            list->at[i]--;
}

/* The list of an assignment: 0 roles, 1 scopes, 2 collections. */
static struct list *list_of(struct assignment *assignment, size_t which)
{
    struct list *const lists[] = {&assignment->roles, &assignment->scopes,
                                  &assignment->collections};

    return lists[which];
}

static void close_gaps(struct estate *estate, size_t which, uint16_t gone)
{
    for (size_t i = 0; i < estate->n_admins; i++)
        for (size_t k = 0; k < estate->admins[i].n_assignments; k++)
            list_close_gap(list_of(&estate->admins[i].assignments[k], which),
                           gone);
}

/* Labels of a question are scopes or collections, by its type. */
static bool has_labels_of(const struct trial *trial, enum rbac_securing kind)
{
    const struct rbac_type *type =
        estate_type(&trial->estate, trial->questions[0].type);

    return type && type->securing == kind;
}

/*
 * Each step tries to remove the i-th thing of its kind. False: there is none,
 * so the step is over. Removing nothing is harmless: it is not kept.
 */
typedef bool (*shrink_step)(struct trial *trial, size_t i);

static bool drop_admin(struct trial *trial, size_t i)
{
    if (i >= trial->estate.n_admins)
        return false;
    ARRAY_REMOVE(trial->estate.admins, trial->estate.n_admins, i);
    list_close_gap(&trial->subjects[0], (uint16_t)i);
    return true;
}

static bool drop_membership(struct trial *trial, size_t i)
{
    if (i >= trial->subjects[0].n)
        return false;
    list_remove(&trial->subjects[0], trial->subjects[0].at[i]);
    return true;
}

/* The i-th assignment over all admins. */
static struct assignment *assignment_at(struct estate *estate, size_t i,
                                        struct admin **admin_out)
{
    for (size_t k = 0; k < estate->n_admins; k++) {
        *admin_out = &estate->admins[k];
        if (i < (*admin_out)->n_assignments)
            return &(*admin_out)->assignments[i];
        i -= (*admin_out)->n_assignments;
    }
    return NULL;
}

static bool drop_assignment(struct trial *trial, size_t i)
{
    struct admin *admin;
    struct assignment *at = assignment_at(&trial->estate, i, &admin);

    if (!at)
        return false;
    ARRAY_REMOVE(admin->assignments, admin->n_assignments,
                 (size_t)(at - admin->assignments));
    return true;
}

static bool drop_entry(struct trial *trial, size_t i)
{
    struct admin *admin;
    struct assignment *at =
        assignment_at(&trial->estate, i / (3 * LIST_MAX), &admin);

    if (!at)
        return false;
    struct list *list = list_of(at, i / LIST_MAX % 3);
    if (i % LIST_MAX < list->n)
        list_remove(list, list->at[i % LIST_MAX]);
    return true;
}

static bool drop_bound(struct trial *trial, size_t i)
{
    struct admin *admin;
    struct assignment *at = assignment_at(&trial->estate, i / 2, &admin);

    if (!at)
        return false;
    if (i % 2)
        at->from_s = INT64_MIN;
    else
        at->until_s = INT64_MAX;
    return true;
}

static bool drop_role(struct trial *trial, size_t i)
{
    if (i >= trial->estate.n_roles)
        return false;
    ARRAY_REMOVE(trial->estate.roles, trial->estate.n_roles, i);
    close_gaps(&trial->estate, 0, (uint16_t)i);
    return true;
}

static bool drop_right(struct trial *trial, size_t i)
{
    struct estate *estate = &trial->estate;

    if (i / RIGHTS_MAX >= estate->n_roles)
        return false;
    struct role *role = &estate->roles[i / RIGHTS_MAX];
    if (i % RIGHTS_MAX < role->n_rights)
        ARRAY_REMOVE(role->rights, role->n_rights, i % RIGHTS_MAX);
    return true;
}

static bool drop_bit(struct trial *trial, size_t i)
{
    const size_t right = i / RBAC_OPERATIONS_MAX;
    struct estate *estate = &trial->estate;

    if (right / RIGHTS_MAX >= estate->n_roles)
        return false;
    struct role *role = &estate->roles[right / RIGHTS_MAX];
    if (right % RIGHTS_MAX < role->n_rights)
        role->rights[right % RIGHTS_MAX].operations &=
            ~(1U << i % RBAC_OPERATIONS_MAX);
    return true;
}

static bool drop_level(struct trial *trial, size_t i)
{
    struct estate *estate = &trial->estate;

    if (i / (RIGHTS_MAX + 1) >= estate->n_roles)
        return false;
    struct role *role = &estate->roles[i / (RIGHTS_MAX + 1)];
    const size_t right = i % (RIGHTS_MAX + 1);
    if (right < role->n_rights)
        role->rights[right].level = AUTH_LEVEL_NONE;
    else if (right == RIGHTS_MAX)
        role->level = AUTH_LEVEL_NONE;
    return true;
}

static bool drop_scope(struct trial *trial, size_t i)
{
    struct estate *estate = &trial->estate;

    if (i >= estate->n_scopes)
        return false;
    if (i == estate->all_scope && estate->n_scopes > 1)
        return true; /* scopes need their All */
    estate->n_scopes--;
    if (estate->all_scope > i)
        estate->all_scope--;
    if (estate->default_scope > i)
        estate->default_scope--;
    close_gaps(estate, 1, (uint16_t)i);
    if (has_labels_of(trial, RBAC_BY_SCOPE))
        list_close_gap(&trial->questions[0].labels, (uint16_t)i);
    return true;
}

/* What was limited to the collection is then limited to the one above it. */
static bool drop_collection(struct trial *trial, size_t i)
{
    struct estate *estate = &trial->estate;

    if (i >= estate->n_collections)
        return false;
    const uint16_t above = estate->limiting[i];
    ARRAY_REMOVE(estate->limiting, estate->n_collections, i);
    for (size_t k = 0; k < estate->n_collections; k++) {
        if (estate->limiting[k] == i)
            estate->limiting[k] = above;
        if (estate->limiting[k] != NO_PARENT && estate->limiting[k] > i)
            estate->limiting[k]--;
    }
    close_gaps(estate, 2, (uint16_t)i);
    if (has_labels_of(trial, RBAC_BY_COLLECTION))
        list_close_gap(&trial->questions[0].labels, (uint16_t)i);
    return true;
}

static bool cut_collection(struct trial *trial, size_t i)
{
    if (i >= trial->estate.n_collections)
        return false;
    trial->estate.limiting[i] = NO_PARENT;
    return true;
}

static bool drop_label(struct trial *trial, size_t i)
{
    struct list *labels = &trial->questions[0].labels;

    if (i >= labels->n)
        return false;
    list_remove(labels, labels->at[i]);
    return true;
}

static bool drop_type(struct trial *trial, size_t i)
{
    struct estate *estate = &trial->estate;

    if (i >= estate->n_types)
        return false;
    for (size_t r = 0; r < estate->n_roles; r++)
        for (size_t k = 0; k < estate->roles[r].n_rights; k++)
            if (estate->roles[r].rights[k].type == estate->types[i].id)
                return true; /* in use */
    if (estate->types[i].id == trial->questions[0].type)
        return true;
    size_t n = estate->n_types;
    ARRAY_REMOVE(estate->implies, n, i);
    ARRAY_REMOVE(estate->types, estate->n_types, i);
    return true;
}

static bool drop_implied(struct trial *trial, size_t i)
{
    struct estate *estate = &trial->estate;

    if (estate->is_product || i >= estate->n_types)
        return false;
    memset(estate->implies[i], 0, sizeof(estate->implies[i]));
    return true;
}

static bool drop_flag(struct trial *trial, size_t i)
{
    if (i / 2 >= trial->estate.n_admins)
        return false;
    if (i % 2)
        trial->estate.admins[i / 2].is_group = false;
    else
        trial->estate.admins[i / 2].is_disabled = false;
    return true;
}

/* Rights without a bit are not written by anybody. */
static void drop_empty_rights(struct estate *estate)
{
    for (size_t r = 0; r < estate->n_roles; r++) {
        struct role *role = &estate->roles[r];

        for (size_t k = role->n_rights; k-- > 0;)
            if (!role->rights[k].operations)
                ARRAY_REMOVE(role->rights, role->n_rights, k);
    }
}

/* Whether anything could be removed by this step. */
static bool shrink_by(struct trial *trial, shrink_step step, shrink_test fails,
                      void *context, struct trial *tried)
{
    bool is_smaller = false;

    for (size_t i = 0;;) {
        *tried = *trial;
        if (!step(tried, i))
            return is_smaller;
        drop_empty_rights(&tried->estate);
        if (memcmp(tried, trial, sizeof(*tried)) != 0 &&
            fails(context, tried)) {
            *trial = *tried;
            is_smaller = true;
        } else {
            i++;
        }
    }
}

void trial_shrink(struct trial *trial, size_t question, shrink_test fails,
                  void *context)
{
    static const shrink_step steps[] = {
        drop_admin,      drop_assignment, drop_role,  drop_right,
        drop_collection, drop_scope,      drop_entry, drop_membership,
        drop_label,      drop_bit,        drop_level, drop_bound,
        cut_collection,  drop_type,       drop_flag,  drop_implied,
    };
    struct trial *tried = malloc(sizeof(*tried));
    bool is_smaller = tried != NULL;

    trial->questions[0] = trial->questions[question];
    trial->subjects[0] = trial->subjects[trial->questions[0].subject];
    trial->questions[0].subject = 0;
    trial->n_questions = 1;
    trial->n_subjects = 1;
    while (is_smaller) {
        is_smaller = false;
        for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
            if (shrink_by(trial, steps[i], fails, context, tried))
                is_smaller = true;
    }
    free(tried);
}
