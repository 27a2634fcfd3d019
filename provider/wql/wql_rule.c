/*
 * Decides whether a query may be a rule of a collection.
 *
 * A rule is evaluated over all devices, whoever wrote it, and its author sees
 * which of theirs it found. So it must concern one device at a time: every
 * joined or nested class is tied to the device by ResourceID. A rule that
 * compared devices would disclose devices that its author may not read (T63).
 */
#include <stdarg.h>
#include <stdio.h>

#include "provider/base/mutant.h"
#include "provider/wql/wql.h"

static const char same_resource[] =
    "in a rule, a joined or nested class must be tied by ResourceID: a rule is "
    "about one resource at a time, a query may compare several";

MUST_CHECK
__attribute__((format(printf, 3, 4))) static enum status fail(
    struct wql_problem *problem, uint32_t column, const char *format, ...)
{
    va_list args;

    problem->column = column;
    va_start(args, format);
    vsnprintf(problem->why, sizeof(problem->why), format, args);
    va_end(args);
    return STATUS_INVALID;
}

static bool is_resource_id(struct text name)
{
    return text_equal_nocase(name, TEXT("ResourceID"));
}

static bool is_resource(const struct wql_expr *expr)
{
    return expr->kind == WQL_NAME && is_resource_id(expr->text);
}

/* Does the name refer to a source before this one? */
static bool is_before(const struct wql_query *query,
                      const struct wql_source *source, struct text name)
{
    for (const struct wql_source *s = query->sources; s != source; s = s->next)
        if (text_equal_nocase(s->alias, name))
            return true;
    return false;
}

/* source.ResourceID = earlier.ResourceID, in either order, perhaps AND more. */
static bool is_tie(const struct wql_query *query,
                   const struct wql_source *source, const struct wql_expr *on)
{
    const struct wql_expr *a, *b;

    for (const struct wql_expr *e = on->first; on->kind == WQL_AND && e;
         e = e->next)
        if (is_tie(query, source, e))
            return true;
    if (on->kind != WQL_COMPARE || on->op != WQL_EQUAL)
        return false;
    a = on->first;
    b = a->next;
    if (!is_resource(a) || !is_resource(b))
        return false;
    if (!text_equal_nocase(a->qualifier, source->alias)) {
        a = b;
        b = on->first;
    }
    return text_equal_nocase(a->qualifier, source->alias) &&
           is_before(query, source, b->qualifier);
}

static bool is_tied(const struct wql_query *query,
                    const struct wql_source *source)
{
    if (is_before(query, source, source->alias))
        return false; /* two sources of one name are ambiguous */
    return source->on && is_tie(query, source, source->on);
}

static enum status check_query(const struct wql_query *query,
                               struct wql_problem *problem);

/* As deep as the parser allows: WQL_MAX_DEPTH. */
static enum status check_condition(const struct wql_expr *expr,
                                   struct wql_problem *problem)
{
    const struct wql_query *within = expr->query;

    for (const struct wql_expr *e = expr->first; e; e = e->next)
        TRY(check_condition(e, problem));
    if (expr->kind != WQL_IN_QUERY)
        return STATUS_OK;
    if (!is_resource(expr->first) || within->is_count || within->items->next ||
        !is_resource_id(within->items->name))
        return fail(problem, expr->column, "%s", same_resource);
    return check_query(within, problem);
}

static enum status check_query(const struct wql_query *query,
                               struct wql_problem *problem)
{
    for (const struct wql_source *s = query->sources->next; s; s = s->next) {
        if (!is_tied(query, s))
            return fail(problem, s->column, "%s", same_resource);
        if (!MUTANT("h2-join-compares-devices"))
            TRY(check_condition(s->on, problem));
    }
    return query->where ? check_condition(query->where, problem) : STATUS_OK;
}

static enum status check_class(const struct wql_source *source, bool is_user,
                               struct wql_problem *problem)
{
    static const char *const of_devices[] = {"SMS_R_System"};
    static const char *const of_users[] = {"SMS_R_User", "SMS_R_UserGroup"};
    const char *const *names = is_user ? of_users : of_devices;
    const size_t n = is_user ? ARRAY_SIZE(of_users) : ARRAY_SIZE(of_devices);
    const struct text given = source->class_name;

    for (size_t i = 0; i < n; i++)
        if (text_equal_nocase(given, text_of(names[i])))
            return STATUS_OK;
    return fail(
        problem, source->column,
        "a rule of a collection of %s selects from %s, not from \"%.*s\"",
        is_user ? "users" : "devices", names[0],
        (int)(given.size < 60 ? given.size : 60), given.data);
}

enum status wql_check_rule(const struct wql_query *query, bool is_user,
                           struct wql_problem *problem_out)
{
    *problem_out = (struct wql_problem){.column = query->column};
    if (query->is_count)
        return fail(problem_out, query->column,
                    "a rule selects resources and does not count");
    TRY(check_class(query->sources, is_user, problem_out));
    return check_query(query, problem_out);
}
