#include "policy/plan.h"

#include <string.h>

#include "policy/describe.h"
#include "policy/write.h"

const char *policy_change_name(enum policy_change_kind kind)
{
    switch (kind) {
    case POLICY_CHANGED:
        return "changed";
    case POLICY_ADDED:
        return "added";
    case POLICY_REMOVED:
        return "removed";
    }
    return "changed";
}

/* Lines of a that b does not have: both are sorted. */
static const char *const *lines_without(const struct object *a,
                                        const struct object *b,
                                        struct arena *arena, size_t *n_out)
{
    const char **lines = arena_alloc(arena, a->n_lines, sizeof(*lines));
    size_t at = 0;
    size_t n = 0;

    for (size_t i = 0; lines && i < a->n_lines; i++) {
        while (at < b->n_lines && strcmp(b->lines[at], a->lines[i]) < 0)
            at++;
        if (at == b->n_lines || strcmp(b->lines[at], a->lines[i]) != 0)
            lines[n++] = a->lines[i];
    }
    *n_out = n;
    return lines;
}

/* The objects before and after of one name; NULL: missing. */
static struct policy_change compare(const struct object *before,
                                    const struct object *after,
                                    struct arena *arena)
{
    static const struct object nothing = {.n_lines = 0};
    const struct object *named = after ? after : before;
    struct policy_change change = {
        .kind = !before  ? POLICY_ADDED
                : !after ? POLICY_REMOVED
                         : POLICY_CHANGED,
        .what = named->what,
        .name = named->name,
        .place = named->place,
    };

    before = before ? before : &nothing;
    after = after ? after : &nothing;
    change.gained = lines_without(after, before, arena, &change.n_gained);
    change.lost = lines_without(before, after, arena, &change.n_lost);
    return change;
}

static int order_of(const struct object *a, const struct object *b)
{
    const int by_what = strcmp(a->what, b->what);

    return by_what ? by_what : strcmp(a->name, b->name);
}

static enum status merge(const struct objects *before,
                         const struct objects *after, struct arena *arena,
                         struct policy_plan *plan_out)
{
    struct policy_change *changes =
        arena_alloc(arena, before->n_items + after->n_items, sizeof(*changes));
    size_t b = 0;
    size_t a = 0;
    size_t n = 0;

    if (!changes)
        return arena_status(arena);
    while (b < before->n_items || a < after->n_items) {
        const int order = b == before->n_items ? 1
                          : a == after->n_items
                              ? -1
                              : order_of(&before->items[b], &after->items[a]);
        const struct policy_change change =
            compare(order <= 0 ? &before->items[b] : NULL,
                    order >= 0 ? &after->items[a] : NULL, arena);

        b += order <= 0;
        a += order >= 0;
        if (order != 0 || change.n_gained || change.n_lost)
            changes[n++] = change;
    }
    *plan_out = (struct policy_plan){changes, n};
    return arena_status(arena);
}

enum status policy_plan_make(const struct policy *before,
                             const struct policy *after, struct arena *arena,
                             struct policy_plan *plan_out)
{
    static const struct policy nothing;
    struct objects old;
    struct objects new;

    if (!describe(before ? before : &nothing, arena, &old) ||
        !describe(after, arena, &new))
        return arena_status(arena);
    return merge(&old, &new, arena, plan_out);
}

static void write_line(const char *sign, const char *line, struct buf *out)
{
    buf_append_format(out, "    %s ", sign);
    policy_write_seen(text_of(line), out);
    buf_append_char(out, '\n');
}

static void write_lines(const char *sign, const char *const *lines, size_t n,
                        struct buf *out)
{
    for (size_t i = 0; i < n; i++)
        write_line(sign, lines[i], out);
}

void policy_plan_write_text(const struct policy_plan *plan, struct buf *out)
{
    static const char *const signs[] = {"~", "+", "-"};

    if (plan->n_changes == 0)
        buf_append_string(out, "nothing changes\n");
    for (size_t i = 0; i < plan->n_changes; i++) {
        const struct policy_change *change = &plan->changes[i];

        buf_append_format(out, "%s %s ", signs[change->kind], change->what);
        policy_write_seen(text_of(change->name), out);
        buf_append_char(out, '\n');
        write_lines("-", change->lost, change->n_lost, out);
        write_lines("+", change->gained, change->n_gained, out);
    }
}

static void write_array(struct json_writer *w, const char *key,
                        const char *const *lines, size_t n)
{
    writer_key(w, key);
    writer_array_begin(w);
    for (size_t i = 0; i < n; i++)
        writer_string(w, lines[i]);
    writer_array_end(w);
}

static void write_place(struct json_writer *w, struct policy_place place)
{
    SCOPED(buf_free) struct buf text = buf_make(8192);

    if (!place.file || !place.line)
        return;
    buf_append_format(&text, "%s:%u:%u", place.file, place.line, place.column);
    writer_put_text(w, "at", buf_text(&text));
}

void policy_plan_write_json(const struct policy_plan *plan,
                            struct json_writer *w)
{
    writer_array_begin(w);
    for (size_t i = 0; i < plan->n_changes; i++) {
        const struct policy_change *change = &plan->changes[i];

        writer_object_begin(w);
        writer_put_string(w, "change", policy_change_name(change->kind));
        writer_put_string(w, "what", change->what);
        writer_put_string(w, "name", change->name);
        write_place(w, change->place);
        write_array(w, "gained", change->gained, change->n_gained);
        write_array(w, "lost", change->lost, change->n_lost);
        writer_object_end(w);
    }
    writer_array_end(w);
}
