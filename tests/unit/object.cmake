foreach(noun store store_allowance store_file audit policy_version retention seal used_token)
    sms_test(test_${noun} SOURCES store/test_${noun}.c LINKS sms_store PkgConfig::JANSSON)
endforeach()
add_library(site_fixture STATIC object/site_fixture.c)
target_link_libraries(site_fixture PUBLIC sms_object PkgConfig::CMOCKA
    PRIVATE sms_options)
foreach(noun declare declare_collection declare_guard object object_alike object_gain object_guard object_level
        object_like object_list object_members object_query object_shown site)
    sms_test(test_${noun} SOURCES object/test_${noun}.c
        LINKS site_fixture sms_object PkgConfig::JANSSON)
endforeach()
sms_test(test_object_memory SOURCES object/test_object_memory.c
    LINKS site_fixture sms_object PkgConfig::JANSSON PkgConfig::SQLITE)
target_link_options(test_object_memory PRIVATE
    -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc)
sms_test(test_wql SOURCES wql/test_wql.c LINKS sms_wql)
