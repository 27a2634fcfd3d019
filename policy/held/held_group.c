#include "policy/held/held_group.h"

#include <string.h>

#include "policy/yaml.h"

/* A file being read. */
struct finding {
    struct text text;
    struct arena *arena;
    struct held_groups *groups;
    size_t n_room;
};

/* ---- Places ---- */

/* The byte where the line begins; the end of the text if there is none. */
static size_t line_start(struct text text, unsigned line)
{
    size_t at = 0;

    while (line > 1 && at < text.size) {
        const char *end = memchr(text.data + at, '\n', text.size - at);

        at = end ? (size_t)(end - text.data) + 1 : text.size;
        line--;
    }
    return at;
}

/* Columns are characters, which begin with any byte but 10xxxxxx. */
static size_t byte_of(struct text text, struct policy_place place)
{
    size_t at = line_start(text, place.line);

    for (unsigned column = 1; column < place.column && at < text.size;
         column++) {
        at++;
        while (at < text.size && ((unsigned char)text.data[at] & 0xC0) == 0x80)
            at++;
    }
    return at;
}

/* ---- Reading ---- */

static const struct yaml_node *under(const struct yaml_node *map,
                                     const char *key)
{
    return map ? yaml_get(map, text_of(key)) : NULL;
}

static struct held_group *add(struct finding *finding)
{
    struct held_groups *groups = finding->groups;

    if (groups->n == finding->n_room) {
        const size_t n = finding->n_room ? 2 * finding->n_room : 8;
        struct held_group *more = arena_alloc(finding->arena, n, sizeof(*more));

        if (!more)
            return NULL;
        if (groups->n)
            memcpy(more, groups->items, groups->n * sizeof(*more));
        groups->items = more;
        finding->n_room = n;
    }
    return &groups->items[groups->n++];
}

static enum status find_in(struct finding *finding,
                           const struct yaml_node *record)
{
    const struct yaml_node *group = under(record, "group");
    const struct yaml_node *name = under(group, "name");
    const struct yaml_node *sid = under(group, "sid");
    struct held_group *found;
    bool has_braces;

    if (!name || name->kind != YAML_TEXT || (sid && sid->kind != YAML_TEXT))
        return STATUS_OK;
    found = add(finding);
    if (!found)
        return STATUS_NO_MEMORY;
    *found = (struct held_group){
        .place = name->place,
        .name = name->text.data,
        .sid = sid ? sid->text.data : NULL,
        .at = byte_of(finding->text, name->key_place),
    };
    has_braces = byte_of(finding->text, group->place) < found->at;
    found->indent = has_braces ? 0 : name->key_place.column - 1;
    return STATUS_OK;
}

static enum status find_all(struct finding *finding,
                            const struct yaml_node *list)
{
    if (!list || list->kind != YAML_LIST)
        return STATUS_OK;
    for (const struct yaml_node *item = list->first; item; item = item->next)
        TRY(find_in(finding, item));
    return STATUS_OK;
}

enum status held_groups_read(const char *file, struct text text,
                             struct policy_messages *messages,
                             struct held_groups *groups_out)
{
    struct held_groups groups = {0};
    struct finding finding = {
        .text = text, .arena = messages->arena, .groups = &groups};
    const struct yaml_node *root;

    TRY(yaml_read(file, text, messages->arena, messages, &root));
    if (messages->n_errors)
        return STATUS_INVALID;
    TRY(find_all(&finding, under(under(root, "authentication"), "exclusions")));
    TRY(find_all(&finding, under(root, "administrators")));
    *groups_out = groups;
    return STATUS_OK;
}

/* ---- Writing ---- */

/* Before the name, whose end may be anywhere. */
static void put_sid(const struct held_group *group, const char *sid,
                    struct buf *out)
{
    buf_append_format(out, "sid: %s", sid);
    if (!group->indent) {
        buf_append_string(out, ", ");
        return;
    }
    buf_append_char(out, '\n');
    for (size_t i = 0; i < group->indent; i++)
        buf_append_char(out, ' ');
}

static bool is_same(const struct held_group *before,
                    const struct held_group *after, const char *sid)
{
    const char *wanted = before->sid ? before->sid : sid;

    if (strcmp(before->name, after->name) != 0 || !wanted != !after->sid)
        return false;
    return !wanted || strcmp(wanted, after->sid) == 0;
}

/* What was written is read again: YAML has more ways than are known here. */
static enum status check_written(const char *file, struct text written,
                                 const struct held_groups *groups,
                                 const char *const *sids, struct arena *arena)
{
    struct policy_messages messages = messages_make(arena);
    struct held_groups again;
    const enum status read = held_groups_read(file, written, &messages, &again);

    if (read == STATUS_NO_MEMORY)
        return read;
    if (read != STATUS_OK || again.n != groups->n)
        return STATUS_CONFLICT;
    for (size_t i = 0; i < groups->n; i++)
        if (!is_same(&groups->items[i], &again.items[i], sids[i]))
            return STATUS_CONFLICT;
    return STATUS_OK;
}

/* The next place to write at, from a byte on; NULL: none. Exclusions may stand
 * before or after administrators. */
static const struct held_group *next_after(const struct held_groups *groups,
                                           const char *const *sids, size_t at,
                                           size_t *index_out)
{
    const struct held_group *next = NULL;

    for (size_t i = 0; i < groups->n; i++) {
        const struct held_group *group = &groups->items[i];

        if (group->sid || !sids[i] || group->at < at ||
            (next && group->at >= next->at))
            continue;
        next = group;
        *index_out = i;
    }
    return next;
}

enum status held_groups_write(const char *file, struct text text,
                              const struct held_groups *groups,
                              const char *const *sids, struct arena *arena,
                              struct buf *out)
{
    const struct held_group *group;
    size_t done = 0;
    size_t from = 0;
    size_t i = 0;

    while ((group = next_after(groups, sids, from, &i))) {
        buf_append(out, text.data + done, group->at - done);
        put_sid(group, sids[i], out);
        done = group->at;
        from = done + 1;
    }
    buf_append(out, text.data + done, text.size - done);
    TRY(buf_status(out));
    return check_written(file, buf_text(out), groups, sids, arena);
}
