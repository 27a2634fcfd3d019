/*
 * Policy tests: what they name must exist, or they prove nothing.
 */
#include "policy/compile.h"

static bool write_test(struct compile *compile, const struct draft_test *draft,
                       struct policy_test *out)
{
    const bool can = draft->can.text != NULL;
    const struct schema_word operation = can ? draft->can : draft->cannot;
    const struct rbac_type *type = compile_type(compile, draft->class_name);

    if (type)
        (void)compile_operation(compile, type, operation);
    if (type && type->id == RBAC_TYPE_COLLECTION)
        compile_hint_collection(compile, draft->key);
    for (size_t i = 0; i < draft->n_scopes; i++)
        (void)compile_find(compile, &compile->scopes, draft->scopes[i]);
    *out = draft->said;
    out->place = draft->place;
    out->can = can;
    out->operation = operation.text;
    out->class_name = draft->class_name.text;
    out->key = draft->key.text;
    out->scopes = compile_texts(compile, draft->scopes, draft->n_scopes);
    out->n_scopes = draft->n_scopes;
    return out->scopes != NULL;
}

bool compile_tests(struct compile *compile)
{
    struct policy_test *tests;
    size_t n = 0;

    for (size_t i = 0; i < compile->n_drafts; i++)
        n += compile->drafts[i].n_tests;
    tests = arena_alloc(compile->arena, n, sizeof(*tests));
    if (!tests)
        return false;
    n = 0;
    for (size_t i = 0; i < compile->n_drafts; i++)
        for (size_t j = 0; j < compile->drafts[i].n_tests; j++)
            if (!write_test(compile, &compile->drafts[i].tests[j], &tests[n++]))
                return false;
    compile->policy->tests = tests;
    compile->policy->n_tests = n;
    return true;
}
