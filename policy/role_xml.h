/*
 * Security roles in the XML that Configuration Manager exchanges.
 *
 *     <SMS_Roles>
 *       <SMS_Role CopiedFromID="SMS0002R" RoleName="x" RoleDescription="">
 *         <Operations>
 *           <Operation GrantedOperations="1" ObjectTypeID="6" />
 *
 * Reading takes any order of attributes and any line ends; there are no
 * document types, entities of one's own, namespaces, or network. Writing gives
 * the bytes the product's console writes: no declaration, two blanks, CR LF,
 * nothing after the last tag. Rules F6 to F8, F11.
 */
#pragma once

#include "policy/arena.h"
#include "policy/message.h"
#include "policy/policy.h"
#include "rbac/catalog.h"

enum {
    ROLE_XML_MAX_BYTES = 4 * 1024 * 1024,
    ROLE_XML_ROLES_MAX = 1000,
    ROLE_XML_NAME_MAX_BYTES = 256,
    ROLE_XML_TEXT_MAX_BYTES = 512,
};

struct role_xml {
    struct policy_place place;
    const char *copied_from; /* role id; "" when none */
    const char *name;
    const char *description;
    const struct rbac_builtin_mask *masks; /* [n_masks] ascending by type */
    size_t n_masks;
};

struct role_xml_file {
    const char *name; /* for messages */
    struct text text;
    bool is_lenient; /* leave out types and bits that are not known here, with
                      * a warning, for files of newer versions */
};

/*
 * Everything wrong is a message with its place; STATUS_INVALID then.
 * roles_out[*n_out] in the arena of the messages.
 */
MUST_CHECK
enum status role_xml_read(const struct role_xml_file *file,
                          struct policy_messages *messages,
                          const struct role_xml **roles_out, size_t *n_out);

/*
 * STATUS_DENIED for a built-in role, which is not exported (F11).
 * Masks need not be sorted; those of 0 are left out.
 */
MUST_CHECK
enum status role_xml_write(const struct role_xml *roles, size_t n,
                           struct buf *out);

/* A declared role as XML knows it: the levels its operations need are lost. */
MUST_CHECK
enum status role_xml_of(const struct policy_role *role, struct arena *arena,
                        struct role_xml *xml_out);

/* Ascending by type. */
void role_xml_sort(struct rbac_builtin_mask *masks, size_t n);

/* The name of a built-in role, but for the case of letters? */
bool role_xml_is_builtin(struct text name);
