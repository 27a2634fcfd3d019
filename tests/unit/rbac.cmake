# The decision library.
sms_test(test_rbac_decisions
    SOURCES rbac/test_rbac_decisions.c rbac/decision_table.c LINKS sms_rbac sms_base)
target_compile_definitions(test_rbac_decisions PRIVATE
    DECISIONS_DIR="${PROJECT_SOURCE_DIR}/tests/decisions")
foreach(noun check cover delegate delegation engine gain index memory query)
    sms_test(test_rbac_${noun} SOURCES rbac/test_rbac_${noun}.c
        LINKS sms_rbac sms_base)
endforeach()
target_link_options(test_rbac_memory PRIVATE
    -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=aligned_alloc)
