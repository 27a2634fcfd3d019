# A host whose logins the site decides.
sms_test(test_login_wire SOURCES host/test_login_wire.c LINKS sms_host_wire)
sms_test(test_host_answer SOURCES host/test_host_answer.c
    LINKS sms_host PkgConfig::JANSSON)
sms_test(test_device_message SOURCES host/test_device_message.c LINKS sms_host)
add_executable(print_account_sid host/print_account_sid.c)
target_link_libraries(print_account_sid PRIVATE sms_host sms_options)
sms_test(test_host_keep SOURCES host/test_host_keep.c pam/fake_host.c
    LINKS sms_host PkgConfig::JANSSON PkgConfig::OPENSSL)
sms_test(test_pam_module
    SOURCES pam/test_pam_module.c pam/fake_host.c pam/fake_pam.c pam/failing_calls.c
    LINKS sms_pam)
sms_test(test_pam_session
    SOURCES pam/test_pam_session.c pam/fake_host.c pam/fake_pam.c pam/failing_calls.c
    LINKS sms_pam)
set(FAKE_SUDO sudo/fake_login.c sudo/fake_sudo.c sudo/sudo_host.c pam/fake_host.c)
sms_test(test_sudo_policy SOURCES sudo/test_sudo_policy.c ${FAKE_SUDO} pam/failing_calls.c
    LINKS sms_sudo_policy)
sms_test(test_sudo_rules SOURCES sudo/test_sudo_rules.c ${FAKE_SUDO} LINKS sms_sudo_policy)
foreach(call socket connect getsockopt setsockopt send recv poll stat lstat fstat fstatat
        readlink realpath read clock_gettime open calloc syscall)
    foreach(test test_pam_module test_pam_session test_sudo_policy)
        target_link_options(${test} PRIVATE -Wl,--wrap=${call})
    endforeach()
endforeach()
if(MANDOC)
    foreach(page provider/host/smshostd.8 provider/pam/pam_smsprovider.8 provider/pam/smsprovider-pam.conf.5
            provider/pam/smsprovider-ssh-keys.8
            provider/sudo/sms_sudo.8 provider/sudo/smsprovider-sudo.conf.5)
        get_filename_component(name ${page} NAME_WE)
        add_test(NAME ${name}_manual COMMAND ${MANDOC} -T lint -W warning
            ${PROJECT_SOURCE_DIR}/${page})
    endforeach()
endif()
