# The tests of the room auth/.

add_library(sms_test_auth STATIC
    ${PROJECT_SOURCE_DIR}/tests/support/mint.c
    ${PROJECT_SOURCE_DIR}/tests/support/realm_fixture.c
    ${PROJECT_SOURCE_DIR}/tests/support/sign_in.c
    ${PROJECT_SOURCE_DIR}/tests/support/tls_pair.c)
target_link_libraries(sms_test_auth PUBLIC sms_auth PkgConfig::CMOCKA
    PRIVATE sms_options)


foreach(noun bearer level message token)
    sms_test(test_auth_${noun} SOURCES test_auth_${noun}.c
        LINKS sms_test_auth)
endforeach()

# Those that need a realm get one of their own, made and ended for them.
set(REALM ${PROJECT_SOURCE_DIR}/tests/support/realm)
function(sms_realm_test name)
    add_executable(${name} ${name}.c)
    target_link_libraries(${name} PRIVATE sms_test_auth sms_options)
    add_test(NAME ${name} COMMAND ${REALM} run
        ${CMAKE_CURRENT_BINARY_DIR}/realm-${name} -- $<TARGET_FILE:${name}>)
endfunction()

foreach(noun certificate kerberos)
    sms_realm_test(test_auth_${noun})
endforeach()
