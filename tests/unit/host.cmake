# A host whose logins the site decides.
sms_test(test_login_wire SOURCES host/test_login_wire.c LINKS sms_host_wire)
sms_test(test_host_answer SOURCES host/test_host_answer.c
    LINKS sms_host PkgConfig::JANSSON)
sms_test(test_pam_module
    SOURCES pam/test_pam_module.c pam/fake_pam.c pam/failing_calls.c
    LINKS sms_pam)
foreach(call socket connect getsockopt setsockopt send recv poll fstat fstatat read clock_gettime open calloc)
    target_link_options(test_pam_module PRIVATE -Wl,--wrap=${call})
endforeach()
if(MANDOC)
    foreach(page provider/host/smshostd.8 provider/pam/pam_smsprovider.8 provider/pam/smsprovider-pam.conf.5)
        get_filename_component(name ${page} NAME_WE)
        add_test(NAME ${name}_manual COMMAND ${MANDOC} -T lint -W warning
            ${PROJECT_SOURCE_DIR}/${page})
    endforeach()
endif()
