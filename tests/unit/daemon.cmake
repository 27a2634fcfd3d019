# The tests of the room provider/daemon.

foreach(noun config params penalty)
    sms_test(test_daemon_${noun} SOURCES test_daemon_${noun}.c LINKS sms_daemon)
endforeach()

# Those that need a provider get one without sockets.
add_library(sms_test_provider STATIC
    ${PROJECT_SOURCE_DIR}/tests/support/provider_fixture.c)
target_link_libraries(sms_test_provider PUBLIC sms_daemon PkgConfig::CMOCKA
    PRIVATE sms_options)
foreach(noun call hostile metrics policy rights session)
    sms_test(test_daemon_${noun} SOURCES test_daemon_${noun}.c
        LINKS sms_test_provider)
endforeach()
sms_test(test_daemon_export SOURCES test_daemon_export.c random_policy.c
    LINKS sms_test_provider)
