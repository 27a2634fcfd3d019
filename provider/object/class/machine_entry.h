/*
 * SMS_Site.ImportMachineEntry: a computer that is to be installed, known by its
 * SMBIOS GUID or the address of its network adapter.
 */
#pragma once

#include "provider/object/object_private.h"

extern const struct object_property machine_entry_args[4];

MUST_CHECK
enum status machine_entry_import(struct object_call *call, const json_t *args,
                                 struct json_writer *result);
