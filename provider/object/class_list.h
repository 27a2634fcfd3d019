/*
 * Every class, in the order in which they are listed. A class that is new
 * stands here and in a file of its own, class/class_NAME.c; one that is only
 * secured, here and in a row of secured/.
 */
#pragma once

#define CLASSES(CLASS)                                                         \
    CLASS(class_admin)                                                         \
    CLASS(class_advertisement)                                                 \
    CLASS(class_application)                                                   \
    CLASS(class_assignment)                                                    \
    CLASS(class_boundary_group)                                                \
    CLASS(class_collection)                                                    \
    CLASS(class_collection_member)                                             \
    CLASS(class_device)                                                        \
    CLASS(class_inventory)                                                     \
    CLASS(class_membership)                                                    \
    CLASS(class_package)                                                       \
    CLASS(class_program)                                                       \
    CLASS(class_query)                                                         \
    CLASS(class_role)                                                          \
    CLASS(class_scope)                                                         \
    CLASS(class_site)                                                          \
    SECURED_CLASSES(CLASS)

/* In provider/object/secured. */
#define SECURED_CLASSES(CLASS)                                                 \
    CLASS(class_action_result)                                                 \
    CLASS(class_alert)                                                         \
    CLASS(class_alert_subscription)                                            \
    CLASS(class_analytics_settings)                                            \
    CLASS(class_antimalware_policy)                                            \
    CLASS(class_antimalware_settings)                                          \
    CLASS(class_app_configuration)                                             \
    CLASS(class_app_decision)                                                  \
    CLASS(class_app_restriction)                                               \
    CLASS(class_application_group)                                             \
    CLASS(class_application_guard)                                             \
    CLASS(class_bitlocker_policy)                                              \
    CLASS(class_boot_image_package)                                            \
    CLASS(class_boundary)                                                      \
    CLASS(class_certificate_profile)                                           \
    CLASS(class_client_pfx)                                                    \
    CLASS(class_client_settings)                                               \
    CLASS(class_cloud_subscription)                                            \
    CLASS(class_comanagement)                                                  \
    CLASS(class_communications_profile)                                        \
    CLASS(class_compliance_notice)                                             \
    CLASS(class_compliance_policy)                                             \
    CLASS(class_conditional_access)                                            \
    CLASS(class_configuration_item)                                            \
    CLASS(class_configuration_policy)                                          \
    CLASS(class_corporate_device)                                              \
    CLASS(class_corporate_profile)                                             \
    CLASS(class_custom_settings)                                               \
    CLASS(class_defender_settings)                                             \
    CLASS(class_device_affinity)                                               \
    CLASS(class_device_guard)                                                  \
    CLASS(class_device_protection)                                             \
    CLASS(class_device_setting_item)                                           \
    CLASS(class_device_setting_package)                                        \
    CLASS(class_distribution_group)                                            \
    CLASS(class_distribution_point)                                            \
    CLASS(class_driver)                                                        \
    CLASS(class_driver_package)                                                \
    CLASS(class_edge_settings)                                                 \
    CLASS(class_edition_upgrade)                                               \
    CLASS(class_enrollment_profile)                                            \
    CLASS(class_exploit_guard)                                                 \
    CLASS(class_firewall_compliance)                                           \
    CLASS(class_firewall_policy)                                               \
    CLASS(class_firewall_settings)                                             \
    CLASS(class_folder)                                                        \
    CLASS(class_folder_item)                                                   \
    CLASS(class_global_condition)                                              \
    CLASS(class_hello_profile)                                                 \
    CLASS(class_image_package)                                                 \
    CLASS(class_install_package)                                               \
    CLASS(class_inventory_report)                                              \
    CLASS(class_known_folder_profile)                                          \
    CLASS(class_mam_template)                                                  \
    CLASS(class_management_insight)                                            \
    CLASS(class_metered_rule)                                                  \
    CLASS(class_migration_job)                                                 \
    CLASS(class_migration_mapping)                                             \
    CLASS(class_orchestration_group)                                           \
    CLASS(class_pfx_profile)                                                   \
    CLASS(class_phased_deployment)                                             \
    CLASS(class_policy_property)                                               \
    CLASS(class_remote_profile)                                                \
    CLASS(class_script)                                                        \
    CLASS(class_settings_assignment)                                           \
    CLASS(class_sideloading_key)                                               \
    CLASS(class_software_title)                                                \
    CLASS(class_software_update)                                               \
    CLASS(class_state_migration)                                               \
    CLASS(class_status_attribute)                                              \
    CLASS(class_status_message)                                                \
    CLASS(class_status_string)                                                 \
    CLASS(class_store_configuration)                                           \
    CLASS(class_task_sequence)                                                 \
    CLASS(class_template)                                                      \
    CLASS(class_terms_settings)                                                \
    CLASS(class_threat_protection)                                             \
    CLASS(class_trusted_root_profile)                                          \
    CLASS(class_uac_compliance)                                                \
    CLASS(class_unmanaged_app)                                                 \
    CLASS(class_unnamed_79)                                                    \
    CLASS(class_unnamed_83)                                                    \
    CLASS(class_unnamed_85)                                                    \
    CLASS(class_update_for_business)                                           \
    CLASS(class_update_group)                                                  \
    CLASS(class_update_package)                                                \
    CLASS(class_user_state_settings)                                           \
    CLASS(class_vhd_package)                                                   \
    CLASS(class_virtual_environment)                                           \
    CLASS(class_vpn_profile)                                                   \
    CLASS(class_wireless_profile)
