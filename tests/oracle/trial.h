/*
 * A trial: one small estate, callers, and questions about them.
 *
 * All of it is plain data without pointers of its own, so that it can be
 * copied, cut down (shrink.h) and printed. trial_answer() puts it before the
 * engine; the oracles (oracle.h) answer the same trial without it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "provider/base/level.h"
#include "provider/base/status.h"
#include "rbac/build.h"
#include "rbac/rbac.h"

enum {
    LIST_MAX = 10,
    TYPES_MAX = 6,
    ROLES_MAX = 8,
    RIGHTS_MAX = 12,
    SCOPES_MAX = 132,
    COLLECTIONS_MAX = 140,
    ADMINS_MAX = 10,
    ASSIGNMENTS_MAX = 4,
    SUBJECTS_MAX = 8,
    QUESTIONS_MAX = 256,
};

#define NO_PARENT UINT16_MAX

/* Indexes into one of the estate's arrays. */
struct list {
    uint16_t at[LIST_MAX];
    uint16_t n;
};

struct role {
    struct rbac_right rights[RIGHTS_MAX];
    size_t n_rights;
    enum auth_level level;
};

struct assignment {
    struct list roles;
    struct list scopes;
    struct list collections;
    int64_t from_s;
    int64_t until_s;
};

struct admin {
    struct assignment assignments[ASSIGNMENTS_MAX];
    size_t n_assignments;
    bool is_group;
    bool is_disabled;
};

struct estate {
    bool is_product; /* types[] are some of the product's catalog */
    bool has_top;    /* role 0 is the one of full administrators */
    struct rbac_type types[TYPES_MAX]; /* ascending; implies is not used */
    uint32_t implies[TYPES_MAX][RBAC_OPERATIONS_MAX];
    size_t n_types;
    struct role roles[ROLES_MAX];
    size_t n_roles;
    uint16_t all_scope;     /* when n_scopes is not 0 */
    uint16_t default_scope; /* never All: with one scope there is none */
    size_t n_scopes;
    uint16_t limiting[COLLECTIONS_MAX]; /* NO_PARENT: a root */
    size_t n_collections;
    struct admin admins[ADMINS_MAX];
    size_t n_admins;
};

struct question {
    uint16_t subject; /* index into the trial's subjects */
    uint16_t type;
    uint8_t operation;
    bool is_type_wide;
    struct list labels;
    enum auth_level level;
    int64_t now_s;
};

struct trial {
    struct estate estate;
    struct list subjects[SUBJECTS_MAX]; /* the admins that apply */
    size_t n_subjects;
    struct question questions[QUESTIONS_MAX];
    size_t n_questions;
};

/* NULL when the estate has no such type. */
const struct rbac_type *estate_type(const struct estate *estate, uint16_t id);

bool list_has(const struct list *list, uint16_t index);

/* Does nothing when the index stands there already or the list is full. */
void list_add(struct list *list, uint16_t index);

/* Does nothing when it does not stand there. */
void list_remove(struct list *list, uint16_t index);

/* The estate as the engine takes it, in memory of its own. */
struct built {
    struct rbac_estate estate;
    void *memory; /* one block for the catalog, all arrays and names */
};

MUST_CHECK
enum status built_make(const struct estate *estate, struct built *built_out);
void built_drop(struct built *built);

/* An engine, and what it was built from. */
struct stand {
    struct built built;
    struct rbac_engine *engine;
};

/* As rbac_engine_build; zero the stand before. */
MUST_CHECK
enum status stand_make(const struct estate *estate, struct stand *stand_out,
                       struct rbac_problem *problem_out);
void stand_drop(struct stand *stand);

/* The caller to whom these records apply, made at a time. */
MUST_CHECK
enum status list_subject(const struct list *admins,
                         const struct rbac_engine *engine, int64_t now_s,
                         struct rbac_subject **subject_out);

/* The question as the engine takes it; labels is the room for its labels. */
struct rbac_request question_request(const struct question *question,
                                     uint32_t labels[LIST_MAX]);

/* One question to the engine. */
struct rbac_decision question_check(const struct question *question,
                                    const struct rbac_subject *subject);

/* answers[trial->n_questions], from the engine. */
MUST_CHECK
enum status trial_answer(const struct trial *trial,
                         struct rbac_decision *answers,
                         struct rbac_problem *problem_out);

/* Everything in words: the estate, the callers, the questions. */
void trial_print(const struct trial *trial, FILE *out);
void role_print(size_t id, const struct role *role, FILE *out);
void admin_print(size_t id, const struct admin *admin, FILE *out);
void question_print(const struct question *question, FILE *out);
