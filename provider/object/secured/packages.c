/*
 * Packages of content: images, drivers, updates. What software packages are is
 * in class_package.c.
 */
#include "provider/object/secured/secured_rows.h"

PACKAGE_CLASS(install_package, 14, 0, "259",
              "SMS_OperatingSystemInstallPackage",
              "An upgrade package of an operating system");
PACKAGE_CLASS(vhd_package, 16, 1, "260", "SMS_VhdPackage",
              "A virtual hard disk");
PACKAGE_CLASS(image_package, 18, 2, "257", "SMS_ImagePackage",
              "An image of an operating system");
PACKAGE_CLASS(boot_image_package, 19, 3, "258", "SMS_BootImagePackage",
              "An image that devices start from");
PACKAGE_CLASS(device_setting_package, 21, 4, "6", "SMS_DeviceSettingPackage",
              "A package of settings for mobile devices");
PACKAGE_CLASS(driver_package, 23, 5, "3", "SMS_DriverPackage",
              "A package of device drivers");
PACKAGE_CLASS(update_package, 24, 6, "5", "SMS_SoftwareUpdatesPackage",
              "A package of software updates");
