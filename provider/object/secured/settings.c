/*
 * Kinds of policy that are authored: settings and profiles. Whoever may author
 * a kind makes, changes and deletes what is of it.
 */
#include "provider/object/secured/secured_rows.h"

#define SETTINGS(symbol_, type_, name_, describe_)                             \
    ROLE_CLASS(symbol_, name_, "SettingID", describe_, RIGHTS_OF_AUTHORS(type_))

SETTINGS(firewall_settings, 49, "SMS_FirewallSettings",
         "Settings of Windows Firewall");
SETTINGS(user_state_settings, 52, "SMS_UserStateManagementSettings",
         "Settings of user data and profiles");
SETTINGS(wireless_profile, 56, "SMS_WirelessProfileSettings",
         "A Wi-Fi profile");
SETTINGS(vpn_profile, 57, "SMS_VpnConnectionSettings", "A VPN profile");
SETTINGS(certificate_profile, 58, "SMS_ClientAuthCertificateSettings",
         "A certificate profile");
SETTINGS(remote_profile, 59, "SMS_RemoteConnectionSettings",
         "A remote connection profile");
SETTINGS(trusted_root_profile, 60, "SMS_TrustedRootCertificateSettings",
         "A profile of a trusted CA certificate");
SETTINGS(communications_profile, 61, "SMS_CommunicationsProvisioningSettings",
         "An email profile");
SETTINGS(app_restriction, 62, "SMS_AppRestrictionSettings",
         "Restrictions of apps");
SETTINGS(compliance_policy, 64, "SMS_CompliancePolicySettings",
         "A compliance policy");
SETTINGS(pfx_profile, 65, "SMS_PfxCertificateSettings",
         "A profile of PFX certificates");
SETTINGS(custom_settings, 69, "SMS_CustomConfigurationSettings",
         "Custom settings of devices");
SETTINGS(terms_settings, 70, "SMS_TermsAndConditionsSettings",
         "Terms and conditions that users accept");
SETTINGS(edition_upgrade, 71, "SMS_EditionUpgradeSettings",
         "An upgrade of the Windows edition");
SETTINGS(app_configuration, 73, "MDM_GenericAppConfiguration",
         "Settings of an app");
SETTINGS(hello_profile, 78, "SMS_PassportForWorkProfileSettings",
         "A Windows Hello for Business profile");
SETTINGS(threat_protection, 80, "SMS_AdvancedThreatProtectionSettings",
         "A Microsoft Defender policy");
SETTINGS(device_protection, 81, "SMS_DeviceThreatProtectionSettings",
         "A policy of device threat protection");
SETTINGS(compliance_notice, 86, "SMS_ComplianceNotificationSettings",
         "Notifications of compliance");
SETTINGS(defender_settings, 87, "SMS_WindowsDefenderAntimalwareSettings",
         "Antimalware settings of Windows Defender");
SETTINGS(firewall_compliance, 88, "SMS_FirewallComplianceSettings",
         "Compliance settings of the firewall");
SETTINGS(uac_compliance, 89, "SMS_UacComplianceSettings",
         "Compliance settings of user account control");
SETTINGS(application_guard, 211, "SMS_WindowsDefenderApplicationGuard",
         "An application guard policy");
SETTINGS(device_guard, 212, "SMS_DeviceGuardSettings",
         "An application control policy");
SETTINGS(update_for_business, 214,
         "SMS_WindowsUpdateForBusinessConfigurationSettings",
         "A Windows Update for Business policy");
SETTINGS(comanagement, 217, "SMS_CoManagementSettings",
         "A co-management policy");
SETTINGS(exploit_guard, 218, "SMS_ExploitGuardSettings",
         "An exploit guard policy");
SETTINGS(edge_settings, 220, "SMS_EdgeBrowserSettings",
         "A Microsoft Edge policy");
SETTINGS(known_folder_profile, 223, "SMS_OneDriveKnownFolderMigrationSettings",
         "A OneDrive profile");
SETTINGS(bitlocker_policy, 225, "SMS_BitlockerManagementSettings",
         "A BitLocker management policy");
SETTINGS(antimalware_policy, 228, "SMS_AntiMalwareSettingsPolicy",
         "Settings of an antimalware policy");

/* Its type has a Modify of its own. */
ROLE_CLASS(unnamed_79, "SMS_UnnamedType79", "SettingID",
           "A policy of a kind that is not documented", .type = 79,
           .read = {79, RBAC_OP_READ}, .create = {79, RBAC_OP_AUTHOR_POLICY},
           .modify = {79, RBAC_OP_MODIFY},
           .remove = {79, RBAC_OP_AUTHOR_POLICY}, FOR_ALL_VERBS);
