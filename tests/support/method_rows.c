/* Prints the table of methods, one a line, for the page of reference:
 * name, need, kind, parameters. */
#include <inttypes.h>
#include <stdio.h>

#include "provider/method/table.h"
#include "rbac/catalog.h"

static const char *const kinds[] = {
    [PARAM_TEXT] = "text",       [PARAM_INTEGER] = "number",
    [PARAM_BOOLEAN] = "boolean", [PARAM_OBJECT] = "object",
    [PARAM_OBJECTS] = "objects", [PARAM_TEXTS] = "texts",
    [PARAM_LEVEL] = "level",
};

static const char *const verbs[] = {
    [VERB_READ] = "read",     [VERB_LIST] = "list",
    [VERB_CREATE] = "create", [VERB_MODIFY] = "update",
    [VERB_REMOVE] = "delete", [VERB_IMPORT] = "import",
};

static const char *const policy_verbs[] = {
    [VERB_READ] = "see", [VERB_LIST] = "try", [VERB_MODIFY] = "apply"};

static void print_type(const struct object_need *need)
{
    const struct rbac_type *type = rbac_catalog_type(&rbac_catalog, need->type);

    printf("%s on `%s`", rbac_operation_name(type, need->operation),
           rbac_type_name(type));
}

static void print_need(const struct gate_need *need)
{
    switch (need->kind) {
    case NEEDS_UNSET:
        break;
    case NEEDS_NOTHING:
        printf("nothing: before sign-in too");
        break;
    case NEEDS_HOST:
        printf("to be root of the host or the provider's user, at the Unix "
               "socket");
        break;
    case NEEDS_SESSION:
        printf("a session");
        break;
    case NEEDS_LEVEL:
        printf("a session at the site's minimum level");
        break;
    case NEEDS_VERB:
        printf("the right to %s, of the class", verbs[need->verb]);
        break;
    case NEEDS_METHOD:
        printf("the right of the class's method");
        break;
    case NEEDS_TYPE:
        print_type(&need->type);
        break;
    case NEEDS_SELF_OR_TYPE:
        printf("about others, ");
        print_type(&need->type);
        break;
    case NEEDS_POLICY:
        printf("the right to %s the site's policy", policy_verbs[need->verb]);
        break;
    case NEEDS_MACHINE:
        printf("to be the machine identity of a device");
        break;
    }
}

static const char *kind_of(const struct method *method)
{
    if (method->flags & METHOD_WRITES)
        return "changes, and is on record";
    if (method->flags & (METHOD_RECORDED | METHOD_ONCE))
        return "reads, and is on record";
    return "reads";
}

int main(void)
{
    for (size_t i = 0; i < method_table.n_rows; i++) {
        const struct method *method = &method_table.rows[i];

        printf("%s\t", method->name);
        print_need(&method->needs);
        printf("\t%s\t", kind_of(method));
        for (size_t j = 0; j < method->n_params; j++)
            printf("%s%s %s %d %" PRId64, j ? "," : "", method->params[j].name,
                   kinds[method->params[j].kind], method->params[j].is_required,
                   method->params[j].max);
        printf("\n");
    }
    return 0;
}
