/*
 * The language of policy files, as one table. What is not here is refused.
 */
#include <stddef.h>

#include "policy/draft.h"
#include "policy/identity.h"

#define MAP(struct_type, rows)                                                 \
    SCHEMA_MAP, .fields = (rows), .n_fields = ARRAY_SIZE(rows),                \
                .size = sizeof(struct_type),                                   \
                .place = SCHEMA_PLACE(struct_type, place)

/* What was there before the files named it. */
#define ADOPT(struct_type)                                                     \
    {                                                                          \
        "adopt", SCHEMA_AT(struct_type, origin.adopt), &schema_name,           \
            .describe = "Key of the one that the console made and that these " \
                        "files take over, with whoever holds it."              \
    }
#define WAS(struct_type)                                                       \
    {                                                                          \
        "was", SCHEMA_AT(struct_type, origin.was), &schema_name,               \
            .describe = "Its name until now, to rename it."                    \
    }

#define LIST_OF(item_type) SCHEMA_LIST, .item = &(item_type)

static const struct schema_type description = {
    SCHEMA_TEXT, .what = "a description", .max = 512};
static const struct schema_type reason = {SCHEMA_NAME, .what = "a reason",
                                          .min = 1, .max = 512};
static const struct schema_type user_name = {
    SCHEMA_NAME, .what = "a user such as alice@EXAMPLE.COM", .min = 1,
    .max = 256, .check = check_user};
static const struct schema_type placed_user = {
    SCHEMA_NAME,       .what = "a user such as alice@EXAMPLE.COM",
    .min = 1,          .max = 256,
    .is_placed = true, .check = check_placed_user};
static const struct schema_type group_name = {SCHEMA_NAME, .min = 1, .max = 256,
                                              .is_placed = true};
static const struct schema_type object_name = {
    SCHEMA_NAME,       .what = "a name that looks like no key",
    .min = 1,          .max = 256,
    .is_placed = true, .check = check_object_name};
static const struct schema_type some_names = {
    SCHEMA_LIST, .item = &schema_placed_name, .min = 1};

/* ---- Authentication ---- */

static const struct schema_field exclusion_fields[] = {
    {"user", SCHEMA_AT(struct draft_exclusion, user), &placed_user, .choice = 1,
     .describe = "The user whom the minimum does not bind."},
    {"group", SCHEMA_AT(struct draft_exclusion, group), &group_name,
     .choice = 1, .describe = "The group whom the minimum does not bind."},
    {"source", SCHEMA_AT(struct draft_exclusion, source), &schema_placed_name,
     .needs = "group",
     .describe = "Who says who is in the group: site, host or an issuer."},
    {"reason", SCHEMA_AT(struct draft_exclusion, reason), &reason,
     .is_required = true, .describe = "Why, for the auditor."},
    {"owner", SCHEMA_AT(struct draft_exclusion, owner), &user_name,
     .is_required = true, .describe = "Who answers for the exclusion."},
    {"until", SCHEMA_AT(struct draft_exclusion, until_s), &schema_date,
     .place = SCHEMA_PLACE(struct draft_exclusion, until_place),
     .describe = "The day on which the exclusion has ended."},
};
static const struct schema_type exclusion = {
    MAP(struct draft_exclusion, exclusion_fields),
    .initial = &(const struct draft_exclusion){.until_s = INT64_MAX}};
static const struct schema_type exclusions = {LIST_OF(exclusion)};

static const struct schema_field authentication_fields[] = {
    {"minimum_level", SCHEMA_AT(struct draft_authentication, minimum_level),
     &schema_level,
     .place = SCHEMA_PLACE(struct draft_authentication, minimum_level_place),
     .describe = "The level every administrator must sign in at."},
    {"exclusions", SCHEMA_AT(struct draft_authentication, exclusions),
     &exclusions, .describe = "Whom the minimum does not bind."},
};
static const struct schema_type authentication = {
    SCHEMA_MAP, .fields = authentication_fields,
    .n_fields = ARRAY_SIZE(authentication_fields),
    .size = sizeof(struct draft_authentication)};

/* ---- Scopes and roles ---- */

static const struct schema_field scope_fields[] = {
    {"name", SCHEMA_AT(struct draft_scope, name), &object_name,
     .is_required = true, .describe = "Unique name of the scope."},
    {"description", SCHEMA_AT(struct draft_scope, description), &description,
     .describe = "For people."},
    ADOPT(struct draft_scope),
    WAS(struct draft_scope),
};
static const struct schema_type scope = {
    MAP(struct draft_scope, scope_fields),
    .initial = &(const struct draft_scope){.description = ""}};
static const struct schema_type scopes = {LIST_OF(scope)};

static const struct schema_type operations = {
    SCHEMA_DICTIONARY, .what = "a map of classes to lists of operations",
    .item = &some_names, .size = sizeof(struct draft_operations),
    .value = SCHEMA_AT(struct draft_operations, names)};

static const struct schema_type level_key = {
    SCHEMA_NAME,       .what = "one of domain, certificate, mfa",
    .min = 1,          .max = 16,
    .is_placed = true, .check = check_level_key};
static const struct schema_type levels = {
    SCHEMA_DICTIONARY,
    .what = "a map of levels to classes and operations",
    .item = &operations,
    .key = &level_key,
    .size = sizeof(struct draft_level),
    .value = SCHEMA_AT(struct draft_level, operations)};

static const struct schema_field role_fields[] = {
    {"name", SCHEMA_AT(struct draft_role, name), &object_name,
     .is_required = true, .describe = "Unique name of the role."},
    {"description", SCHEMA_AT(struct draft_role, description), &description,
     .describe = "For people."},
    {"copied_from", SCHEMA_AT(struct draft_role, copied_from),
     &schema_placed_name,
     .describe = "The role it was made from; without operations it begins "
                 "as a copy of it."},
    {"operations", SCHEMA_AT(struct draft_role, operations), &operations,
     .place = SCHEMA_PLACE(struct draft_role, operations_place),
     .describe = "Everything the role may do, by class; nothing of the role "
                 "it was copied from remains."},
    {"add", SCHEMA_AT(struct draft_role, add), &operations,
     .needs = "copied_from",
     .describe = "Operations beyond those of the role it was copied from."},
    {"remove", SCHEMA_AT(struct draft_role, remove), &operations,
     .needs = "copied_from",
     .describe = "Operations that are not taken over from that role."},
    {"require_level", SCHEMA_AT(struct draft_role, levels), &levels,
     .describe = "Operations that need more than the minimum level."},
    {"level", SCHEMA_AT(struct draft_role, level), &schema_level,
     .describe = "The least level at which the role acts at all."},
    ADOPT(struct draft_role),
    WAS(struct draft_role),
};
static const struct schema_type role = {
    MAP(struct draft_role, role_fields),
    .initial = &(const struct draft_role){.description = ""}};
static const struct schema_type roles = {LIST_OF(role)};

/* ---- Collections ---- */

static const char *const collection_kinds[] = {"device", "user"};
static const struct schema_type collection_kind = {
    SCHEMA_WORD, .words = collection_kinds,
    .n_words = ARRAY_SIZE(collection_kinds)};
static const struct schema_type wql = {SCHEMA_TEXT, .what = "a query", .min = 1,
                                       .max = 65536, .is_placed = true};

static const struct schema_field query_fields[] = {
    {"name", SCHEMA_AT(struct draft_query, name), &schema_name,
     .is_required = true, .describe = "Name of the rule."},
    {"wql", SCHEMA_AT(struct draft_query, wql), &wql, .is_required = true,
     .describe = "select ... from SMS_R_System where ..."},
};
static const struct schema_type query = {MAP(struct draft_query, query_fields)};
static const struct schema_type queries = {LIST_OF(query)};

static const struct schema_field collection_fields[] = {
    {"name", SCHEMA_AT(struct draft_collection, name), &object_name,
     .is_required = true, .describe = "Unique name of the collection."},
    {"kind", SCHEMA_AT(struct draft_collection, kind), &collection_kind,
     .describe = "What its members are; device when not said."},
    {"comment", SCHEMA_AT(struct draft_collection, comment), &description,
     .describe = "For people."},
    {"limiting", SCHEMA_AT(struct draft_collection, limiting),
     &schema_placed_name, .is_required = true,
     .describe = "The collection whose members it chooses from."},
    {"query", SCHEMA_AT(struct draft_collection, queries), &queries,
     .describe = "Members by query."},
    {"direct", SCHEMA_AT(struct draft_collection, direct), &schema_placed_names,
     .describe = "Members by name."},
    {"include", SCHEMA_AT(struct draft_collection, include),
     &schema_placed_names, .describe = "Members of other collections."},
    {"exclude", SCHEMA_AT(struct draft_collection, exclude),
     &schema_placed_names,
     .describe = "Collections whose members are left out; wins."},
    ADOPT(struct draft_collection),
    WAS(struct draft_collection),
};
static const struct schema_type collection = {
    MAP(struct draft_collection, collection_fields),
    .initial = &(const struct draft_collection){.comment = ""}};
static const struct schema_type collections = {LIST_OF(collection)};

/* ---- Groups and administrators ---- */

static const struct schema_field group_fields[] = {
    {"name", SCHEMA_AT(struct draft_group, name), &group_name,
     .is_required = true, .describe = "Unique name of the group."},
    {"members", SCHEMA_AT(struct draft_group, members), &schema_placed_names,
     .is_required = true, .describe = "Users and groups."},
};
static const struct schema_type group = {MAP(struct draft_group, group_fields)};
static const struct schema_type groups = {LIST_OF(group)};

static const struct schema_field certificate_fields[] = {
    {"issuer", SCHEMA_AT(struct draft_certificate, issuer), &schema_text,
     .needs = "serial", .describe = "Issuer, such as CN=Example Admin CA."},
    {"serial", SCHEMA_AT(struct draft_certificate, serial), &schema_text,
     .needs = "issuer", .choice = 1,
     .describe = "Serial number in hexadecimal."},
    {"spki_sha256", SCHEMA_AT(struct draft_certificate, spki_sha256),
     &schema_text, .choice = 1,
     .describe = "SHA-256 of the public key in hexadecimal."},
};
static const struct schema_type certificate = {
    SCHEMA_MAP, .fields = certificate_fields,
    .n_fields = ARRAY_SIZE(certificate_fields),
    .size = sizeof(struct draft_certificate)};

static const struct schema_field token_fields[] = {
    {"issuer", SCHEMA_AT(struct draft_token, issuer), &schema_text,
     .is_required = true, .describe = "The iss claim."},
    {"subject", SCHEMA_AT(struct draft_token, subject), &schema_text,
     .is_required = true, .describe = "The sub claim."},
};
static const struct schema_type token = {SCHEMA_MAP, .fields = token_fields,
                                         .n_fields = ARRAY_SIZE(token_fields),
                                         .size = sizeof(struct draft_token)};

static const struct schema_field identity_fields[] = {
    {"certificate", SCHEMA_AT(struct draft_identity, certificate), &certificate,
     .choice = 1,
     .describe = "A certificate, by issuer and serial or by its key."},
    {"spki_sha256", SCHEMA_AT(struct draft_identity, spki_sha256), &schema_text,
     .choice = 1, .describe = "A certificate's key: SHA-256 in hexadecimal."},
    {"token", SCHEMA_AT(struct draft_identity, token), &token, .choice = 1,
     .describe = "A subject of a token issuer."},
    {"kerberos", SCHEMA_AT(struct draft_identity, kerberos), &schema_text,
     .choice = 1, .describe = "Another Kerberos principal of the user."},
    {"local", SCHEMA_AT(struct draft_identity, local), &schema_text,
     .choice = 1,
     .describe = "A user id on the provider's own socket; root: the "
                 "break-glass administrator."},
};
static const struct schema_type identity = {
    MAP(struct draft_identity, identity_fields), .check = check_identity};
static const struct schema_type identities = {LIST_OF(identity)};

static const char *const instances_words[] = {"all"};
static const struct schema_type instances = {
    SCHEMA_WORD, .what = "the word all", .words = instances_words,
    .n_words = ARRAY_SIZE(instances_words)};

static const struct schema_field assignment_fields[] = {
    {"roles", SCHEMA_AT(struct draft_assignment, roles), &some_names,
     .is_required = true, .describe = "Every role acts in every category."},
    {"instances", SCHEMA_AT(struct draft_assignment, instances), &instances,
     .choice = 1,
     .place = SCHEMA_PLACE(struct draft_assignment, instances_place),
     .describe = "all: the scope All, All Systems and All Users and User "
                 "Groups."},
    {"scopes", SCHEMA_AT(struct draft_assignment, scopes), &some_names,
     .choice = 1, .describe = "Scopes in which the roles act."},
    {"collections", SCHEMA_AT(struct draft_assignment, collections),
     &schema_placed_names, .needs = "scopes",
     .describe = "Collections on which the roles act."},
    {"from", SCHEMA_AT(struct draft_assignment, from_s), &schema_date,
     .describe = "The first day, UTC."},
    {"until", SCHEMA_AT(struct draft_assignment, until_s), &schema_date,
     .place = SCHEMA_PLACE(struct draft_assignment, until_place),
     .describe = "The day on which it has ended, UTC."},
};
static const struct schema_type assignment = {
    MAP(struct draft_assignment, assignment_fields),
    .initial = &(const struct draft_assignment){.from_s = INT64_MIN,
                                                .until_s = INT64_MAX}};
static const struct schema_type assignments = {LIST_OF(assignment)};

static const struct schema_field admin_fields[] = {
    {"user", SCHEMA_AT(struct draft_admin, user), &placed_user, .choice = 1,
     .describe = "A user."},
    {"group", SCHEMA_AT(struct draft_admin, group), &group_name, .choice = 1,
     .describe = "A group of these files or from outside."},
    {"source", SCHEMA_AT(struct draft_admin, source), &schema_placed_name,
     .needs = "group",
     .describe = "Who says who is in the group: site, host or an issuer of "
                 "tokens."},
    {"identities", SCHEMA_AT(struct draft_admin, identities), &identities,
     .needs = "user", .describe = "What else the user signs in with."},
    {"assignments", SCHEMA_AT(struct draft_admin, assignments), &assignments,
     .describe = "Roles in scopes and collections."},
    ADOPT(struct draft_admin),
};
static const struct schema_type admin = {MAP(struct draft_admin, admin_fields)};
static const struct schema_type admins = {LIST_OF(admin)};

/* ---- Tests ---- */

static const struct schema_field test_fields[] = {
    {"user", SCHEMA_AT(struct draft_test, user), &user_name,
     .is_required = true, .describe = "Who asks."},
    {"level", SCHEMA_AT(struct draft_test, level), &schema_level,
     .describe = "Signed in at; the highest when not said."},
    {"at", SCHEMA_AT(struct draft_test, at_s), &schema_date,
     .describe = "The day of asking; today when not said."},
    {"can", SCHEMA_AT(struct draft_test, can), &schema_placed_name, .choice = 1,
     .describe = "The operation that must be allowed."},
    {"cannot", SCHEMA_AT(struct draft_test, cannot), &schema_placed_name,
     .choice = 1, .describe = "The operation that must be denied."},
    {"class", SCHEMA_AT(struct draft_test, class_name), &schema_placed_name,
     .is_required = true, .describe = "Class of the object."},
    {"key", SCHEMA_AT(struct draft_test, key), &schema_placed_name,
     .describe = "Name of the collection."},
    {"scopes", SCHEMA_AT(struct draft_test, scopes), &some_names,
     .describe = "Scopes of an assumed object."},
};
static const struct schema_type test = {
    MAP(struct draft_test, test_fields),
    .initial = &(const struct draft_test){.at_s = INT64_MIN}};
static const struct schema_type tests = {LIST_OF(test)};

/* ---- The file ---- */

static const struct schema_type version = {
    SCHEMA_INTEGER, .what = "1, the version of this language", .min = 1,
    .max = 1};

static const struct schema_field file_fields[] = {
    {"version", SCHEMA_AT(struct draft, version), &version, .is_required = true,
     .describe = "Version of this language: 1."},
    {"authentication", SCHEMA_AT(struct draft, authentication), &authentication,
     .describe = "How strongly administrators sign in."},
    {"scopes", SCHEMA_AT(struct draft, scopes), &scopes,
     .describe = "Security scopes."},
    {"roles", SCHEMA_AT(struct draft, roles), &roles,
     .describe = "Security roles."},
    {"collections", SCHEMA_AT(struct draft, collections), &collections,
     .describe = "Collections of devices or users."},
    {"groups", SCHEMA_AT(struct draft, groups), &groups,
     .describe = "Groups of administrators."},
    {"administrators", SCHEMA_AT(struct draft, admins), &admins,
     .describe = "Who may do what."},
    {"tests", SCHEMA_AT(struct draft, tests), &tests,
     .describe = "What must be allowed and what must not."},
};

const struct schema_type policy_language = {
    SCHEMA_MAP, .what = "a policy: a map that begins with version: 1",
    .fields = file_fields, .n_fields = ARRAY_SIZE(file_fields),
    .size = sizeof(struct draft)};
