foreach(noun store store_allowance store_copy store_file store_stamp log_file log_mover health audit conceal policy_version proof seal seal_mark used_token change_log)
    sms_test(test_${noun} SOURCES store/test_${noun}.c LINKS sms_store PkgConfig::JANSSON)
endforeach()
foreach(noun archive retention)
    sms_test(test_${noun} SOURCES store/test_${noun}.c store/old_audit.c
        LINKS sms_store PkgConfig::JANSSON)
endforeach()
sms_test(test_seal_fault SOURCES store/test_seal_fault.c LINKS sms_store)
target_link_options(test_seal_fault PRIVATE
    -Wl,--wrap=store_step,--wrap=pread)
# Its wall clock is the test's to set.
target_link_options(test_audit PRIVATE -Wl,--wrap=clock_wall_ms)
# So is how long its proof takes.
target_link_options(test_proof PRIVATE -Wl,--wrap=clock_mono_ms)
add_library(site_fixture STATIC object/site_fixture.c)
target_link_libraries(site_fixture PUBLIC sms_object PkgConfig::CMOCKA
    PRIVATE sms_options)
foreach(noun inventory_description declare declare_collection declare_guard object object_alike object_class object_secured object_script object_folder object_property object_asked object_gain object_guard object_inventory object_level
        arrival evaluation evaluation_count evaluation_slice evaluation_wide label_block member_set rule_memo schedule object_deployment object_import object_like object_list object_lock object_members object_methods object_natural object_odata object_query object_rules object_shown object_sought object_users respell schema site site_step visible wide_sweep)
    sms_test(test_${noun} SOURCES object/test_${noun}.c
        LINKS site_fixture sms_object PkgConfig::JANSSON)
endforeach()
sms_test(test_object_watch SOURCES object/test_object_watch.c
    LINKS site_fixture sms_object PkgConfig::JANSSON)
# Twice: the second time, lists and queries choose as on a large site.
foreach(noun order steps)
    sms_test(test_object_${noun} SOURCES object/test_object_${noun}.c
        LINKS site_fixture sms_object PkgConfig::JANSSON PkgConfig::SQLITE)
    add_test(NAME test_object_${noun}_large COMMAND test_object_${noun})
    set_tests_properties(test_object_${noun}_large PROPERTIES
        ENVIRONMENT SMS_MUTANT=start-large)
endforeach()
sms_test(test_object_memory SOURCES object/test_object_memory.c
    LINKS site_fixture sms_object PkgConfig::JANSSON PkgConfig::SQLITE)
# The longest: begun first.
set_tests_properties(test_object_memory PROPERTIES COST 1000 LABELS long)
target_link_options(test_object_memory PRIVATE
    -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc)
sms_test(test_wql SOURCES wql/test_wql.c LINKS sms_wql)
sms_test(test_odata SOURCES wql/test_odata.c LINKS sms_wql)

# Every named statement of every room is prepared once.
get_property(sql_files GLOBAL PROPERTY SMS_SQL_FILES)
get_property(sql_headers GLOBAL PROPERTY SMS_SQL_HEADERS)
set(made ${CMAKE_CURRENT_BINARY_DIR}/made)
file(MAKE_DIRECTORY ${made})
list(TRANSFORM sql_headers REPLACE "(.+)" "#include \"\\1\"" OUTPUT_VARIABLE includes)
list(JOIN includes "\n" includes)
file(CONFIGURE OUTPUT ${made}/sql_headers.h CONTENT "${includes}\n")
add_custom_command(OUTPUT ${made}/sql_rows.h
    COMMAND ${AWK} -v mode=rows -f ${SQL_EMBED} ${sql_files} > ${made}/sql_rows.h
    DEPENDS ${sql_files} ${SQL_EMBED} VERBATIM)
sms_test(test_sql SOURCES store/test_sql.c ${made}/sql_rows.h LINKS sms_object)
target_include_directories(test_sql PRIVATE ${made})
