#include "provider/call/denial.h"

#include "provider/base/mutant.h"
#include "provider/call/method.h"

/* ---- By the gate ---- */

/* A key that names nothing is told as it came; of a denial that is type-wide
 * it says nothing. */
static struct text asked_key(const struct call *call)
{
    const struct object_method *method = call->gate.method;

    if (call->gate.denied_key[0])
        return text_of(call->gate.denied_key);
    if (call->target.key[0])
        return text_of(call->target.key);
    if (call->gate.verdict == GATE_NOT_FOUND || (method && !method->is_static))
        return params_text(call->params, "key");
    return (struct text){0};
}

static void name_asked(struct call *call)
{
    const struct text key = asked_key(call);
    char copy[OBJECT_KEY_MAX_BYTES + 1];

    snprintf(copy, sizeof(copy), "%.*s", (int)key.size, key.data);
    denial_name_object(&call->denial,
                       call->gate.class ? call->gate.class->name : NULL, copy);
}

void denial_by_gate(struct call *call)
{
    call->denial = denial_make(call->gate.decision, call->gate.need);
    name_asked(call);
}

/* ---- By the handler ---- */

/* It found nothing, or says in a sentence of its own why not. */
static void deny_by_handler(struct call *call)
{
    call->denial = denial_make((struct rbac_decision){0}, call->gate.need);
    name_asked(call);
}

/* ---- Which of them ---- */

static int refused_id(const struct object_messages *messages,
                      enum gate_verb verb)
{
    switch (verb) {
    case VERB_CREATE:
    case VERB_IMPORT:
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
    if (call->denial.message_id)
        return call->denial.message_id;
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

static enum rpc_error error_of(const struct call *call, enum rpc_error error)
{
    return error == RPC_DENIED && denial_is_of_level(&call->denial)
               ? RPC_LEVEL_TOO_LOW
               : error;
}

enum rpc_error denial_settle(struct call *call, enum rpc_error error)
{
    if (!is_denial(error)) {
        call->denial.is_set = false; /* cut off before it was answered */
        return error;
    }
    if (call->act.failure.denial.is_set && !MUTANT("d4-gate-alone"))
        call->denial = call->act.failure.denial;
    else if (!call->denial.is_set)
        deny_by_handler(call);
    call->denial.message_id = message_of(call);
    return error_of(call, error);
}
