#include "provider/object/class/machine_entry.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "provider/object/class/class_device.h"
#include "provider/object/class/machine_entry_sql.h"
#include "provider/object/query/row_list.h"

enum { ANSWER_MAX_BYTES = 256 * 1024 };

const struct object_property machine_entry_args[4] = {
    {"NetbiosName", OBJECT_STRING, OBJECT_REQUIRED | OBJECT_NAME, 1, 15, NULL,
     NULL, "Name of the computer"},
    {"SMBIOSGUID", OBJECT_STRING, 0, 36, 36, NULL, NULL,
     "Identity of the machine, 4C4C4544-0042-3510-8052-B4C04F564231"},
    {"MACAddress", OBJECT_STRING, 0, 17, 17, NULL, NULL,
     "Its network adapter, 00:15:5D:01:02:03; one of the two is needed"},
    {"OverwriteExistingRecord", OBJECT_BOOLEAN, 0, 0, 1, NULL, NULL,
     "Gives a computer that is known already this name and identity"},
};

struct entry {
    const char *name;
    const char *guid;    /* or NULL */
    const char *address; /* or NULL */
    bool overwrites;
};

/* ---- Reading ---- */

/* Each letter of the form stands for a hexadecimal digit. */
static bool has_form(const char *text, const char *form)
{
    for (; *form && *text; form++, text++)
        if (*form == 'x' ? !isxdigit((unsigned char)*text) : *form != *text)
            return false;
    return !*form && !*text;
}

static enum status read_text(struct object_call *call, const json_t *args,
                             size_t at, const char *form, const char **out)
{
    const char *name = machine_entry_args[at].name;

    *out = json_string_value(object_argument(args, name));
    if (*out && form && !has_form(*out, form))
        return fail_invalid(call, name, "It has the form %s.", form);
    return STATUS_OK;
}

static enum status read_entry(struct object_call *call, const json_t *args,
                              struct entry *entry)
{
    TRY(read_text(call, args, 0, NULL, &entry->name));
    TRY(read_text(call, args, 1, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
                  &entry->guid));
    TRY(read_text(call, args, 2, "xx:xx:xx:xx:xx:xx", &entry->address));
    entry->overwrites =
        json_is_true(object_argument(args, machine_entry_args[3].name));
    if (!entry->guid && !entry->address)
        return fail_invalid(call, machine_entry_args[1].name,
                            "SMBIOSGUID or MACAddress is needed.");
    return STATUS_OK;
}

/* ---- The computer ---- */

/* Its row; 0: there is none. Whoever imports may read all of them. */
static enum status find(struct object_call *call, const struct entry *entry,
                        int64_t *row_out)
{
    SCOPED(row_list_clear) struct row_list rows = {0};

    *row_out = 0;
    TRY(row_list_select(
        call->store, SQL_MACHINE_FIND,
        STORE_ARGS(STORE_TEXT(text_of(entry->guid ? entry->guid : "")),
                   STORE_TEXT(text_of(entry->address ? entry->address : ""))),
        &rows));
    if (rows.n > 1)
        return fail_conflict(call,
                             "Several devices have this identity: %" PRId64
                             " and %" PRId64 ". Delete all but one.",
                             rows.of[0], rows.of[1]);
    if (rows.n)
        *row_out = rows.of[0];
    return STATUS_OK;
}

static json_t *properties_of(const struct entry *entry)
{
    json_t *properties = json_pack("{s:s, s:s}", "Name", entry->name,
                                   "NetbiosName", entry->name);

    if (entry->guid && properties)
        json_object_set_new(properties, "SMBIOSGUID", json_string(entry->guid));
    if (entry->address && properties)
        json_object_set_new(properties, "MACAddresses",
                            json_pack("[s]", entry->address));
    return properties;
}

static void json_drop(json_t **json)
{
    json_decref(*json);
}

/* The act on the device, with what it says of a failure. */
static enum status write_device(struct object_call *call,
                                const struct entry *entry,
                                struct object_target *target)
{
    SCOPED(json_drop) json_t *properties = properties_of(entry);
    SCOPED(buf_free) struct buf answer = buf_make(ANSWER_MAX_BYTES);
    struct json_writer writer = json_writer_make(&answer);
    struct object_call act = {.store = call->store,
                              .actor = call->actor,
                              .class = &class_device,
                              .target = target};
    enum status status;

    if (!properties)
        return STATUS_NO_MEMORY;
    status = target ? object_update(&act, properties, -1, &writer)
                    : object_create(&act, properties, &writer);
    call->failure = act.failure;
    call->estate_changed |= act.estate_changed;
    if (status == STATUS_OK && !target)
        snprintf(call->made_key, sizeof(call->made_key), "%s", act.made_key);
    return status;
}

static enum status overwrite(struct object_call *call,
                             const struct entry *entry, int64_t row)
{
    SCOPED(object_target_clear) struct object_target target = {0};
    char key[24];

    snprintf(key, sizeof(key), "%" PRId64, row);
    snprintf(call->made_key, sizeof(call->made_key), "%s", key);
    TRY(actor_refer(call, "ResourceID", &class_device, text_of(key), &target));
    return write_device(call, entry, &target);
}

static enum status act(struct object_call *call, const struct entry *entry,
                       int64_t row)
{
    if (row && !entry->overwrites)
        return STATUS_OK;
    call->made_class = &class_device;
    return row ? overwrite(call, entry, row) : write_device(call, entry, NULL);
}

enum status machine_entry_import(struct object_call *call, const json_t *args,
                                 struct json_writer *result)
{
    struct entry entry;
    int64_t row;

    TRY(read_entry(call, args, &entry));
    TRY(device_need_import(call));
    TRY(find(call, &entry, &row));
    TRY(act(call, &entry, row));
    writer_object_begin(result);
    writer_put_int(result, "ReturnValue", 0);
    writer_put_int(result, "ResourceID",
                   row ? row : strtoll(call->made_key, NULL, 10));
    writer_put_bool(result, "MachineExists", row != 0);
    writer_object_end(result);
    return STATUS_OK;
}
