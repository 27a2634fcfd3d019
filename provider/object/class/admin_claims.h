/*
 * Identities in SMS_Admin, and what their giver must hold (guard/claim.h).
 */
#pragma once

#include "provider/object/object_private.h"

/* A denial of a change of administrators, with its id in the catalogue. */
enum status admin_deny(struct object_call *call, struct rbac_decision decision,
                       struct object_need need);

/* Changing administrators needs Read on roles. */
MUST_CHECK
enum status admin_need_roles(struct object_call *call);

/* May the caller give the record (0: a new one) the identities in values? */
MUST_CHECK
enum status admin_check_claims(struct object_call *call,
                               const struct object_values *values, int64_t row,
                               struct object_need need);
MUST_CHECK
enum status admin_check_group_claim(struct object_call *call,
                                    const struct object_values *values);

/* AdminSid of a new record is an identity of its user: may the caller give it?
 */
MUST_CHECK
enum status admin_check_sid(struct object_call *call,
                            const struct object_values *values);
MUST_CHECK
enum status admin_store_sid(struct object_call *call,
                            const struct object_values *values, int64_t row);

/* Replaces the identities of a record. */
MUST_CHECK
enum status admin_store_identities(struct object_call *call, int64_t row,
                                   const json_t *entries);

/* SMS_Admin.ConfirmIdentities */
enum status admin_run_confirm(struct object_call *call, const json_t *args,
                              struct json_writer *result);
