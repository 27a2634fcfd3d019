/*
 * Configuration items of every kind: what has a CI_ID. Applications are in
 * class_application.c.
 */
#include "provider/object/secured/secured_rows.h"

SCOPED_ITEM(configuration_item, 11, "SMS_ConfigurationItem",
            "A configuration item, or a baseline of them");
SCOPED_ITEM(device_setting_item, 22, "SMS_DeviceSettingItem",
            "A setting of mobile devices");
ROLE_ITEM(driver, 25, "SMS_Driver", "A device driver");
SCOPED_ITEM(global_condition, 32, "SMS_GlobalCondition",
            "A condition that several applications share");
SCOPED_ITEM(update_group, 34, "SMS_AuthorizationList",
            "A group of software updates");
ROLE_ITEM(software_update, 37, "SMS_SoftwareUpdate", "A software update");
SCOPED_ITEM(configuration_policy, 48, "SMS_ConfigurationPolicy",
            "A policy that consists of settings");
SCOPED_ITEM(firewall_policy, 53, "SMS_FirewallPolicy",
            "A policy of Windows Firewall");
SCOPED_ITEM(virtual_environment, 203, "SMS_VirtualEnvironment",
            "An App-V virtual environment");
SCOPED_ITEM(conditional_access, 204, "SMS_ConditionalAccessManagement",
            "A policy of conditional access");
SCOPED_ITEM(application_group, 224, "SMS_ApplicationGroup",
            "Applications that are deployed together");
