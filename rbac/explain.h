/*
 * Why it was decided so: the grants that allow, or the nearest misses and the
 * smallest change that would allow. Threads: as rbac/rbac.h.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rbac/rbac.h"

enum rbac_change {
    RBAC_CHANGE_NONE = 0,
    RBAC_CHANGE_ADD_OPERATION,  /* to the grant's role */
    RBAC_CHANGE_ADD_SCOPE,      /* to the grant's assignment: change.scope */
    RBAC_CHANGE_ADD_COLLECTION, /* to the grant's assignment */
    RBAC_CHANGE_SIGN_IN_AT,     /* level */
    RBAC_CHANGE_EXTEND_TIME,    /* of the grant's assignment */
    RBAC_CHANGE_ADD_ASSIGNMENT, /* to grant.admin, RBAC_NONE only if no record
                                   applies; nothing nearer: a role that has it,
                                   here */
    RBAC_CHANGE_REMOVE_COLLECTION, /* the direct assignment that blocks */
};

/* "add-scope": stable, used in answers of access.explain. */
const char *rbac_change_name(enum rbac_change change);

/*
 * A grant that allowed, or a near miss and what it lacks. The change alone
 * would make the answer allow, if it can be made at all: a grant that lacks two
 * things is not a near miss and is not listed.
 */
struct rbac_finding {
    struct rbac_grant grant;
    enum rbac_reason reason; /* RBAC_ALLOWED, or why this one missed */
    enum auth_level level_required;
    enum rbac_change change;  /* the smallest that would allow */
    uint32_t change_category; /* scope or collection to add or remove */
};

/*
 * The decision with the grants that allow it, or the nearest misses first.
 * findings[n_findings], at most RBAC_FINDINGS_MAX.
 */
enum { RBAC_FINDINGS_MAX = 16 };

struct rbac_explanation {
    struct rbac_decision decision;
    struct rbac_finding findings[RBAC_FINDINGS_MAX];
    size_t n_findings;
};

/* The decision is that of rbac_check(). No allocation. */
void rbac_explain(const struct rbac_subject *subject,
                  const struct rbac_request *request,
                  struct rbac_explanation *explanation_out);
