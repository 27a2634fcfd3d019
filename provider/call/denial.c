#include "provider/call/denial.h"

#include <stdio.h>

#include "provider/base/mutant.h"
#include "provider/call/method.h"
#include "rbac/catalog.h"

static void set_key(struct call_denial *denial, const char *key)
{
    snprintf(denial->key, sizeof(denial->key), "%s", key);
}

static const char *class_of_type(uint16_t type)
{
    const struct rbac_type *described =
        type ? rbac_catalog_type(&rbac_catalog, type) : NULL;

    if (!described)
        return "";
    return described->class_name ? described->class_name
                                 : described->display_name;
}

/* ---- By the gate ---- */

static void set_by_gate(struct call *call)
{
    struct call_denial *denial = &call->denial;
    const struct gate *gate = &call->gate;

    if (gate->decision.verdict != RBAC_ALLOW) /* else the method said no */
        denial->decision = gate->decision;
    denial->need = gate->need;
    denial->class_name =
        gate->class ? gate->class->name : class_of_type(gate->need.type);
    if (gate->denied_id)
        set_key(denial, gate->denied_id);
    else if (call->target.key[0])
        set_key(denial, call->target.key);
    else if (params_value(call->params, "key")) /* absent, or not looked at */
        snprintf(denial->key, sizeof(denial->key), "%.*s",
                 (int)params_text(call->params, "key").size,
                 params_text(call->params, "key").data);
}

/* ---- By a second right, or a guard ---- */

/* About the object of the call itself? Then it is of the call's own class. */
static bool is_about_target(const struct call *call)
{
    return call->gate.class &&
           call->gate.class->type == call->act.failure.denied_type &&
           !call->act.failure.denied_key[0];
}

static void set_by_failure(struct call *call)
{
    struct call_denial *denial = &call->denial;
    const struct object_failure *failure = &call->act.failure;

    denial->decision = failure->decision;
    denial->need =
        (struct object_need){failure->denied_type, failure->denied_operation};
    denial->class_name = class_of_type(failure->denied_type);
    set_key(denial, failure->denied_key);
    if (!is_about_target(call))
        return;
    denial->class_name = call->gate.class->name;
    set_key(denial, call->target.key);
}

/* ---- Both ---- */

static int refused_id(const struct object_messages *messages,
                      enum gate_verb verb)
{
    switch (verb) {
    case VERB_CREATE:
        return messages->create_refused;
    case VERB_MODIFY:
        return messages->modify_refused;
    case VERB_REMOVE:
        return messages->delete_refused;
    case VERB_READ:
    case VERB_LIST:
        break;
    }
    return 0;
}

static int message_of(const struct call *call)
{
    if (call->act.failure.message_id)
        return call->act.failure.message_id;
    if (call->gate.method)
        return call->gate.method->refused_message_id;
    if (!call->gate.class || call->method->needs.kind != NEEDS_VERB)
        return 0;
    return refused_id(&call->gate.class->messages, call->method->needs.verb);
}

static bool is_denial(enum rpc_error error)
{
    return error == RPC_DENIED || error == RPC_LEVEL_TOO_LOW ||
           error == RPC_NOT_FOUND;
}

void denial_set(struct call *call, enum rpc_error error)
{
    if (!is_denial(error) || call->denial.is_set)
        return;
    call->denial.is_set = true;
    if (call->act.failure.denied_type && !MUTANT("d4-gate-alone"))
        set_by_failure(call);
    else
        set_by_gate(call);
    call->denial.message_id = message_of(call);
}

struct text denial_operation(const struct call_denial *denial)
{
    const struct rbac_type *type =
        denial->need.type ? rbac_catalog_type(&rbac_catalog, denial->need.type)
                          : NULL;
    const char *name =
        type ? rbac_operation_name(type, denial->need.operation) : NULL;

    return name ? text_of(name) : (struct text){0};
}
