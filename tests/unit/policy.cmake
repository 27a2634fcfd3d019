# The tests of the policy room.
foreach(noun yaml schema directory set role_xml kept held)
    sms_test(test_policy_${noun} SOURCES policy/test_policy_${noun}.c
        LINKS sms_policy)
endforeach()

add_executable(test_policy_golden policy/test_policy_golden.c)
target_link_libraries(test_policy_golden PRIVATE
    sms_policy sms_unit PkgConfig::CMOCKA sms_options)
add_test(NAME test_policy_golden COMMAND test_policy_golden
    ${CMAKE_CURRENT_SOURCE_DIR}/policy/golden)

add_executable(print_policy_schema policy/print_policy_schema.c)
target_link_libraries(print_policy_schema PRIVATE sms_policy sms_options)
find_package(Python3 REQUIRED COMPONENTS Interpreter)
file(GLOB EXAMPLE_POLICIES ${PROJECT_SOURCE_DIR}/examples/policy/*/*.yaml)
set(GOLDEN ${CMAKE_CURRENT_SOURCE_DIR}/policy/golden)
add_test(NAME policy_json_schema
    COMMAND Python3::Interpreter
        ${CMAKE_CURRENT_SOURCE_DIR}/policy/check_policy_schema
        $<TARGET_FILE:print_policy_schema>
        ${GOLDEN}/contract.yaml ${GOLDEN}/tests.yaml ${GOLDEN}/unused.yaml
        ${GOLDEN}/shadow.yaml ${GOLDEN}/exclusions.yaml ${EXAMPLE_POLICIES}
        -- ${GOLDEN}/grammar.yaml ${GOLDEN}/broken.d/b.yaml)
set_tests_properties(policy_json_schema PROPERTIES SKIP_RETURN_CODE 77)

add_executable(test_policy_examples policy/test_policy_examples.c)
target_link_libraries(test_policy_examples PRIVATE
    sms_policy sms_unit PkgConfig::CMOCKA sms_options)
add_test(NAME test_policy_examples COMMAND test_policy_examples
    ${PROJECT_SOURCE_DIR}/examples/policy)

sms_test(test_policy_plan SOURCES policy/test_policy_plan.c policy/random_policy.c
    LINKS sms_policy)
sms_test(test_policy_rights SOURCES policy/test_policy_rights.c policy/random_policy.c
    LINKS sms_policy)
sms_test(test_policy_memory SOURCES policy/test_policy_memory.c LINKS sms_policy)
target_link_options(test_policy_memory PRIVATE
    -Wl,--wrap=malloc -Wl,--wrap=calloc)

# The same two over many more estates, in a copy of the rooms that is optimized
# and has no sanitizers; those have had their look at the smaller number.
pkg_check_modules(XML2 REQUIRED IMPORTED_TARGET libxml-2.0)
set(ESTATES 2000) # and five times as many in the long run
add_library(sms_policy_fast STATIC policy/random_policy.c)
foreach(room sms_base sms_rbac sms_wql sms_policy)
    get_target_property(directory ${room} SOURCE_DIR)
    get_target_property(sources ${room} SOURCES)
    foreach(source ${sources})
        cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY ${directory})
        target_sources(sms_policy_fast PRIVATE ${source})
    endforeach()
    get_target_property(links ${room} LINK_LIBRARIES)
    list(FILTER links EXCLUDE REGEX "sms_")
    target_link_libraries(sms_policy_fast PUBLIC ${links})
endforeach()
add_dependencies(sms_policy_fast sms_rbac sms_wql)
target_include_directories(sms_policy_fast PUBLIC ${PROJECT_SOURCE_DIR}
    PRIVATE $<TARGET_PROPERTY:sms_wql,INCLUDE_DIRECTORIES>)
target_compile_definitions(sms_policy_fast PUBLIC
    _GNU_SOURCE SMS_VERSION="${PROJECT_VERSION}")
target_compile_options(sms_policy_fast PUBLIC -O2 -fno-strict-aliasing)
foreach(noun plan rights)
    add_executable(test_policy_${noun}_fast policy/test_policy_${noun}.c)
    target_link_libraries(test_policy_${noun}_fast PRIVATE
        sms_policy_fast sms_unit PkgConfig::CMOCKA)
    add_test(NAME test_policy_${noun}_${ESTATES}
        COMMAND test_policy_${noun}_fast ${ESTATES})
    set_tests_properties(test_policy_${noun}_${ESTATES} PROPERTIES LABELS long)
endforeach()
