# The tests of the room provider/daemon.

foreach(noun budget config generation params penalty refusals room strangers unread)
    sms_test(test_daemon_${noun} SOURCES test_daemon_${noun}.c LINKS sms_daemon)
endforeach()

sms_test(test_daemon_acceptor SOURCES test_daemon_acceptor.c LINKS sms_daemon)
target_link_options(test_daemon_acceptor PRIVATE -Wl,--wrap=accept4)

# A disk that fails under every file that is read at the start.
sms_test(test_daemon_unreadable SOURCES test_daemon_unreadable.c
    LINKS sms_daemon sms_test_auth)
target_link_options(test_daemon_unreadable PRIVATE
    -Wl,--wrap=read,--wrap=readdir)

# Those that need a provider get one without sockets.
add_library(sms_test_provider STATIC
    ${PROJECT_SOURCE_DIR}/tests/support/provider_fixture.c)
target_link_libraries(sms_test_provider PUBLIC sms_daemon PkgConfig::CMOCKA
    PRIVATE sms_options)
foreach(noun call hostile metrics rights session)
    sms_test(test_daemon_${noun} SOURCES test_daemon_${noun}.c
        LINKS sms_test_provider)
endforeach()
foreach(noun approval denial policy policy_right security)
    sms_test(test_daemon_${noun} SOURCES test_daemon_${noun}.c policy_site.c
        LINKS sms_test_provider)
endforeach()
sms_test(test_daemon_export SOURCES test_daemon_export.c random_policy.c
    LINKS sms_test_provider)

# Random policies applied to a store.
add_library(sms_test_applied STATIC applied.c random_policy.c
    ${PROJECT_SOURCE_DIR}/provider/daemon/rollout_declare.c)
target_link_libraries(sms_test_applied PUBLIC site_fixture sms_object sms_policy
    PkgConfig::CMOCKA PkgConfig::SQLITE PkgConfig::JANSSON PRIVATE sms_options)
foreach(noun claim engine residue)
    sms_test(test_apply_${noun} SOURCES test_apply_${noun}.c
        LINKS sms_test_applied)
endforeach()
sms_test(test_apply_atomic SOURCES test_apply_atomic.c LINKS sms_test_applied)
target_link_options(test_apply_atomic PRIVATE
    -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc
    -Wl,--wrap=store_step,--wrap=store_run,--wrap=store_prepare)
foreach(noun doors thief)
    sms_test(test_apply_${noun} SOURCES test_apply_${noun}.c thief_model.c
        thief_oracle.c thief_step.c
        ${PROJECT_SOURCE_DIR}/tests/oracle/random.c
        LINKS sms_test_applied)
endforeach()
