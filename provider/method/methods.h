/* The handlers of the method table, by the first word of the method. */
#pragma once

#include "provider/call/call.h"

/* method_auth.c */
enum rpc_error run_auth_start(struct call *call, struct json_writer *result);
enum rpc_error run_auth_step(struct call *call, struct json_writer *result);
enum rpc_error run_auth_prompt(struct call *call, struct json_writer *result);
enum rpc_error run_auth_step_up(struct call *call, struct json_writer *result);
enum rpc_error resume_auth(struct call *call, struct json_writer *result);

/* sign_in_finish.c, for all of those */
enum rpc_error finish_auth(struct call *call, struct json_writer *result);

/* method_session.c */
enum rpc_error run_backup_begin(struct call *call, struct json_writer *result);
enum rpc_error run_backup_read(struct call *call, struct json_writer *result);
enum rpc_error run_backup_end(struct call *call, struct json_writer *result);
enum rpc_error run_server_status(struct call *call, struct json_writer *result);
enum rpc_error run_server_info(struct call *call, struct json_writer *result);
enum rpc_error run_server_metrics(struct call *call,
                                  struct json_writer *result);
enum rpc_error run_session_whoami(struct call *call,
                                  struct json_writer *result);
enum rpc_error run_session_end(struct call *call, struct json_writer *result);

/* method_object.c */
enum rpc_error run_object_get(struct call *call, struct json_writer *result);
enum rpc_error run_object_list(struct call *call, struct json_writer *result);
enum rpc_error run_object_create(struct call *call, struct json_writer *result);
enum rpc_error run_object_update(struct call *call, struct json_writer *result);
enum rpc_error run_object_delete(struct call *call, struct json_writer *result);
enum rpc_error run_object_invoke(struct call *call, struct json_writer *result);
enum rpc_error run_query_run(struct call *call, struct json_writer *result);

/* method_import.c */
enum rpc_error run_object_import(struct call *call, struct json_writer *result);

/* method_watch.c */
enum rpc_error run_object_watch(struct call *call, struct json_writer *result);

/* method_class.c */
enum rpc_error run_object_classes(struct call *call,
                                  struct json_writer *result);

/* method_access.c */
enum rpc_error run_access_check(struct call *call, struct json_writer *result);
enum rpc_error run_access_explain(struct call *call,
                                  struct json_writer *result);

/* method_rights.c */
enum rpc_error run_access_who_can(struct call *call,
                                  struct json_writer *result);
enum rpc_error run_access_what_can(struct call *call,
                                   struct json_writer *result);

/* method_host.c */
enum rpc_error run_host_login(struct call *call, struct json_writer *result);
enum rpc_error run_host_used(struct call *call, struct json_writer *result);

/* method_host_settings.c */
enum rpc_error run_host_settings(struct call *call, struct json_writer *result);
enum rpc_error run_ssh_certificate(struct call *call,
                                   struct json_writer *result);
enum rpc_error run_ssh_authority(struct call *call, struct json_writer *result);
enum rpc_error run_ssh_revoked(struct call *call, struct json_writer *result);

/* method_audit.c */
enum rpc_error run_audit_query(struct call *call, struct json_writer *result);
enum rpc_error run_audit_follow(struct call *call, struct json_writer *result);
enum rpc_error run_audit_verify(struct call *call, struct json_writer *result);

/* method_policy.c */
enum rpc_error run_policy_check(struct call *call, struct json_writer *result);
enum rpc_error run_policy_plan(struct call *call, struct json_writer *result);

/* method_trial.c */
enum rpc_error run_policy_test(struct call *call, struct json_writer *result);

/* method_rollout.c */
enum rpc_error run_policy_apply(struct call *call, struct json_writer *result);
enum rpc_error run_policy_rollback(struct call *call,
                                   struct json_writer *result);
enum rpc_error run_policy_approve(struct call *call,
                                  struct json_writer *result);
enum rpc_error run_policy_reject(struct call *call, struct json_writer *result);

/* method_history.c */
enum rpc_error run_policy_history(struct call *call,
                                  struct json_writer *result);
enum rpc_error run_policy_export(struct call *call, struct json_writer *result);
enum rpc_error run_policy_status(struct call *call, struct json_writer *result);
enum rpc_error run_policy_diff(struct call *call, struct json_writer *result);
