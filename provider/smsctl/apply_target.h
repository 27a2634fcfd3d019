/*
 * One object of a file on its way: its class, what it is called, and what there
 * is of it.
 */
#pragma once

#include <jansson.h>

#include "provider/smsctl/console.h"
#include "provider/smsctl/manifest/manifest.h"

/* One run over a manifest. */
struct apply {
    struct console *console;
    bool is_dry;     /* try and show, change nothing */
    json_t *classes; /* owned: descriptions by name */
    json_t *done;    /* owned: [{action, class, key, name, changes}] */
    size_t n_new;    /* created so far, or to be */
};

/* An object of the file, its class and what there is of it. */
struct apply_target {
    struct apply *apply;
    const struct manifest_object *object;
    const json_t *class; /* its description, borrowed */
    json_t *wanted;      /* owned: the properties of the file */
    char *word;          /* owned: key or name */
    bool is_by_name;
    bool is_own_key; /* given by the file: there is one, or nothing to do */
    json_t *current; /* owned: the object as it is; NULL: not there */
    json_t *changes; /* owned */
};

void apply_target_clear(struct apply_target *target);

/* Prints where the object stands in its file, before a failure. */
void apply_print_place(const struct apply_target *target);

#define APPLY_FAIL(target, result, ...)                                        \
    (apply_print_place(target),                                                \
     console_fail((target)->apply->console, (result), __VA_ARGS__))

/* The failure of a call that console_try made. */
enum smsclient_result apply_fail_call(const struct apply_target *target,
                                      enum smsclient_result result);

/* The description of the object's class. */
MUST_CHECK
enum smsclient_result apply_find_class(struct apply_target *target);

/* The class's property that holds the key; "" if there is none. */
const char *apply_key_property(const json_t *class);

/* A key or name as text, given; NULL: it is neither. */
char *apply_word_of(const json_t *value);

/* What the object is called: "key", the key property, the parts of a key, or
 * the name. */
MUST_CHECK
enum smsclient_result apply_find_word(struct apply_target *target);

/* Puts keys in place of the names that references were given by, so that they
 * can be compared with what is there. */
MUST_CHECK
enum smsclient_result apply_resolve(struct apply_target *target);
