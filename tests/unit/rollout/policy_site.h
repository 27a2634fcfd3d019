/*
 * The site on which policy is tested over RPC: a provider opened for each test,
 * its policies, and answers as JSON.
 */
#pragma once

#include "tests/unit/unit.h"

#include <jansson.h>

#include "tests/support/provider_fixture.h"

extern struct provider provider;

#define ALL "[All Systems, All Users and User Groups]"

#define TOP                                                                    \
    "version: 1\n"                                                             \
    "authentication: { minimum_level: certificate }\n"                         \
    "scopes:\n"                                                                \
    "  - { name: Web }\n"                                                      \
    "  - { name: Db }\n"                                                       \
    "roles:\n"                                                                 \
    "  - name: Readers\n"                                                      \
    "    copied_from: Application Author\n"                                    \
    "    operations: { SMS_Application: [Read] }\n"                            \
    "  - name: Delegate\n"                                                     \
    "    copied_from: Security Administrator\n"                                \
    "    operations:\n"                                                        \
    "      SMS_Admin: [Read, Add, Modify, Remove]\n"                           \
    "      SMS_Role: [Read, Modify]\n"                                         \
    "      SMS_SecuredCategory: [Read]\n"                                      \
    "      SMS_Application: [Read]\n"                                          \
    "  - name: Viewer\n"                                                       \
    "    operations:\n"                                                        \
    "      SMS_Site: [Read]\n"                                                 \
    "      SMS_Collection: [Read, Read Resource]\n"                            \
    "  - name: Nosy\n"                                                         \
    "    operations: { SMS_Admin: [Read] }\n"                                  \
    "administrators:\n"                                                        \
    "  - user: top@A.TEST\n"                                                   \
    "    assignments:\n"                                                       \
    "      - { roles: [Full Administrator], scopes: [All],\n"                  \
    "          collections: " ALL " }\n"                                       \
    "  - user: second@A.TEST\n"                                                \
    "    assignments:\n"                                                       \
    "      - { roles: [Full Administrator], scopes: [All],\n"                  \
    "          collections: " ALL " }\n"                                       \
    "  - user: web@A.TEST\n"                                                   \
    "    assignments:\n"                                                       \
    "      - { roles: [Delegate], scopes: [Web] }\n"                           \
    "      - { roles: [Viewer], scopes: [Default], collections: " ALL " }\n"   \
    "  - user: reader@A.TEST\n"                                                \
    "    assignments:\n"                                                       \
    "      - { roles: [Read-only Analyst], scopes: [All],\n"                   \
    "          collections: " ALL " }\n"                                       \
    "  - user: nosy@A.TEST\n"                                                  \
    "    assignments:\n"                                                       \
    "      - { roles: [Nosy], scopes: [Web] }\n"

#define BOB(scope)                                                             \
    "  - user: bob@A.TEST\n"                                                   \
    "    assignments:\n"                                                       \
    "      - { roles: [Readers], scopes: [" scope "] }\n"

/* Two full administrators, one who delegates in the scope Web and may put
 * policies in place, one who reads everything, and one who reads administrators
 * and nothing else: TOP. */
extern const char policy[];
extern const char with_bob_in_web[]; /* bob reads applications there */
extern const char with_bob_in_db[];

int open_provider(void **state);
int close_provider(void **state);
#define WITH_PROVIDER(test)                                                    \
    cmocka_unit_test_setup_teardown(test, open_provider, close_provider)

void json_drop(json_t **json);
#define PEER(name, user, level)                                                \
    SCOPED(peer_leave) struct peer *name = peer_open(&provider, user, level)
#define JSON(name, value) SCOPED(json_drop) json_t *name = (value)

/* The whole answer; params of one file and more members (", \"x\": 1"). */
json_t *ask_files(struct peer *peer, const char *method, const char *text,
                  const char *more);
json_t *ask(struct peer *peer, const char *method, const char *params);

int code_of(const json_t *answer); /* 0: a result */
const json_t *result_of(const json_t *answer);
const json_t *data_of(const json_t *answer);

const char *text_in(const json_t *object, const char *name);
int64_t number_in(const json_t *object, const char *name);
size_t count_in(const json_t *object, const char *name);
const json_t *first_of(const json_t *object, const char *name);

/* As a test of the running policy says: may the user read in the scope? */
bool can(struct peer *peer, const char *user, const char *scope);
