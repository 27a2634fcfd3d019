#include "tests/oracle/trial.h"

#include <stdlib.h>
#include <string.h>

#include "provider/base/own.h"

const struct rbac_type *estate_type(const struct estate *estate, uint16_t id)
{
    for (size_t i = 0; i < estate->n_types; i++)
        if (estate->types[i].id == id)
            return &estate->types[i];
    return NULL;
}

bool list_has(const struct list *list, uint16_t index)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->at[i] == index)
            return true;
    return false;
}

void list_add(struct list *list, uint16_t index)
{
    if (list->n < LIST_MAX && !list_has(list, index))
        list->at[list->n++] = index;
}

void list_remove(struct list *list, uint16_t index)
{
    uint16_t kept = 0;

    for (uint16_t i = 0; i < list->n; i++)
        if (list->at[i] != index)
            list->at[kept++] = list->at[i];
    list->n = kept;
}

/* The arrays of a built estate, in one block. */
struct room {
    struct rbac_catalog catalog;
    struct rbac_type types[TYPES_MAX];
    uint32_t implies[TYPES_MAX][RBAC_OPERATIONS_MAX];
    struct rbac_role roles[ROLES_MAX];
    struct rbac_right rights[ROLES_MAX][RIGHTS_MAX];
    struct rbac_scope scopes[SCOPES_MAX];
    struct rbac_collection collections[COLLECTIONS_MAX];
    struct rbac_admin admins[ADMINS_MAX];
    struct rbac_assignment assignments[ADMINS_MAX][ASSIGNMENTS_MAX];
    uint32_t indexes[ADMINS_MAX][ASSIGNMENTS_MAX][3][LIST_MAX];
    char names[2 * (ROLES_MAX + SCOPES_MAX + COLLECTIONS_MAX) + ADMINS_MAX][12];
    size_t n_names;
};

static const char *name_put(struct room *room, char kind, size_t index)
{
    char *name = room->names[room->n_names++];

    snprintf(name, sizeof(room->names[0]), "%c%zu", kind, index);
    return name;
}

static void build_types(const struct estate *estate, struct room *room)
{
    memcpy(room->implies, estate->implies, sizeof(room->implies));
    for (size_t i = 0; i < estate->n_types; i++) {
        room->types[i] = estate->types[i];
        room->types[i].implies = room->implies[i];
    }
    room->catalog = (struct rbac_catalog){room->types, estate->n_types};
}

static void build_roles(const struct estate *estate, struct room *room)
{
    for (size_t i = 0; i < estate->n_roles; i++) {
        const struct role *role = &estate->roles[i];

        memcpy(room->rights[i], role->rights, sizeof(role->rights));
        room->roles[i] = (struct rbac_role){
            .id = estate->has_top && i == 0 ? RBAC_FULL_ADMINISTRATOR_ID
                                            : name_put(room, 'R', i),
            .name = name_put(room, 'r', i),
            .rights = room->rights[i],
            .n_rights = role->n_rights,
            .level = role->level,
        };
    }
}

static void build_categories(const struct estate *estate, struct room *room)
{
    for (size_t i = 0; i < estate->n_scopes; i++)
        room->scopes[i] = (struct rbac_scope){
            .id = name_put(room, 'S', i),
            .name = name_put(room, 's', i),
            .is_all = i == estate->all_scope,
            .is_default = i != estate->all_scope && i == estate->default_scope,
        };
    for (size_t i = 0; i < estate->n_collections; i++)
        room->collections[i] = (struct rbac_collection){
            .id = name_put(room, 'C', i),
            .name = name_put(room, 'c', i),
            .limiting = estate->limiting[i] == NO_PARENT ? RBAC_NONE
                                                         : estate->limiting[i],
        };
}

static const uint32_t *build_list(const struct list *list, uint32_t *indexes)
{
    for (size_t i = 0; i < list->n; i++)
        indexes[i] = list->at[i];
    return indexes;
}

static struct rbac_assignment build_assignment(const struct assignment *from,
                                               uint32_t indexes[3][LIST_MAX])
{
    return (struct rbac_assignment){
        .roles = build_list(&from->roles, indexes[0]),
        .n_roles = from->roles.n,
        .scopes = build_list(&from->scopes, indexes[1]),
        .n_scopes = from->scopes.n,
        .collections = build_list(&from->collections, indexes[2]),
        .n_collections = from->collections.n,
        .from_s = from->from_s,
        .until_s = from->until_s,
    };
}

static void build_admins(const struct estate *estate, struct room *room)
{
    for (size_t i = 0; i < estate->n_admins; i++) {
        const struct admin *admin = &estate->admins[i];

        for (size_t k = 0; k < admin->n_assignments; k++)
            room->assignments[i][k] =
                build_assignment(&admin->assignments[k], room->indexes[i][k]);
        room->admins[i] = (struct rbac_admin){
            .name = name_put(room, admin->is_group ? 'G' : 'U', i),
            .is_group = admin->is_group,
            .is_disabled = admin->is_disabled,
            .assignments = room->assignments[i],
            .n_assignments = admin->n_assignments,
        };
    }
}

enum status built_make(const struct estate *estate, struct built *built_out)
{
    struct room *room = calloc(1, sizeof(*room));

    if (!room)
        return STATUS_NO_MEMORY;
    build_types(estate, room);
    build_roles(estate, room);
    build_categories(estate, room);
    build_admins(estate, room);
    *built_out = (struct built){
        .memory = room,
        .estate = {
            .catalog = estate->is_product ? &rbac_catalog : &room->catalog,
            .roles = room->roles,
            .n_roles = estate->n_roles,
            .scopes = room->scopes,
            .n_scopes = estate->n_scopes,
            .collections = room->collections,
            .n_collections = estate->n_collections,
            .admins = room->admins,
            .n_admins = estate->n_admins,
        }};
    return STATUS_OK;
}

void built_drop(struct built *built)
{
    free(built->memory);
    built->memory = NULL;
}

enum status stand_make(const struct estate *estate, struct stand *stand_out,
                       struct rbac_problem *problem_out)
{
    TRY(built_make(estate, &stand_out->built));
    return rbac_engine_build(&stand_out->built.estate, &stand_out->engine,
                             problem_out);
}

void stand_drop(struct stand *stand)
{
    rbac_engine_free(stand->engine);
    stand->engine = NULL;
    built_drop(&stand->built);
}

enum status list_subject(const struct list *admins,
                         const struct rbac_engine *engine, int64_t now_s,
                         struct rbac_subject **subject_out)
{
    uint32_t indexes[LIST_MAX];

    return rbac_subject_new_at(engine, build_list(admins, indexes), admins->n,
                               now_s, subject_out);
}

struct rbac_request question_request(const struct question *question,
                                     uint32_t labels[LIST_MAX])
{
    return (struct rbac_request){
        .type = question->type,
        .operation = question->operation,
        .is_type_wide = question->is_type_wide,
        .labels = build_list(&question->labels, labels),
        .n_labels = question->labels.n,
        .level = question->level,
        .now_s = question->now_s,
    };
}

struct rbac_decision question_check(const struct question *question,
                                    const struct rbac_subject *subject)
{
    uint32_t labels[LIST_MAX];
    const struct rbac_request request = question_request(question, labels);

    return rbac_check(subject, &request);
}

/* When the subject is made: as its first question is asked. */
static int64_t first_asked_s(const struct trial *trial, size_t subject)
{
    for (size_t i = 0; i < trial->n_questions; i++)
        if (trial->questions[i].subject == subject)
            return trial->questions[i].now_s;
    return 0;
}

enum status trial_answer(const struct trial *trial,
                         struct rbac_decision *answers,
                         struct rbac_problem *problem_out)
{
    SCOPED(stand_drop) struct stand stand = {0};

    TRY(stand_make(&trial->estate, &stand, problem_out));
    for (size_t s = 0; s < trial->n_subjects; s++) {
        OWNED(rbac_subject) subject = NULL;

        TRY(list_subject(&trial->subjects[s], stand.engine,
                         first_asked_s(trial, s), &subject));
        for (size_t i = 0; i < trial->n_questions; i++)
            if (trial->questions[i].subject == s)
                answers[i] = question_check(&trial->questions[i], subject);
    }
    return STATUS_OK;
}
