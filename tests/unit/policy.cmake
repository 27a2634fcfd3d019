# The tests of the policy room.
foreach(noun yaml schema directory)
    sms_test(test_policy_${noun} SOURCES test_policy_${noun}.c
        LINKS sms_policy)
endforeach()

add_executable(test_policy_golden test_policy_golden.c)
target_link_libraries(test_policy_golden PRIVATE
    sms_policy PkgConfig::CMOCKA sms_options)
add_test(NAME test_policy_golden COMMAND test_policy_golden
    ${CMAKE_CURRENT_SOURCE_DIR}/policy-golden)
