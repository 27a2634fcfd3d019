#include "rbac/decide.h"

/* The next labels of a request, up to four. */
static struct row row_from(const struct rbac_engine *engine,
                           const struct type *type,
                           const struct rbac_request *request, size_t from)
{
    struct row row = {{LABEL_NONE, LABEL_NONE, LABEL_NONE, LABEL_NONE}};

    for (size_t i = 0; i < ROW_LABELS && from + i < request->n_labels; i++)
        row.label[i] =
            ground_label(engine->ground, type, request->labels[from + i]);
    return row;
}

/* Operations held on all objects or none are decided by this row. */
static const struct row ANY_OBJECT = {
    {LABEL_ALL_OBJECTS, LABEL_NONE, LABEL_NONE, LABEL_NONE}};

static struct rbac_decision decide_labels(const struct rbac_subject *subject,
                                          const struct type *type,
                                          uint16_t cell,
                                          const struct rbac_request *request)
{
    const struct asker asker = {request->level, request->now_s, false};
    const bool is_blocked = type->blocked_direct >> request->operation & 1;
    struct rbac_decision best = deny(uncovered_reason(type));

    for (size_t i = 0; i < request->n_labels; i += ROW_LABELS) {
        const struct row row = row_from(subject->engine, type, request, i);

        best = decide_better(
            best, is_blocked ? decide_blocked(subject, cell, row, asker)
                             : decide_cell(subject, cell, row, asker,
                                           uncovered_reason(type)));
    }
    return best;
}

struct rbac_decision rbac_check(const struct rbac_subject *subject,
                                const struct rbac_request *request)
{
    const struct type *type =
        types_get(&subject->engine->ground->types, request->type);
    const uint16_t number = request->operation < RBAC_OPERATIONS_MAX
                                ? type->cell[request->operation]
                                : CELL_NONE;
    const uint16_t cell = subject_cells(subject, request->now_s)[number];
    const struct asker asker = {request->level, request->now_s,
                                request->is_type_wide};

    if (!is_granted_cell(cell))
        return decide_nothing(number, cell);
    if (request->is_type_wide || type->labelless >> request->operation & 1)
        return decide_cell(subject, cell, ANY_OBJECT, asker,
                           uncovered_reason(type));
    return decide_labels(subject, type, cell, request);
}

struct rbac_decision rbac_check_all(const struct rbac_subject *subject,
                                    const struct rbac_request *requests,
                                    size_t n)
{
    struct rbac_decision all = deny(RBAC_UNKNOWN_OPERATION);

    for (size_t i = 0; i < n; i++) {
        const struct rbac_decision one = rbac_check(subject, &requests[i]);

        if (one.verdict == RBAC_DENY)
            return one;
        if (i == 0 || one.level_required > all.level_required)
            all = one;
    }
    return all;
}

int rbac_deploy_operation(uint16_t type)
{
    static const struct {
        uint16_t type;
        int operation;
    } deployed[] = {
        {RBAC_TYPE_PACKAGE, RBAC_OP_DEPLOY_PACKAGES},
        {RBAC_TYPE_CONFIGURATION_ITEM, RBAC_OP_DEPLOY_CONFIGURATION_ITEMS},
        {RBAC_TYPE_TASK_SEQUENCE, RBAC_OP_DEPLOY_TASK_SEQUENCES},
        {RBAC_TYPE_APPLICATION, RBAC_OP_DEPLOY_APPLICATIONS},
        {RBAC_TYPE_APPLICATION_GROUP, RBAC_OP_DEPLOY_APPLICATIONS},
        {RBAC_TYPE_UPDATE_GROUP, RBAC_OP_DEPLOY_SOFTWARE_UPDATES},
        {RBAC_TYPE_SOFTWARE_UPDATE, RBAC_OP_DEPLOY_SOFTWARE_UPDATES},
        {RBAC_TYPE_CLIENT_SETTINGS, RBAC_OP_DEPLOY_CLIENT_SETTINGS},
        {RBAC_TYPE_ANTIMALWARE, RBAC_OP_DEPLOY_ANTIMALWARE},
        {RBAC_TYPE_CONFIGURATION_POLICY, RBAC_OP_DEPLOY_POLICIES},
        {RBAC_TYPE_FIREWALL_POLICY, RBAC_OP_DEPLOY_POLICIES},
    };

    for (size_t i = 0; i < ARRAY_SIZE(deployed); i++)
        if (deployed[i].type == type)
            return deployed[i].operation;
    return -1;
}
