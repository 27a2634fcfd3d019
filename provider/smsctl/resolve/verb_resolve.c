/*
 * smsctl policy resolve: the SIDs of groups that policy files name, looked up
 * once and written into the files.
 *
 * Here, and not in the provider: who writes the file sees whom it means before
 * anybody is given anything, the SID stands in what is reviewed, approved and
 * kept, and no sign-in, start or change of the policy waits for a domain.
 */
#include "provider/smsctl/resolve/verb_resolve.h"

#include <errno.h>
#include <string.h>

#include "policy/held/held_group.h"
#include "provider/client/file.h"
#include "provider/smsctl/policy_files.h"
#include "provider/smsctl/report.h"
#include "provider/smsctl/resolve/domain_name.h"
#include "provider/smsctl/resolve/file_replace.h"

enum { ARENA_MAX_BYTES = 64 * 1024 * 1024 };

/* One file under way. */
struct resolving {
    struct console *console;
    const char *path;
    struct arena *arena;              /* of all files */
    struct policy_messages *messages; /* of all files */
    struct held_groups groups;
    const char **sids; /* [groups.n]: found now; NULL: none, or there is one */
    size_t n_found;
};

/* ---- One name ---- */

/* A SID that the file has is never replaced: the name may be another group's
 * by now. */
static void compare(struct resolving *resolving, const struct held_group *group,
                    enum domain_name_kind kind, const char *sid)
{
    const char *name = message_quote(resolving->arena, text_of(group->name));

    if (kind == DOMAIN_NAME_NOBODY)
        messages_error(resolving->messages, group->place,
                       "no group is called %s now; the rights are those of %s, "
                       "whatever it is called",
                       name, group->sid);
    else if (strcmp(sid, group->sid) != 0)
        messages_error(resolving->messages, group->place,
                       "%s is %s now; the rights are those of %s, which had "
                       "the name or was written beside it",
                       name, sid, group->sid);
}

static void take(struct resolving *resolving, size_t i,
                 enum domain_name_kind kind, const char *sid)
{
    const struct held_group *group = &resolving->groups.items[i];
    const char *name = message_quote(resolving->arena, text_of(group->name));

    switch (kind) {
    case DOMAIN_NAME_NOBODY:
        messages_error(resolving->messages, group->place,
                       "no group is called %s, in a domain that this host "
                       "knows",
                       name);
        return;
    case DOMAIN_NAME_OTHER:
        messages_error(resolving->messages, group->place,
                       "%s (%s) is not a group of a domain", name, sid);
        return;
    case DOMAIN_NAME_GROUP:
        resolving->sids[i] = arena_text(resolving->arena, text_of(sid));
        resolving->n_found++;
        console_note(resolving->console, "%s:%u: %s is %s.", resolving->path,
                     group->place.line, name, sid);
        return;
    }
}

static enum smsclient_result look(struct resolving *resolving, size_t i)
{
    const struct held_group *group = &resolving->groups.items[i];
    char sid[SID_TEXT_BYTES] = "";
    enum domain_name_kind kind;
    const char *why;
    const enum status looked = domain_name_look(group->name, &kind, sid, &why);

    if (looked == STATUS_UNAVAILABLE)
        return console_fail(
            resolving->console, SMSCLIENT_UNAVAILABLE,
            "%s cannot be looked up: %s. Run it on a host of "
            "the domain, or write the SID beside the name.",
            message_quote(resolving->arena, text_of(group->name)), why);
    if (looked == STATUS_INVALID)
        messages_error(resolving->messages, group->place,
                       "%s is not a group such as CORP\\SMS Admins, with the "
                       "domain before it",
                       message_quote(resolving->arena, text_of(group->name)));
    else if (looked != STATUS_OK)
        return console_printed(resolving->console, looked);
    else if (group->sid)
        compare(resolving, group, kind, sid);
    else
        take(resolving, i, kind, sid);
    return SMSCLIENT_OK;
}

/* ---- One file ---- */

static enum smsclient_result write_file(struct resolving *resolving,
                                        struct text text)
{
    SCOPED(buf_free) struct buf out = buf_make(POLICY_FILE_MAX_BYTES);
    struct console *console = resolving->console;
    enum status written =
        held_groups_write(resolving->path, text, &resolving->groups,
                          resolving->sids, resolving->arena, &out);

    if (written == STATUS_CONFLICT)
        return console_fail(console, SMSCLIENT_INVALID,
                            "%s is written in a way that cannot be changed "
                            "here. Write the SIDs beside the names.",
                            resolving->path);
    if (written == STATUS_OK)
        written = file_replace(resolving->path, buf_text(&out));
    if (written == STATUS_UNAVAILABLE)
        return console_fail(console, SMSCLIENT_FAILED,
                            "%s cannot be written: %s.", resolving->path,
                            strerror(errno));
    return console_printed(console, written);
}

/* All names of it, or none are written: what is left would be overlooked. */
static enum smsclient_result resolve(struct resolving *resolving,
                                     struct text text)
{
    const size_t n_errors = resolving->messages->n_errors;
    const enum status read = held_groups_read(
        resolving->path, text, resolving->messages, &resolving->groups);
    enum smsclient_result done = SMSCLIENT_OK;

    if (read == STATUS_INVALID)
        return SMSCLIENT_OK; /* the messages have it */
    if (read != STATUS_OK)
        return console_printed(resolving->console, read);
    resolving->sids = arena_alloc(resolving->arena, resolving->groups.n,
                                  sizeof(*resolving->sids));
    if (!resolving->sids)
        return console_printed(resolving->console, STATUS_NO_MEMORY);
    for (size_t i = 0; done == SMSCLIENT_OK && i < resolving->groups.n; i++)
        done = look(resolving, i);
    if (done != SMSCLIENT_OK || resolving->n_found == 0 ||
        resolving->messages->n_errors > n_errors)
        return done;
    return write_file(resolving, text);
}

static enum smsclient_result resolve_file(struct console *console,
                                          const char *path, struct arena *arena,
                                          struct policy_messages *messages)
{
    SCOPED(buf_free) struct buf text = buf_make(POLICY_FILE_MAX_BYTES);
    struct resolving resolving = {
        .console = console, .path = path, .arena = arena, .messages = messages};
    const enum status read = file_read(path, &text);

    return read == STATUS_OK ? resolve(&resolving, buf_text(&text))
                             : report_unreadable(console, path, read);
}

enum smsclient_result verb_policy_resolve(struct console *console)
{
    OWNED(arena) arena = NULL;
    struct policy_messages messages;
    enum smsclient_result done = SMSCLIENT_OK;
    enum smsclient_result told;

    if (arena_new(ARENA_MAX_BYTES, &arena) != STATUS_OK)
        return console_printed(console, STATUS_NO_MEMORY);
    messages = messages_make(arena);
    for (size_t i = 0; done == SMSCLIENT_OK && i < console->arguments.n_words;
         i++)
        done = resolve_file(console, console->arguments.words[i], arena,
                            &messages);
    told = report_messages(console, messages.items, messages.n_items);
    if (done == SMSCLIENT_OK)
        done = told;
    return done == SMSCLIENT_OK && messages.n_errors ? SMSCLIENT_INVALID : done;
}
