foreach(noun address answer failure link mechanisms server_key show srv)
    sms_test(test_client_${noun} SOURCES client/test_client_${noun}.c
        LINKS sms_client)
endforeach()
foreach(noun answer line place request)
    sms_test(test_agent_${noun} SOURCES agent/test_agent_${noun}.c
        LINKS sms_agent)
endforeach()
foreach(noun arguments completion defaults expectation import jsonpath manifest output plan report role_object shell
        time value words)
    sms_test(test_smsctl_${noun} SOURCES smsctl/test_smsctl_${noun}.c
        LINKS sms_smsctl)
endforeach()

find_program(MANDOC mandoc)
if(MANDOC)
    add_test(NAME smsctl_manual COMMAND ${MANDOC} -T lint -W warning
        ${PROJECT_SOURCE_DIR}/provider/smsctl/man/smsctl.1)
    add_test(NAME agent_manual COMMAND ${MANDOC} -T lint -W warning
        ${PROJECT_SOURCE_DIR}/provider/smsctl/man/smsctl-agent.1)
    add_test(NAME client_manual COMMAND ${MANDOC} -T lint -W warning
        ${PROJECT_SOURCE_DIR}/provider/client/man/libsmsclient.3)
endif()

sms_test(test_bench_histogram
    SOURCES bench/test_bench_histogram.c ../bench/histogram.c)
