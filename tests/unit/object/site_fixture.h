/*
 * A whole site in memory, whose acts go through the questions of the gate
 * (provider/object/question.h), on the same engine, store and object room.
 */
#pragma once

#include "tests/unit/unit.h"

#include "provider/object/declare/declare.h"
#include "provider/object/question.h"
#include "provider/object/watch.h"

struct fixture {
    struct store *store;
    struct site *site;
    struct object_failure failure; /* of the last act */
    int message_id;
    bool estate_changed;
    char import[256];      /* "created|updated|denied keys|rows denied" */
    json_t *result;        /* of the last act; owned */
    struct buf text;       /* the same as bytes */
    enum auth_level level; /* at which everybody is signed in */
    bool is_excepted;      /* whether an exclusion names everybody */
    /* What identities of a kind prove; all mfa to begin with. */
    enum auth_level reach[IDENTITY_N_KINDS];
    int64_t now_s;
};

/*
 * setup and teardown of cmocka. Administrators: full (everything), author
 * (Application Author in Web), deployer (Application Deployment Manager in
 * Web on Servers), security (Security Administrator in Web on Servers),
 * analyst (Read-only Analyst in Web on Servers), nobody (no record).
 * Scopes Web and Db; collections Servers (P0100014) and Desktops (P0100015).
 */
int fixture_open(void **state);
int fixture_close(void **state);

/* As setup, in a file; path is what a second connection opens. */
enum status fixture_make(const char *path, struct fixture **fixture_out);

/* The engine anew, as the daemon does after estate_changed. */
void fixture_reload(struct fixture *fixture);

/*
 * Acts as user. json is text with ' for ". Each is one change that is kept
 * when it went well and undone when not; the answer is in result.
 */
enum status act_get(struct fixture *fixture, const char *user,
                    const char *class_name, const char *key);
enum status act_list(struct fixture *fixture, const char *user,
                     const char *class_name, const struct object_list *list);
enum status act_query(struct fixture *fixture, const char *user,
                      const struct object_query *query);
enum status act_create(struct fixture *fixture, const char *user,
                       const char *class_name, const char *json);
enum status act_update(struct fixture *fixture, const char *user,
                       const char *class_name, const char *key,
                       const char *json);
enum status act_update_if(struct fixture *fixture, const char *user,
                          const char *class_name, const char *key,
                          const char *json, int64_t version);
/* by NULL: by the name. json is the list of rows. */
enum status act_import(struct fixture *fixture, const char *user,
                       const char *class_name, const char *by,
                       const char *json);
/* filter "": none. */
enum status act_watch(struct fixture *fixture, const char *user,
                      const char *class_name, const char *filter,
                      struct watch **watch_out);
/* The events are in result. */
enum status act_look(struct fixture *fixture, const char *user,
                     const char *class_name, struct watch *watch,
                     struct watch_look *look);
enum status act_delete(struct fixture *fixture, const char *user,
                       const char *class_name, const char *key);
enum status act_invoke(struct fixture *fixture, const char *user,
                       const char *class_name, const char *key,
                       const char *method, const char *json);

/* Weak, empty: called before and after each act of the object room. */
void room_entered(void);
void room_left(void);

/* Of the last answer: a property as text or number, or the items of a list. */
const char *text_in(const struct fixture *fixture, const char *property);
int64_t number_in(const struct fixture *fixture, const char *property);
size_t n_items(const struct fixture *fixture);
const char *item_text(const struct fixture *fixture, size_t i,
                      const char *property);

/* Makes something as full and gives its key, which lives until the next. */
const char *make_object(struct fixture *fixture, const char *class_name,
                        const char *key_property, const char *json);

/* Puts an object into one scope and takes it out of Default. */
void put_in_scope(struct fixture *fixture, int type, const char *key,
                  const char *scope_id);

/* A device that is a direct member of the collection. */
const char *make_member(struct fixture *fixture, const char *name,
                        const char *collection);

#define WITH_SITE(test)                                                        \
    cmocka_unit_test_setup_teardown(test, fixture_open, fixture_close)
