/*
 * The inside of the oracle about those who would steal, shared by its files.
 */
#pragma once

#include "tests/unit/rollout/thief_oracle.h"

enum { NEVER = 99, ADMINS = 64, LABELS = 32, CONTENT = 2000 };

/* What may be asked. */
struct point {
    const struct rbac_type *type;
    uint8_t operation;
    const char *label; /* of a scope or collection; NULL */
    uint32_t before;   /* of the label, in either engine */
    uint32_t after;
    int64_t time;
};

typedef void (*point_visit)(void *context, const struct point *point);

/* The first breach stands. */
void thief_say(struct thief_breach *breach, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* By name; RBAC_NONE. */
uint32_t thief_scope(const struct rbac_estate *estate, const char *name);
uint32_t thief_collection(const struct rbac_estate *estate, const char *name);

/* The estate before with the scopes and collections after it too; given. */
struct rbac_engine *thief_extend(const struct rbac_estate *before,
                                 const struct rbac_estate *after);

/* The caller by the people of a site, in an engine of its records; given. */
struct rbac_subject *thief_caller(const struct site *site,
                                  const struct rbac_engine *engine,
                                  const struct declare_caller *caller);

/* The level it needs, NEVER when no level does. */
int thief_cost(const struct rbac_subject *subject, const struct point *point,
               uint32_t label);

void thief_visit(const struct rbac_estate *before,
                 const struct rbac_estate *after, point_visit visit,
                 void *context);
