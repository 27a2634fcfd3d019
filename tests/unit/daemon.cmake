# The tests of the daemon, from its configuration up.

foreach(noun budget condition generation grouping params refusals unread)
    sms_test(test_call_${noun} SOURCES call/test_call_${noun}.c LINKS sms_call)
endforeach()
sms_test(test_config SOURCES config/test_config.c LINKS sms_config)
sms_test(test_rpc_room SOURCES rpc/test_rpc_room.c LINKS sms_rpc)
foreach(noun acceptor listener penalty source_filter strangers trim)
    sms_test(test_net_${noun} SOURCES net/test_net_${noun}.c LINKS sms_net)
endforeach()
target_link_options(test_net_acceptor PRIVATE -Wl,--wrap=accept4)
sms_test(test_net_tls SOURCES net/test_net_tls.c LINKS sms_net sms_test_auth)

sms_test(test_web_head SOURCES web/test_web_head.c LINKS sms_web)
sms_test(test_web_odata SOURCES web/test_web_odata.c LINKS sms_odata)
sms_test(test_authzen SOURCES web/test_authzen.c LINKS sms_authzen)
sms_test(test_monitor_page SOURCES monitor/test_monitor_page.c LINKS sms_monitor)

# A disk that fails under every file that is read at the start.
sms_test(test_daemon_unreadable SOURCES daemon/test_daemon_unreadable.c
    LINKS sms_daemon sms_test_auth)
target_link_options(test_daemon_unreadable PRIVATE
    -Wl,--wrap=read,--wrap=readdir)

# Those that need a provider get one without sockets.
add_library(sms_test_provider STATIC
    ${PROJECT_SOURCE_DIR}/tests/support/provider_fixture.c)
target_link_libraries(sms_test_provider PUBLIC sms_daemon PkgConfig::CMOCKA
    PRIVATE sms_options)
sms_test(test_call SOURCES call/test_call.c LINKS sms_test_provider)
foreach(noun metrics session)
    sms_test(test_call_${noun} SOURCES call/test_call_${noun}.c
        LINKS sms_test_provider)
endforeach()
foreach(noun approval denial policy_right)
    sms_test(test_call_${noun} SOURCES call/test_call_${noun}.c
        rollout/policy_site.c
        LINKS sms_test_provider)
endforeach()
foreach(noun host import rights row_digest)
    sms_test(test_method_${noun} SOURCES method/test_method_${noun}.c
        LINKS sms_test_provider)
endforeach()
foreach(noun attempt denial)
    sms_test(test_method_${noun} SOURCES method/test_method_${noun}.c
        rollout/policy_site.c
        LINKS sms_test_provider)
endforeach()
sms_test(test_rollout_policy SOURCES rollout/test_rollout_policy.c
    rollout/policy_site.c
    LINKS sms_test_provider)
sms_test(test_rollout_export SOURCES rollout/test_rollout_export.c
    policy/random_policy.c
    LINKS sms_test_provider)
sms_test(test_daemon_hostile SOURCES daemon/test_daemon_hostile.c
    LINKS sms_test_provider)
sms_test(test_daemon_security SOURCES daemon/test_daemon_security.c
    rollout/policy_site.c
    LINKS sms_test_provider)

# Random policies applied to a store.
add_library(sms_test_applied STATIC rollout/applied.c policy/random_policy.c
    ${PROJECT_SOURCE_DIR}/provider/rollout/rollout_declare.c)
target_link_libraries(sms_test_applied PUBLIC site_fixture sms_object sms_policy
    PkgConfig::CMOCKA PkgConfig::SQLITE PkgConfig::JANSSON PRIVATE sms_options)
foreach(noun claim engine residue)
    sms_test(test_apply_${noun} SOURCES rollout/test_apply_${noun}.c
        LINKS sms_test_applied)
endforeach()
sms_test(test_apply_atomic SOURCES rollout/test_apply_atomic.c LINKS sms_test_applied)
target_link_options(test_apply_atomic PRIVATE
    -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc
    -Wl,--wrap=store_step,--wrap=store_run,--wrap=store_prepare)
foreach(noun doors thief)
    sms_test(test_apply_${noun} SOURCES rollout/test_apply_${noun}.c
        rollout/thief_model.c rollout/thief_oracle.c rollout/thief_step.c
        ${PROJECT_SOURCE_DIR}/tests/oracle/random.c
        LINKS sms_test_applied)
endforeach()
# What takes long is left to one compiler.
foreach(noun claim engine residue atomic doors thief)
    set_tests_properties(test_apply_${noun} PROPERTIES LABELS long)
endforeach()
