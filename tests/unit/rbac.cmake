# The decision library.
sms_test(test_rbac_decisions
    SOURCES test_rbac_decisions.c decision_table.c LINKS sms_rbac sms_base)
target_compile_definitions(test_rbac_decisions PRIVATE
    DECISIONS_DIR="${PROJECT_SOURCE_DIR}/tests/decisions")
foreach(noun check engine index)
    sms_test(test_rbac_${noun} SOURCES test_rbac_${noun}.c
        LINKS sms_rbac sms_base)
endforeach()
