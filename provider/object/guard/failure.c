/*
 * Why a call failed, and second rights that an act needs.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "provider/base/mutant.h"
#include "provider/object/coverage.h"
#include "provider/object/guard/author.h"
#include "provider/object/object_private.h"

static void say(struct object_call *call, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

static void say(struct object_call *call, const char *format, va_list args)
{
    vsnprintf(call->failure.why, sizeof(call->failure.why), format, args);
}

enum status fail_invalid(struct object_call *call, const char *property,
                         const char *format, ...)
{
    va_list args;

    call->failure = (struct object_failure){0};
    snprintf(call->failure.property, sizeof(call->failure.property), "%s",
             property);
    va_start(args, format);
    say(call, format, args);
    va_end(args);
    return STATUS_INVALID;
}

enum status fail_conflict(struct object_call *call, const char *format, ...)
{
    va_list args;

    call->failure = (struct object_failure){0};
    va_start(args, format);
    say(call, format, args);
    va_end(args);
    return STATUS_CONFLICT;
}

/* Of the act's own object, where it is one of the type that was asked. */
enum status fail_denied(struct object_call *call, struct rbac_decision decision,
                        struct object_need need)
{
    call->failure = (struct object_failure){
        .denial = denial_make(decision, need),
    };
    if (call->class && call->class->type == need.type)
        denial_name_object(&call->failure.denial, call->class->name,
                           call->target ? call->target->key : "");
    snprintf(call->failure.why, sizeof(call->failure.why), "%s",
             rbac_reason_text(decision.reason));
    return STATUS_DENIED;
}

enum status fail_of(struct object_call *call,
                    const struct object_target *target)
{
    struct denial *denial = &call->failure.denial;

    denial_name_object(denial, need_class_name(denial->need), target->key);
    return STATUS_DENIED;
}

enum status fail_guard(struct object_call *call, enum rbac_reason reason,
                       struct object_need need, const char *format, ...)
{
    const struct rbac_decision decision = {RBAC_DENY, reason, AUTH_LEVEL_NONE};
    const enum status status = fail_denied(call, decision, need);
    va_list args;

    va_start(args, format);
    say(call, format, args);
    va_end(args);
    return status;
}

/* ---- Second rights ---- */

struct rbac_decision actor_check(const struct object_call *call,
                                 struct object_need need, bool is_type_wide,
                                 const uint32_t *labels, size_t n_labels)
{
    const struct rbac_request request = {
        .type = need.type,
        .operation = need.operation,
        .is_type_wide = is_type_wide,
        .labels = labels,
        .n_labels = n_labels,
        .level = call->actor.level,
        .now_s = call->actor.now_s,
    };

    return rbac_check(call->actor.subject, &request);
}

enum status object_actor_may(struct object_call *call, struct object_need need,
                             bool is_type_wide, const uint32_t *labels,
                             size_t n_labels)
{
    const struct rbac_decision decision =
        actor_check(call, need, is_type_wide, labels, n_labels);

    if (decision.verdict == RBAC_ALLOW)
        return STATUS_OK;
    return fail_denied(call, decision, need);
}

struct question actor_question(const struct object_call *call,
                               struct object_need need,
                               const struct object_target *target)
{
    return (struct question){
        .subject = call->actor.subject,
        .level = call->actor.level,
        .now_s = call->actor.now_s,
        .need = need,
        .target = target,
    };
}

/* Only readers of a scope or collection see its name. */
static bool is_named(const struct object_call *call,
                     const struct rbac_missing *missing)
{
    const struct rbac_decision read =
        missing->is_collection
            ? actor_check(call, class_collection.read, false,
                          &missing->category, 1)
            : actor_check(call, class_scope.read, false, NULL, 0);

    return read.verdict == RBAC_ALLOW ||
           (!missing->is_collection && MUTANT("a10-scope-names"));
}

static const char *category_name(const struct object_call *call,
                                 const struct rbac_missing *missing)
{
    const struct rbac_estate *estate = rbac_engine_estate(call->actor.engine);

    if (!is_named(call, missing))
        return "";
    return missing->is_collection ? estate->collections[missing->category].name
                                  : estate->scopes[missing->category].name;
}

/* "in the scope NAME" begins with it. */
static const char *category_words(bool is_collection, bool is_named)
{
    if (is_collection)
        return is_named ? "on the collection "
                        : "on a collection that you may not read";
    return is_named ? "in the scope " : "in a scope that you may not read";
}

void fail_missing(struct object_call *call, const struct rbac_missing *missing)
{
    const struct object_need need = {missing->type, missing->operation};
    struct denial_missing *named = &call->failure.denial.missing;
    const char *category = category_name(call, missing);

    named->type = missing->type;
    named->operation = missing->operation;
    named->is_collection = missing->is_collection;
    snprintf(named->role, sizeof(named->role), "%s",
             rbac_engine_estate(call->actor.engine)->roles[missing->role].name);
    snprintf(named->category, sizeof(named->category), "%s", category);
    snprintf(call->failure.why, sizeof(call->failure.why),
             "Nobody can give more than they hold: the role %.80s %s%.80s "
             "needs %.80s on %.80s there.",
             named->role,
             category_words(missing->is_collection, category[0] != '\0'),
             category, need_operation_name(need), need_class_name(need));
}

bool actor_may_read(const struct object_call *call,
                    const struct object_class *class,
                    const struct object_target *target)
{
    const struct question q = actor_question(call, class->read, target);

    return question_decide(&q).verdict == RBAC_ALLOW;
}

enum status actor_refer(struct object_call *call, const char *property,
                        const struct object_class *class, struct text key,
                        struct object_target *target_out)
{
    enum status found;
    struct question_answer answer = {0};

    found = object_target_read(call->store, call->actor.map, class, key,
                               target_out);
    if (found != STATUS_OK && found != STATUS_NOT_FOUND)
        return found;
    if (found == STATUS_OK) {
        const struct question q = actor_question(call, class->read, target_out);

        answer = question_answer(&q);
    }
    if (answer.decision.verdict == RBAC_ALLOW_AT_LEVEL) {
        (void)fail_denied(call, answer.decision, answer.need);
        denial_name_object(&call->failure.denial, class->name, target_out->key);
        return STATUS_DENIED;
    }
    if (answer.decision.verdict == RBAC_DENY)
        return fail_invalid(call, property, "There is no such %s.",
                            class->name);
    return STATUS_OK;
}

enum status actor_need(struct object_call *call, struct object_need need,
                       const struct object_target *target)
{
    const enum status status =
        object_actor_may(call, need, false, target->labels, target->n_labels);

    return status == STATUS_DENIED ? fail_of(call, target) : status;
}

/* Is this a user of the target that the caller may know of? */
static enum status may_name(struct object_call *call, struct text class_name,
                            struct text key, bool *may_out)
{
    SCOPED(object_target_clear) struct object_target user = {0};
    const struct object_class *class = object_class_find(class_name);

    *may_out = false;
    if (!class)
        return STATUS_OK;
    TRY(object_target_read(call->store, call->actor.map, class, key, &user));
    if (!actor_may_read(call, class, &user))
        return STATUS_OK;
    *may_out = true;
    return fail_conflict(call, "It is in use by %s %s (%s).", class->name,
                         user.key, user.name);
}

enum status actor_check_unused(struct object_call *call, const char *sql)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;
    bool is_used = false;
    bool is_named = false;

    TRY(store_prepare_with(call->store, sql,
                           STORE_ARGS(STORE_INT(call->target->row),
                                      STORE_TEXT(text_of(call->target->key))),
                           &stmt));
    while ((found = store_step(stmt)) == STATUS_OK) {
        const enum status named =
            may_name(call, store_text(stmt, 0), store_text(stmt, 1), &is_named);

        if (is_named || named != STATUS_OK)
            return named;
        is_used = true;
    }
    if (found != STATUS_END)
        return found;
    if (is_used)
        return fail_conflict(call, "It is in use.");
    return STATUS_OK;
}

static bool ask_actor(void *context, uint16_t type, uint8_t operation,
                      const uint32_t *labels, size_t n_labels)
{
    const struct object_call *call = context;
    const struct object_need need = {type, operation};

    return actor_check(call, need, !labels, labels, n_labels).verdict ==
           RBAC_ALLOW;
}

static bool ask_coverage(void *context, int64_t admin)
{
    const struct object_call *call = context;
    const struct coverage coverage = {call->actor.subject, call->actor.engine,
                                      call->actor.map, call->actor.now_s};

    return coverage_has(&coverage, admin);
}

struct object_filter actor_filter(struct object_call *call)
{
    return (struct object_filter){ask_actor, call, call->actor.map,
                                  ask_coverage};
}

enum status estate_touch(struct object_call *call)
{
    int64_t serial;

    call->estate_changed = true;
    TRY(store_number(call->store, "estate", &serial));
    TRY(store_set_number(call->store, "estate", serial + 1));
    return author_check_act(call);
}
