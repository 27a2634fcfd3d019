#include "provider/smsctl/verb_role.h"

#include <string.h>

#include "provider/client/answer.h"
#include "provider/client/file.h"
#include "provider/client/show.h"
#include "provider/smsctl/report.h"
#include "provider/smsctl/role_object.h"
#include "provider/smsctl/suggest/suggestion.h"
#include "provider/smsctl/verb_access.h"

enum { ARENA_MAX_BYTES = 64 * 1024 * 1024 };

/* ---- Roles of the provider ---- */

/* The role whose property has this value, from a list; NULL: none. */
static enum smsclient_result find_role(struct console *console,
                                       const char *property, const char *value,
                                       json_t **role_out)
{
    json_t *params = console_named("SMS_Role", property, value, 1);
    SCOPED(answer_drop) json_t *page = NULL;
    enum smsclient_result called;

    if (!params)
        return console_fail(console, SMSCLIENT_USAGE,
                            "This is too long for a role: %.40s...", value);
    called = console_call(console, "object.list", params, &page);
    if (called == SMSCLIENT_OK)
        *role_out =
            json_incref(json_array_get(json_object_get(page, "items"), 0));
    return called;
}

static const char *text_in(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    return text ? text : "";
}

/* The whole role, with its operations. */
static enum smsclient_result get_role(struct console *console,
                                      const json_t *listed, json_t **role_out)
{
    return console_call(console, "object.get",
                        json_pack("{s:s, s:s}", "class", "SMS_Role", "key",
                                  text_in(listed, "RoleID")),
                        role_out);
}

/* ---- Export ---- */

static enum smsclient_result write_role(struct console *console,
                                        const json_t *object,
                                        struct arena *arena)
{
    SCOPED(buf_free) struct buf xml = buf_make(ROLE_XML_MAX_BYTES);
    const char *name = text_in(object, "RoleName");
    struct role_xml role;
    enum status status = role_object_read(object, arena, &role);

    if (status == STATUS_OK)
        status = role_xml_write(&role, 1, &xml);
    if (status == STATUS_DENIED)
        return console_fail(
            console, SMSCLIENT_DENIED,
            "%s is a built-in role, which every site has and which cannot be "
            "exported. Export a copy of it instead.",
            name);
    if (status == STATUS_INVALID)
        return console_fail(console, SMSCLIENT_INVALID,
                            "%s has characters that XML cannot represent.",
                            name);
    if (status != STATUS_OK)
        return console_printed(console, status);
    if (role_object_has_levels(object))
        console_note(console,
                     "The format has no levels: the levels that %s requires "
                     "are not in the file.",
                     name);
    output_text(&console->output, buf_text(&xml));
    return SMSCLIENT_OK;
}

enum smsclient_result verb_role_export(struct console *console)
{
    const char *named = console->arguments.words[0];
    SCOPED(answer_drop) json_t *listed = NULL;
    SCOPED(answer_drop) json_t *object = NULL;
    OWNED(arena) arena = NULL;
    enum smsclient_result called = find_role(console, "RoleID", named, &listed);

    if (called == SMSCLIENT_OK && !listed)
        called = find_role(console, "RoleName", named, &listed);
    if (called == SMSCLIENT_OK && !listed) {
        called =
            console_fail(console, SMSCLIENT_NOT_FOUND,
                         "There is no role %s, or you may not read it.", named);
        suggestion_print_role(console, named);
    }
    if (called == SMSCLIENT_OK)
        called = get_role(console, listed, &object);
    if (called != SMSCLIENT_OK)
        return called;
    if (arena_new(ARENA_MAX_BYTES, &arena) != STATUS_OK)
        return console_printed(console, STATUS_NO_MEMORY);
    return write_role(console, object, arena);
}

/* ---- Import ---- */

struct import {
    struct console *console;
    struct policy_messages messages;
    const struct role_xml *roles;
    size_t n_roles;
    json_t *before; /* owned: for each role, the one it replaces, or null */
    json_t *done;   /* owned: rows of created and changed roles */
    enum smsclient_result result; /* what the messages amount to */
};

static void import_clear(struct import *import)
{
    json_decref(import->before);
    json_decref(import->done);
}

static void complain(struct import *import, const struct role_xml *role,
                     enum smsclient_result result, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void complain(struct import *import, const struct role_xml *role,
                     enum smsclient_result result, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    messages_add(&import->messages, POLICY_ERROR, role->place, format, args);
    va_end(args);
    if (import->result == SMSCLIENT_OK)
        import->result = result;
}

/* F6, F7: which role it may replace. */
static void check_before(struct import *import, const struct role_xml *role,
                         const json_t *before)
{
    const char *name =
        message_quote(import->messages.arena, text_of(role->name));

    if (json_is_true(json_object_get(before, "IsBuiltIn")))
        complain(import, role, SMSCLIENT_INVALID,
                 "%s is the name of a built-in role", name);
    else if (*text_in(before, "DeclaredIn"))
        complain(import, role, SMSCLIENT_CONFLICT,
                 "the role %s is declared in %s: change it there", name,
                 message_quote(import->messages.arena,
                               text_of(text_in(before, "DeclaredIn"))));
    else if (console_value(import->console, OPTION_NO_OVERWRITE))
        complain(import, role, SMSCLIENT_CONFLICT,
                 "a role %s already exists (%s)", name,
                 message_quote(import->messages.arena,
                               text_of(text_in(before, "RoleID"))));
}

static enum smsclient_result check_copied(struct import *import,
                                          const struct role_xml *role)
{
    SCOPED(answer_drop) json_t *copied = NULL;
    enum smsclient_result called;

    if (!*role->copied_from)
        return SMSCLIENT_OK;
    called = find_role(import->console, "RoleID", role->copied_from, &copied);
    if (called == SMSCLIENT_OK && !copied)
        complain(
            import, role, SMSCLIENT_INVALID,
            "CopiedFromID: there is no role %s here, or you may not read it",
            message_quote(import->messages.arena, text_of(role->copied_from)));
    return called;
}

static enum smsclient_result may(struct import *import, const char *operation,
                                 const json_t *before)
{
    SCOPED(answer_drop) json_t *answer = NULL;
    json_t *params =
        json_pack("{s:s, s:s}", "operation", operation, "class", "SMS_Role");
    enum smsclient_result result;

    if (before)
        json_object_set_new(params, "key",
                            json_string(text_in(before, "RoleID")));
    result = console_call(import->console, "access.check", params, &answer);
    if (result == SMSCLIENT_OK)
        result = access_meaning(answer);
    else
        return result;
    if (result == SMSCLIENT_OK)
        return SMSCLIENT_OK;
    return console_fail(
        import->console, result,
        "Nothing was imported: %s on %s is %s. Run smsctl explain to see why.",
        operation, before ? text_in(before, "RoleName") : "SMS_Role",
        result == SMSCLIENT_LEVEL_TOO_LOW ? "only for a higher level"
                                          : "not allowed to you");
}

static enum smsclient_result check_role(struct import *import,
                                        const struct role_xml *role)
{
    SCOPED(answer_drop) json_t *listed = NULL;
    SCOPED(answer_drop) json_t *before = NULL;
    enum smsclient_result checked =
        find_role(import->console, "RoleName", role->name, &listed);

    if (checked != SMSCLIENT_OK)
        return checked;
    if (listed) {
        check_before(import, role, listed);
        checked = get_role(import->console, listed, &before);
        if (checked == SMSCLIENT_OK && import->result == SMSCLIENT_OK)
            checked = may(import, "Modify", before);
    } else {
        checked = may(import, "Create", NULL);
        if (checked == SMSCLIENT_OK)
            checked = check_copied(import, role);
    }
    json_array_append_new(import->before,
                          before ? json_incref(before) : json_null());
    return checked;
}

static enum smsclient_result carry_out(struct import *import,
                                       const struct role_xml *role,
                                       const json_t *before)
{
    const bool is_new = json_is_null(before);
    json_t *properties = json_pack(
        "{s:s, s:o}", "RoleDescription", role->description, "Operations",
        role_object_operations(role, json_object_get(before, "Operations")));
    json_t *params =
        json_pack("{s:s, s:o}", "class", "SMS_Role", "properties", properties);
    SCOPED(answer_drop) json_t *made = NULL;
    enum smsclient_result called;

    if (is_new) {
        json_object_set_new(properties, "RoleName", json_string(role->name));
        json_object_set_new(properties, "CopiedFromID",
                            json_string(role->copied_from));
    } else {
        json_object_set(params, "key", json_object_get(before, "RoleID"));
        json_object_set(params, "if_version",
                        json_object_get(before, "RowVersion"));
    }
    called =
        console_call(import->console,
                     is_new ? "object.create" : "object.update", params, &made);
    if (called == SMSCLIENT_OK)
        json_array_append_new(
            import->done,
            json_pack("{s:s, s:s, s:s}", "RoleID",
                      text_in(is_new ? made : before, "RoleID"), "RoleName",
                      role->name, "Done", is_new ? "created" : "changed"));
    return called;
}

/* Without an answer, the result of the call is unknown. */
static const char *fate(const struct import *import, size_t at, size_t n_done,
                        enum smsclient_result result)
{
    if (at < n_done)
        return text_in(json_array_get(import->done, at), "Done");
    if (at == n_done &&
        (result == SMSCLIENT_UNAVAILABLE || result == SMSCLIENT_FAILED))
        return "perhaps imported, see smsctl list SMS_Role";
    return "not imported";
}

/* One transaction cannot hold them all, so each result is printed. */
static void print_rest(struct import *import, size_t n_done,
                       enum smsclient_result result)
{
    for (size_t i = 0; i < import->n_roles; i++)
        console_note(import->console, "%s: %s", import->roles[i].name,
                     fate(import, i, n_done, result));
}

static enum smsclient_result import_roles(struct import *import)
{
    static const char *const columns[] = {"RoleID", "RoleName", "Done"};
    struct console *console = import->console;
    enum smsclient_result result = SMSCLIENT_OK;

    for (size_t i = 0; i < import->n_roles && result == SMSCLIENT_OK; i++)
        result = check_role(import, &import->roles[i]);
    if (result != SMSCLIENT_OK)
        return result;
    if (import->result != SMSCLIENT_OK) {
        result = report_messages(console, import->messages.items,
                                 import->messages.n_items);
        return result == SMSCLIENT_OK ? import->result : result;
    }
    for (size_t i = 0; i < import->n_roles; i++) {
        result = carry_out(import, &import->roles[i],
                           json_array_get(import->before, i));
        if (result != SMSCLIENT_OK) {
            print_rest(import, i, result);
            return result;
        }
    }
    return console_printed(console, output_rows(&console->output, import->done,
                                                columns, ARRAY_SIZE(columns)));
}

static enum smsclient_result import_text(struct console *console,
                                         const char *path, struct text text,
                                         struct arena *arena)
{
    SCOPED(import_clear)
    struct import import = {.console = console,
                            .messages = messages_make(arena),
                            .before = json_array(),
                            .done = json_array()};
    const struct role_xml_file file = {.name = path, .text = text};
    const enum status read =
        role_xml_read(&file, &import.messages, &import.roles, &import.n_roles);
    enum smsclient_result told;

    if (read == STATUS_OK)
        return import_roles(&import);
    if (read != STATUS_INVALID)
        return console_printed(console, read);
    told = report_messages(console, import.messages.items,
                           import.messages.n_items);
    return told == SMSCLIENT_OK ? SMSCLIENT_INVALID : told;
}

enum smsclient_result verb_role_import(struct console *console)
{
    const char *path = console->arguments.words[0];
    SCOPED(buf_free) struct buf xml = buf_make(ROLE_XML_MAX_BYTES + 1);
    OWNED(arena) arena = NULL;
    enum status status;

    if (console_value(console, OPTION_OVERWRITE) &&
        console_value(console, OPTION_NO_OVERWRITE))
        return console_fail(console, SMSCLIENT_USAGE,
                            "Give either --overwrite or --no-overwrite.");
    status = file_read(path, &xml);
    if (status != STATUS_OK)
        return report_unreadable(console, path, status);
    if (arena_new(ARENA_MAX_BYTES, &arena) != STATUS_OK)
        return console_printed(console, STATUS_NO_MEMORY);
    return import_text(console, path, buf_text(&xml), arena);
}
