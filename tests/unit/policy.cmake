# The tests of the policy room.
foreach(noun yaml schema)
    sms_test(test_policy_${noun} SOURCES test_policy_${noun}.c
        LINKS sms_policy)
endforeach()
