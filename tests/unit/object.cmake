foreach(noun store store_file audit)
    sms_test(test_${noun} SOURCES test_${noun}.c LINKS sms_store PkgConfig::JANSSON)
endforeach()
