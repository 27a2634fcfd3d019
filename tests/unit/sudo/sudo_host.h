/*
 * A host with users, programs and rules of the test's own, between a sudo, a
 * libpam and a smshostd that do what a test says.
 */
#pragma once

#include "provider/sudo/sudo_rules.h"
#include "tests/unit/pam/fake_host.h"
#include "tests/unit/sudo/fake_login.h"
#include "tests/unit/sudo/fake_sudo.h"

#define TOOL  "/run/bin/tool"
#define OTHER "/run/bin/other"

#define RULES(text)                                                            \
    fake_host_write(SUDO_RULES_FILE, "realm = A.TEST\n"                        \
                                     "secure_path = /run/bin\n"                \
                                     "timeout_ms = 2000\n" text)
#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Setup of a program, and teardown of a test. */
int sudo_host_enter(void **state);
int sudo_host_leave(void **state);

/* What check_policy says to alice, and whether the session is open. */
int run(const char *const *words);
int run_as(const char *user, const char *const *words);

/* It is denied, with this part of a sentence. */
void assert_why(const char *const *words, const char *part);
