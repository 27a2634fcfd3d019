# The tests of the room provider/daemon.

foreach(noun config params)
    sms_test(test_daemon_${noun} SOURCES test_daemon_${noun}.c LINKS sms_daemon)
endforeach()
