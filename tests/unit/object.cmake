foreach(noun store store_file audit)
    sms_test(test_${noun} SOURCES test_${noun}.c LINKS sms_store PkgConfig::JANSSON)
endforeach()
add_library(site_fixture STATIC site_fixture.c)
target_link_libraries(site_fixture PUBLIC sms_object PkgConfig::CMOCKA
    PRIVATE sms_options)
foreach(noun declare object object_guard object_list site)
    sms_test(test_${noun} SOURCES test_${noun}.c
        LINKS site_fixture sms_object PkgConfig::JANSSON)
endforeach()
