/*
 * What else is secured: parts of the site and of its clients.
 */
#include "provider/object/secured/secured_rows.h"

/* ---- In scopes ---- */

SCOPED_CLASS(metered_rule, 9, "SMS_MeteredProductRule", "RuleID",
             "A software metering rule");
SCOPED_CLASS(client_settings, 38, "SMS_ClientSettings", "SettingsID",
             "Custom client settings");
SCOPED_CLASS(migration_job, 41, "SMS_MigrationJob", "MigrationJobID",
             "A migration job");
SCOPED_CLASS(antimalware_settings, 47, "SMS_AntimalwareSettings", "SettingsID",
             "An antimalware policy");
SCOPED_CLASS(alert_subscription, 50, "SMS_Subscription", "ID",
             "A subscription to alerts");
SCOPED_CLASS(cloud_subscription, 54, "SMS_CloudSubscription", "ID",
             "A subscription to a cloud service");

/* ---- By role ---- */

ROLE_CLASS(template, "SMS_Template", "TemplateID", "A deployment template",
           RIGHTS_OF_ALL(15));
ROLE_CLASS(alert, "SMS_Alert", "ID", "An alert", RIGHTS_OF_ALL(30));
ROLE_CLASS(device_affinity, "SMS_UserMachineRelationship",
           "RelationshipResourceID", "A user's primary device",
           RIGHTS_OF_ALL(33));
ROLE_CLASS(enrollment_profile, "SMS_DeviceEnrollmentProfile", "ProfileID",
           "A profile for enrolling devices", RIGHTS_OF_ALL(36));
ROLE_CLASS(migration_mapping, "SMS_MigrationSiteMapping", "MappingID",
           "A site that objects are migrated from", RIGHTS_OF_ALL(40));
ROLE_CLASS(inventory_report, "SMS_InventoryReport", "InventoryReportID",
           "A description of what clients report", RIGHTS_OF_ALL(44));
ROLE_CLASS(sideloading_key, "SMS_WinRTSideLoadingKey", "ID",
           "A sideloading key", RIGHTS_OF_ALL(55));
ROLE_CLASS(mam_template, "SMS_MAMPolicyTemplate", "TemplateID",
           "A template of application management policies", RIGHTS_OF_ALL(63));
ROLE_CLASS(client_pfx, "SMS_ClientPfxCertificate", "ID",
           "A PFX certificate of a user", RIGHTS_OF_ALL(68));
ROLE_CLASS(store_configuration, "SMS_WSfBConfigurationData", "ID",
           "A connection to the Microsoft Store for Business",
           RIGHTS_OF_ALL(82));
ROLE_CLASS(corporate_device, "SMS_MDMCorpOwnedDevices", "ID",
           "A device that the company owns", RIGHTS_OF_ALL(209));
ROLE_CLASS(corporate_profile, "SMS_MDMCorpEnrollmentProfiles", "ProfileID",
           "An enrollment profile for devices that the company owns",
           RIGHTS_OF_ALL(210));
ROLE_CLASS(phased_deployment, "SMS_PhasedDeployment", "PhasedDeploymentID",
           "A deployment in phases", RIGHTS_OF_ALL(219));
ROLE_CLASS(analytics_settings, "SMS_M365ASettings", "ID",
           "Desktop Analytics settings", RIGHTS_OF_ALL(222));
ROLE_CLASS(orchestration_group, "SMS_MachineOrchestrationGroup", "MOGID",
           "Devices that are updated in an order", RIGHTS_OF_ALL(227));

/* Recovered with another operation; never changed. */
ROLE_CLASS(state_migration, "SMS_StateMigration", "MigrationID",
           "A computer association: whose user state goes where", RIGHTS_OF(17),
           .can_create = true, .can_remove = true);

/* Its operations have other names. */
ROLE_CLASS(software_title, "SMS_AISoftwareList", "SoftwareKey",
           "A software title of Asset Intelligence", .type = 26,
           .read = {26, RBAC_OP_VIEW_ASSET_INTELLIGENCE},
           .create = {26, RBAC_OP_MANAGE_ASSET_INTELLIGENCE},
           .modify = {26, RBAC_OP_MODIFY},
           .remove = {26, RBAC_OP_MANAGE_ASSET_INTELLIGENCE}, FOR_ALL_VERBS);

/* ---- Only read: the site makes them ---- */

ROLE_CLASS(unmanaged_app, "SMS_UnManagedApps", "ID",
           "An app found on devices that is not managed",
           RIGHTS_OF_READERS(66));
ROLE_CLASS(app_decision, "SMS_AllowOrDenyAppsSetting", "ID",
           "Whether an app is allowed", RIGHTS_OF_READERS(67));
ROLE_CLASS(unnamed_83, "SMS_UnnamedType83", "ID",
           "An object of a kind that is not documented", RIGHTS_OF_READERS(83));
ROLE_CLASS(unnamed_85, "SMS_UnnamedType85", "ID",
           "An object of a kind that is not documented", RIGHTS_OF_READERS(85));
ROLE_CLASS(policy_property, "SMS_PolicyProperty", "ID",
           "A property of a policy", RIGHTS_OF_READERS(207));
ROLE_CLASS(action_result, "SMS_ActionAccountResult", "ID",
           "The result of an action on accounts", RIGHTS_OF_READERS(215));
ROLE_CLASS(management_insight, "SMS_ManagementInsights", "ID",
           "An insight into how the site is managed", RIGHTS_OF_READERS(216),
           .modify = {216, RBAC_OP_MODIFY}, .can_modify = true);
