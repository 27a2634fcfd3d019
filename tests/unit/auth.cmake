# The tests of the room auth/.
foreach(noun level)
    sms_test(test_auth_${noun} SOURCES test_auth_${noun}.c LINKS sms_auth)
endforeach()
