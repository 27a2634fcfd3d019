/*
 * Realms, and the one canonical principal of a person.
 *
 * People, consoles and directories spell one person in several ways:
 * CORP\alice, alice@corp.test, Alice@CORP.TEST, alice@mail.corp.test. Here they
 * become alice@CORP.TEST, once, before anything is stored, compared or counted:
 * so a grant matches whoever signs in, and nobody is two people (T53, T55).
 * Everything behind compares bytes.
 *
 * In a realm that ignores case, names are folded in ASCII and have no other
 * letters. Directories that ignore case compare the rest by tables of their own
 * (to some, e and e with an accent are the same), and their tickets carry the
 * name as it was asked for: one person could be two to the second-person rule,
 * or two people one. Refusing is the only answer that is never wrong; such a
 * person signs in by certificate or token.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "provider/base/buf.h"

/* A realm as configured. */
struct realm {
    const char *name;            /* as it is written in canonical principals */
    const char *netbios;         /* CORP; NULL: none */
    const char *const *suffixes; /* [n_suffixes] of user principal names */
    size_t n_suffixes;
    bool ignores_case;   /* of users and of the realm itself */
    const char *account; /* on this host: "CORP\\{user}"; NULL: {user} */
};

/* All that are listed; none: nothing is known about realms. */
struct realms {
    const struct realm *items;
    size_t n_items;
};

enum realm_answer {
    REALM_UNFIT = 0, /* no name of a person, or not there */
    REALM_LISTED,    /* of a listed realm */
    REALM_UNLISTED,  /* of another */
    REALM_BARE,      /* it names no realm */
};

/*
 * The one pure function: appends the canonical principal of a name in any
 * spelling. What has no listed realm is appended as it is: two spellings of it
 * are two names. REALM_UNFIT appends nothing.
 */
enum realm_answer realm_principal(const struct realms *realms,
                                  struct text spelled, struct buf *out);

/*
 * The same for the name in a ticket, which is not a spelling but what the KDC
 * vouches for: REALM_UNFIT if it was asked for as an enterprise name and left
 * so. Whoever may write a user principal name could otherwise be anybody.
 */
enum realm_answer realm_principal_of_ticket(const struct realms *realms,
                                            struct text principal,
                                            struct buf *out);
bool realm_is_enterprise(struct text principal);

/*
 * The principal of a machine, and no person's: host/web1.corp.test@CORP.TEST,
 * with the realm as it is listed. STATUS_INVALID: it has another form, or its
 * realm is not listed, and nothing is appended.
 */
MUST_CHECK
enum status realm_machine(const struct realms *realms, struct text spelled,
                          struct buf *out);

/* Has a name that form, whatever its realm? */
bool realm_is_machine(struct text principal);

/* Could a principal be a person's? Of none is that form, nor an account of a
 * computer, which ends with a dollar sign: WEB1$@CORP.TEST. */
bool realm_may_be_person(struct text principal);

/* The listed realm of a canonical principal, or of a realm's name; NULL. */
const struct realm *realm_of(const struct realms *realms,
                             struct text principal);
const struct realm *realm_find(const struct realms *realms, struct text name);

/* That a name's suffix stands for: its realm's name, or one of those listed. */
const struct realm *realm_of_suffix(const struct realms *realms,
                                    struct text suffix);

/*
 * What was probably meant by a name that has no listed realm: the name in
 * another one. False: there is nothing near.
 */
bool realm_suggest(const struct realms *realms, struct text spelled,
                   struct buf *out);

/* "alice" of a canonical principal. */
struct text realm_user_part(struct text principal);

/* Its account on this host, by the realm's template. */
MUST_CHECK
enum status realm_account(const struct realm *realm, struct text user,
                          struct buf *out);

/* And back: the user whose account it is. False: nobody's by the template. */
bool realm_user_of_account(const struct realm *realm, struct text account,
                           struct text *user_out);

/* Does a name in a ticket mean the same person in both? */
bool realm_is_same(const struct realm *a, const struct realm *b);
