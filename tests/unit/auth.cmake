# The tests of the room auth/.

add_library(sms_test_auth STATIC
    ${PROJECT_SOURCE_DIR}/tests/support/authority.c
    ${PROJECT_SOURCE_DIR}/tests/support/mint.c
    ${PROJECT_SOURCE_DIR}/tests/support/realm_fixture.c
    ${PROJECT_SOURCE_DIR}/tests/support/sign_in.c
    ${PROJECT_SOURCE_DIR}/tests/support/tls_pair.c)
target_link_libraries(sms_test_auth PUBLIC sms_auth PkgConfig::CMOCKA
    PRIVATE sms_options)

foreach(noun account bearer host issuer key_set level memory message pac review
        revocation said signer ssh throttle token upn wire)
    sms_test(test_auth_${noun} SOURCES auth/test_auth_${noun}.c
        LINKS sms_test_auth)
endforeach()
target_link_options(test_auth_signer PRIVATE -Wl,--wrap=private_key_read)
target_link_options(test_auth_said PRIVATE -Wl,--wrap=gss_get_name_attribute)
target_link_options(test_auth_memory PRIVATE
    -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=reallocarray
    -Wl,--wrap=strdup)

# Those that need a realm get one of their own, made and ended for them.
set(REALM ${PROJECT_SOURCE_DIR}/tests/support/realm)
function(sms_realm_test name)
    add_executable(${name} auth/${name}.c)
    target_link_libraries(${name} PRIVATE sms_test_auth sms_unit sms_options)
    add_test(NAME ${name} COMMAND ${REALM} run
        ${CMAKE_CURRENT_BINARY_DIR}/realm-${name} -- $<TARGET_FILE:${name}>)
    set_tests_properties(${name} PROPERTIES TIMEOUT 300)
endfunction()

foreach(noun certificate kerberos keys)
    sms_realm_test(test_auth_${noun})
endforeach()
target_compile_definitions(test_auth_keys PRIVATE
    HTTPS_KEYS="${PROJECT_SOURCE_DIR}/tests/support/https_keys")

# Groups are asked of a name service of its own, from files of the test. A
# sanitizer's run-time must be loaded before it.
add_library(nss_files MODULE ${PROJECT_SOURCE_DIR}/tests/support/nss_files.c)
target_compile_definitions(nss_files PRIVATE _GNU_SOURCE)
set(NSS_PRELOAD $<TARGET_FILE:nss_files>)
add_library(shifted_clock MODULE
    ${PROJECT_SOURCE_DIR}/tests/support/shifted_clock.c)
target_compile_definitions(shifted_clock PRIVATE _GNU_SOURCE)
add_library(failing_sync MODULE
    ${PROJECT_SOURCE_DIR}/tests/support/failing_sync.c)
target_compile_definitions(failing_sync PRIVATE _GNU_SOURCE)
add_library(dying_call MODULE
    ${PROJECT_SOURCE_DIR}/tests/support/dying_call.c)
target_compile_definitions(dying_call PRIVATE _GNU_SOURCE)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU" AND SMS_SANITIZE)
    string(REGEX MATCH "address|thread" NSS_SANITIZER "${SMS_SANITIZE}")
    string(SUBSTRING "${NSS_SANITIZER}" 0 1 NSS_SANITIZER)
    execute_process(
        COMMAND ${CMAKE_C_COMPILER} -print-file-name=lib${NSS_SANITIZER}san.so
        OUTPUT_VARIABLE NSS_RUNTIME OUTPUT_STRIP_TRAILING_WHITESPACE)
    set(NSS_PRELOAD "${NSS_RUNTIME} ${NSS_PRELOAD}")
endif()
sms_test(test_auth_groups SOURCES auth/test_auth_groups.c LINKS sms_auth)
add_dependencies(test_auth_groups nss_files)
set(NSS_ENVIRONMENT
    LD_PRELOAD=${NSS_PRELOAD}
    NSS_FILES_PASSWD=${CMAKE_CURRENT_BINARY_DIR}/nss-passwd
    NSS_FILES_GROUP=${CMAKE_CURRENT_BINARY_DIR}/nss-group
    NSS_FILES_GATE=${CMAKE_CURRENT_BINARY_DIR}/nss-gate)
set_tests_properties(test_auth_groups PROPERTIES
    ENVIRONMENT "${NSS_ENVIRONMENT}")

# Passwords go through the real worker and stacks of real modules.
add_library(pam_misbehave MODULE
    ${PROJECT_SOURCE_DIR}/tests/support/pam_misbehave.c)
target_link_libraries(pam_misbehave PRIVATE ${PAM_LIBRARY})
sms_test(test_auth_pam SOURCES auth/test_auth_pam.c LINKS sms_test_auth)
add_dependencies(test_auth_pam smsprovider-pam pam_misbehave)
target_compile_definitions(test_auth_pam PRIVATE
    MISBEHAVE="$<TARGET_FILE:pam_misbehave>"
    WORKER="$<TARGET_FILE:smsprovider-pam>")
