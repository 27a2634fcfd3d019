/*
 * The language of policy files, as one table. Anything not in it is refused.
 */
#include <stddef.h>

#include "policy/draft.h"
#include "policy/identity.h"
#include "policy/kept/kept.h"
#include "provider/base/name.h"

#define MAP(struct_type, rows)                                                 \
    SCHEMA_MAP, .fields = (rows), .n_fields = ARRAY_SIZE(rows),                \
                .size = sizeof(struct_type),                                   \
                .place = SCHEMA_PLACE(struct_type, place)

/* Objects that exist before the files name them. */
#define ADOPT(kind)                                                            \
    {                                                                          \
        "adopt", SCHEMA_AT(struct draft_##kind, said.origin.adopt),            \
            &schema_name,                                                      \
            .describe = "Key of an object created in the console that these "  \
                        "files take over, with all its holders.",              \
            .kept = {                                                          \
                &kept_text,                                                    \
                SCHEMA_AT(struct policy_##kind, origin.adopt)                  \
            }                                                                  \
    }
#define WAS(kind)                                                              \
    {                                                                          \
        "was", SCHEMA_AT(struct draft_##kind, said.origin.was), &schema_name,  \
            .describe = "Its previous name, to rename it.", .kept = {          \
                &kept_text,                                                    \
                SCHEMA_AT(struct policy_##kind, origin.was)                    \
            }                                                                  \
    }

/* What orders the records that are made of it, and their size. */
#define KEPT(record, name)                                                     \
    .kept_size = sizeof(struct record),                                        \
    .kept_name = SCHEMA_PLACE(struct record, name)

#define LIST_OF(item_type) SCHEMA_LIST, .item = &(item_type)

static const struct schema_type description = {
    SCHEMA_TEXT, .what = "a description", .max = 512};
static const struct schema_type reason = {
    SCHEMA_NAME, .fault = name_fault, .what = "a reason", .min = 1, .max = 512};
static const struct schema_type user_name = {
    SCHEMA_NAME,
    .fault = name_fault,
    .what = "a user such as alice@EXAMPLE.COM",
    .min = 1,
    .max = 256,
    .check = check_user};
static const struct schema_type placed_user = {
    SCHEMA_NAME,
    .fault = name_fault,
    .what = "a user such as alice@EXAMPLE.COM",
    .min = 1,
    .max = 256,
    .is_placed = true,
    .check = check_placed_user};
static const struct schema_type group_name = {
    SCHEMA_NAME, .fault = name_fault, .min = 1, .max = 256, .is_placed = true};
static const struct schema_type held_group = {
    SCHEMA_NAME,
    .what = "a group, or { sid: S-1-5-21-.. } perhaps with its name",
    .fault = name_fault,
    .min = 1,
    .max = 256,
    .is_placed = true,
    .inside = "sid",
    .beside = "name",
    .alone_lacks =
        "has no SID yet, and means nobody without one: \"smsctl "
        "policy resolve\" asks the domain for it once, and writes it "
        "beside the name",
    .check = check_held_group};
static const struct schema_type device_name = {
    SCHEMA_NAME, .fault = name_fault, .what = "the name of a device", .min = 1,
    .max = 250,  .is_placed = true,   .check = check_device};
static const struct schema_type device_number = {
    SCHEMA_INTEGER, .what = "the number of a device", .min = 1,
    .max = INT64_MAX};
static const struct schema_type object_name = {
    SCHEMA_NAME,
    .fault = name_fault,
    .what = "a name that does not look like a key",
    .min = 1,
    .max = 256,
    .is_placed = true,
    .check = check_object_name};
static const struct schema_type some_names = {
    SCHEMA_LIST, .item = &schema_placed_name, .min = 1};

/* ---- Authentication ---- */

static const struct schema_field exclusion_fields[] = {
    {"user", SCHEMA_AT(struct draft_exclusion, user), &placed_user, .choice = 1,
     .describe = "The user to whom the minimum does not apply.",
     .kept = {&kept_holder, SCHEMA_AT(struct policy_exclusion, user)}},
    {"group", SCHEMA_AT(struct draft_exclusion, group), &held_group,
     .choice = 1, .describe = "The group to which the minimum does not apply.",
     .kept = {&kept_holder, SCHEMA_AT(struct policy_exclusion, user),
              .which = true}},
    {"source", SCHEMA_AT(struct draft_exclusion, source), &schema_placed_name,
     .needs = "group",
     .describe = "Source of the group: site, host, sid or an issuer.",
     .kept = {&kept_text, SCHEMA_AT(struct policy_exclusion, source),
              "source"}},
    {"reason", SCHEMA_AT(struct draft_exclusion, said.reason), &reason,
     .is_required = true, .describe = "Reason, for the auditor.",
     .kept = {&kept_text, SCHEMA_AT(struct policy_exclusion, reason),
              "reason"}},
    {"owner", SCHEMA_AT(struct draft_exclusion, said.owner), &user_name,
     .is_required = true, .describe = "Owner of the exclusion.",
     .kept = {&kept_text, SCHEMA_AT(struct policy_exclusion, owner), "owner"}},
    {"until", SCHEMA_AT(struct draft_exclusion, said.until_s), &schema_date,
     .place = SCHEMA_PLACE(struct draft_exclusion, until_place),
     .describe = "First day on which the exclusion no longer applies.",
     .kept = {&kept_date, SCHEMA_AT(struct policy_exclusion, until_s),
              "ends:"}},
};
const struct schema_type language_exclusion = {
    MAP(struct draft_exclusion, exclusion_fields),
    .kept_size = sizeof(struct policy_exclusion),
    .initial = &(const struct draft_exclusion){.said.until_s = INT64_MAX}};
static const struct schema_type exclusions = {LIST_OF(language_exclusion)};

static const struct schema_field authentication_fields[] = {
    {"minimum_level", SCHEMA_AT(struct draft_authentication, minimum_level),
     &schema_level,
     .place = SCHEMA_PLACE(struct draft_authentication, minimum_level_place),
     .describe = "The level every administrator must sign in at.",
     .kept = {&kept_level, SCHEMA_AT(struct policy, minimum_level), "level:"}},
    {"exclusions", SCHEMA_AT(struct draft_authentication, exclusions),
     &exclusions,
     .describe = "Users and groups to which the minimum does not apply.",
     .kept = {&kept_records, SCHEMA_AT(struct policy, exclusions)}},
};
const struct schema_type language_authentication = {
    SCHEMA_MAP, .fields = authentication_fields,
    .n_fields = ARRAY_SIZE(authentication_fields),
    .size = sizeof(struct draft_authentication)};

/* ---- Scopes and roles ---- */

static const struct schema_field scope_fields[] = {
    {"name", SCHEMA_AT(struct draft_scope, name), &object_name,
     .is_required = true, .describe = "Unique name of the scope.",
     .kept = {&kept_text, SCHEMA_AT(struct policy_scope, name)}},
    {"description", SCHEMA_AT(struct draft_scope, said.description),
     &description, .describe = "For people.",
     .kept = {&kept_text, SCHEMA_AT(struct policy_scope, description),
              "description"}},
    ADOPT(scope),
    WAS(scope),
};
const struct schema_type language_scope = {
    MAP(struct draft_scope, scope_fields), KEPT(policy_scope, name),
    .initial = &(const struct draft_scope){.said.description = ""}};
static const struct schema_type scopes = {LIST_OF(language_scope)};

#define WORD_OF(names)                                                         \
    SCHEMA_NAME, .fault = name_fault, .min = 1, .max = 256, .is_placed = true, \
                 .vocabulary = (names)

static const struct schema_type role_name = {WORD_OF(SCHEMA_ROLES)};
static const struct schema_type role_names = {LIST_OF(role_name), .min = 1};
static const struct schema_type class_name = {WORD_OF(SCHEMA_CLASSES)};
static const struct schema_type operation_name = {WORD_OF(SCHEMA_OPERATIONS)};

static const struct schema_type operations = {
    SCHEMA_DICTIONARY,
    .what = "a map of classes to lists of operations",
    .item = &some_names,
    .key = &schema_placed_name,
    .size = sizeof(struct draft_operations),
    .value = SCHEMA_AT(struct draft_operations, names)};

static const struct schema_type level_key = {
    SCHEMA_NAME,
    .fault = name_fault,
    .what = "one of domain, certificate, mfa",
    .min = 1,
    .max = 16,
    .is_placed = true,
    .check = check_level_key};
static const struct schema_type levels = {
    SCHEMA_DICTIONARY,
    .what = "a map of levels to classes and operations",
    .item = &operations,
    .key = &level_key,
    .size = sizeof(struct draft_level),
    .value = SCHEMA_AT(struct draft_level, operations)};

static const struct schema_field role_fields[] = {
    {"name", SCHEMA_AT(struct draft_role, name), &object_name,
     .is_required = true, .describe = "Unique name of the role.",
     .kept = {&kept_text, SCHEMA_AT(struct policy_role, name)}},
    {"description", SCHEMA_AT(struct draft_role, said.description),
     &description, .describe = "For people.",
     .kept = {&kept_text, SCHEMA_AT(struct policy_role, description),
              "description"}},
    {"copied_from", SCHEMA_AT(struct draft_role, copied_from), &role_name,
     .describe = "The role it was copied from; without operations it starts as "
                 "a copy of it.",
     .kept = {&kept_copied_from, SCHEMA_AT(struct policy_role, copied_from),
              "copied from"}},
    {"level", SCHEMA_AT(struct draft_role, said.level), &schema_level,
     .describe = "The lowest level at which the role acts at all.",
     .kept = {&kept_level, SCHEMA_AT(struct policy_role, level), "acts at"}},
    ADOPT(role),
    WAS(role),
    {"operations", SCHEMA_AT(struct draft_role, operations), &operations,
     .place = SCHEMA_PLACE(struct draft_role, operations_place),
     .describe = "Everything the role may do, by class; replaces the content "
                 "of the role it was copied from.",
     .kept = {&kept_rights}},
    {"add", SCHEMA_AT(struct draft_role, add), &operations,
     .needs = "copied_from",
     .describe = "Operations added to those of the role it was copied from.",
     .kept = {&kept_elsewhere}},
    {"remove", SCHEMA_AT(struct draft_role, remove), &operations,
     .needs = "copied_from",
     .describe = "Operations of that role to leave out.",
     .kept = {&kept_elsewhere}},
    {"require_level", SCHEMA_AT(struct draft_role, levels), &levels,
     .describe = "Operations that need more than the minimum level.",
     .kept = {&kept_right_levels}},
};
const struct schema_type language_role = {
    MAP(struct draft_role, role_fields), KEPT(policy_role, name),
    .initial = &(const struct draft_role){.said.description = ""}};
static const struct schema_type roles = {LIST_OF(language_role)};

/* ---- Collections ---- */

static const char *const collection_kinds[] = {"device", "user"};
static const struct schema_type collection_kind = {
    SCHEMA_WORD, .words = collection_kinds,
    .n_words = ARRAY_SIZE(collection_kinds)};
static const char *const refreshes[] = {"incremental", "scheduled", "both",
                                        "manual"};
static const struct schema_type refresh = {SCHEMA_WORD, .words = refreshes,
                                           .n_words = ARRAY_SIZE(refreshes)};
static const struct schema_type schedule = {
    SCHEMA_NAME,
    .fault = name_fault,
    .what = "a schedule: 16 hexadecimal digits a token",
    .min = 16,
    .max = 15 * 16,
    .is_placed = true,
    .check = check_schedule};
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
     .is_required = true, .describe = "Unique name of the collection.",
     .kept = {&kept_text, SCHEMA_AT(struct policy_collection, name)}},
    {"kind", SCHEMA_AT(struct draft_collection, kind), &collection_kind,
     .describe = "Kind of its members; default device.",
     .kept = {&kept_is_user}},
    {"comment", SCHEMA_AT(struct draft_collection, said.comment), &description,
     .describe = "For people.",
     .kept = {&kept_text, SCHEMA_AT(struct policy_collection, comment),
              "comment"}},
    ADOPT(collection),
    WAS(collection),
    {"limiting", SCHEMA_AT(struct draft_collection, limiting),
     &schema_placed_name, .is_required = true,
     .describe = "The collection that limits its members.",
     .kept = {&kept_text, SCHEMA_AT(struct policy_collection, limiting),
              "limiting"}},
    {"refresh", SCHEMA_AT(struct draft_collection, refresh), &refresh,
     .describe = "When its members are evaluated anew; default incremental: as "
                 "soon as anything changes.",
     .kept = {&kept_refresh}},
    {"schedule", SCHEMA_AT(struct draft_collection, schedule), &schedule,
     .describe = "With refresh scheduled or both: when, as SMS_ScheduleMethods "
                 "writes it; default: once a day.",
     .kept = {&kept_text, SCHEMA_AT(struct policy_collection, schedule),
              "schedule"}},
    {"query", SCHEMA_AT(struct draft_collection, queries), &queries,
     .describe = "Members by query.",
     .kept = {&kept_rules, .which = POLICY_RULE_QUERY}},
    {"direct", SCHEMA_AT(struct draft_collection, direct), &schema_placed_names,
     .describe = "Members by name.",
     .kept = {&kept_rules, .which = POLICY_RULE_DIRECT}},
    {"include", SCHEMA_AT(struct draft_collection, include),
     &schema_placed_names, .describe = "Members of other collections.",
     .kept = {&kept_rules, .which = POLICY_RULE_INCLUDE}},
    {"exclude", SCHEMA_AT(struct draft_collection, exclude),
     &schema_placed_names,
     .describe = "Collections whose members are left out; takes precedence.",
     .kept = {&kept_rules, .which = POLICY_RULE_EXCLUDE}},
};
const struct schema_type language_collection = {
    MAP(struct draft_collection, collection_fields),
    KEPT(policy_collection, name),
    .initial = &(const struct draft_collection){.said.comment = ""}};
static const struct schema_type collections = {LIST_OF(language_collection)};

/* ---- Groups and administrators ---- */

static const struct schema_field group_fields[] = {
    {"name", SCHEMA_AT(struct draft_group, name), &group_name,
     .is_required = true, .describe = "Unique name of the group.",
     .kept = {&kept_text, SCHEMA_AT(struct policy_group, name)}},
    {"members", SCHEMA_AT(struct draft_group, members), &schema_placed_names,
     .is_required = true, .describe = "Users and groups.",
     .kept = {&kept_names, SCHEMA_AT(struct policy_group, members), "member"}},
};
const struct schema_type language_group = {
    MAP(struct draft_group, group_fields), KEPT(policy_group, name)};
static const struct schema_type groups = {LIST_OF(language_group)};

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

static const struct schema_field ssh_fields[] = {
    {"key", SCHEMA_AT(struct draft_ssh, key), &schema_text, .is_required = true,
     .describe = "The public key, as its file .pub has it."},
    {"level", SCHEMA_AT(struct draft_ssh, level), &schema_level,
     .describe = "What it proves at a login of a host; default: domain."},
    {"until", SCHEMA_AT(struct draft_ssh, until_s), &schema_date,
     .describe = "First day on which it no longer counts, UTC."},
};
static const struct schema_type ssh = {SCHEMA_MAP, .fields = ssh_fields,
                                       .n_fields = ARRAY_SIZE(ssh_fields),
                                       .size = sizeof(struct draft_ssh)};

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
    {"sid", SCHEMA_AT(struct draft_identity, sid), &schema_text, .choice = 1,
     .describe = "The SID of the user's account in its domain."},
    {"local", SCHEMA_AT(struct draft_identity, local), &schema_text,
     .choice = 1,
     .describe = "A user id on the provider's own socket; root: the "
                 "break-glass administrator."},
    {"ssh", SCHEMA_AT(struct draft_identity, ssh), &ssh, .choice = 1,
     .describe = "An SSH key, with which hosts of the site let the user in."},
};
static const struct schema_type identity = {
    MAP(struct draft_identity, identity_fields), .check = check_identity,
    .initial = &(const struct draft_identity){.ssh.until_s = INT64_MAX}};
static const struct schema_type identities = {LIST_OF(identity)};

static const char *const instances_words[] = {"all"};
static const struct schema_type instances = {
    SCHEMA_WORD, .what = "the word all", .words = instances_words,
    .n_words = ARRAY_SIZE(instances_words)};

static const struct schema_field assignment_fields[] = {
    {"roles", SCHEMA_AT(struct draft_assignment, roles), &role_names,
     .is_required = true, .describe = "Every role acts in every category.",
     .kept = {&kept_names, SCHEMA_AT(struct policy_assignment, roles)}},
    {"instances", SCHEMA_AT(struct draft_assignment, instances), &instances,
     .choice = 1,
     .place = SCHEMA_PLACE(struct draft_assignment, instances_place),
     .describe = "all: the scope All, All Systems and All Users and User "
                 "Groups.",
     .kept = {&kept_elsewhere}},
    {"scopes", SCHEMA_AT(struct draft_assignment, scopes), &some_names,
     .choice = 1, .describe = "Scopes in which the roles act.",
     .kept = {&kept_names, SCHEMA_AT(struct policy_assignment, scopes)}},
    {"collections", SCHEMA_AT(struct draft_assignment, collections),
     &schema_placed_names, .needs = "scopes",
     .describe = "Collections on which the roles act.",
     .kept = {&kept_names, SCHEMA_AT(struct policy_assignment, collections)}},
    {"from", SCHEMA_AT(struct draft_assignment, said.from_s), &schema_date,
     .describe = "The first day, UTC.",
     .kept = {&kept_date, SCHEMA_AT(struct policy_assignment, from_s)}},
    {"until", SCHEMA_AT(struct draft_assignment, said.until_s), &schema_date,
     .place = SCHEMA_PLACE(struct draft_assignment, until_place),
     .describe = "First day on which it no longer applies, UTC.",
     .kept = {&kept_date, SCHEMA_AT(struct policy_assignment, until_s)}},
};
static const struct schema_type assignment = {
    MAP(struct draft_assignment, assignment_fields),
    .kept_size = sizeof(struct policy_assignment),
    .initial = &(const struct draft_assignment){.said.from_s = INT64_MIN,
                                                .said.until_s = INT64_MAX}};
static const struct schema_type assignments = {LIST_OF(assignment)};

static const struct schema_field admin_fields[] = {
    {"user", SCHEMA_AT(struct draft_admin, user), &placed_user, .choice = 1,
     .describe = "A user.",
     .kept = {&kept_user, SCHEMA_AT(struct policy_admin, name)}},
    {"group", SCHEMA_AT(struct draft_admin, group), &held_group, .choice = 1,
     .describe = "A group declared in these files, or external; of a domain by "
                 "its SID, with its name for people.",
     .kept = {&kept_group, SCHEMA_AT(struct policy_admin, name),
              .which = true}},
    {"host", SCHEMA_AT(struct draft_admin, host), &device_name, .choice = 1,
     .describe = "A device, by name: its identities may ask who may log in to "
                 "it, and nothing else.",
     .kept = {&kept_text, SCHEMA_AT(struct policy_admin, host), "device"}},
    {"device", SCHEMA_AT(struct draft_admin, said.device), &device_number,
     .needs = "host",
     .describe = "The ResourceID of the host's device, where several have its "
                 "name.",
     .kept = {&kept_device}},
    {"source", SCHEMA_AT(struct draft_admin, source), &schema_placed_name,
     .needs = "group",
     .describe = "Source of the group: site, host, sid or an issuer of tokens.",
     .kept = {&kept_text, SCHEMA_AT(struct policy_admin, source), "source"}},
    ADOPT(admin),
    {"identities", SCHEMA_AT(struct draft_admin, identities), &identities,
     .describe = "Other identities of the user, or those of the host.",
     .kept = {&kept_identities}},
    {"assignments", SCHEMA_AT(struct draft_admin, assignments), &assignments,
     .describe = "Roles in scopes and collections.",
     .kept = {&kept_assignments, SCHEMA_AT(struct policy_admin, assignments)}},
};
const struct schema_type language_admin = {
    MAP(struct draft_admin, admin_fields), KEPT(policy_admin, name)};
static const struct schema_type admins = {LIST_OF(language_admin)};

/* ---- Tests ---- */

static const struct schema_field test_fields[] = {
    {"user", SCHEMA_AT(struct draft_test, said.user), &user_name,
     .is_required = true, .describe = "The user the test is about.",
     .kept = {&kept_text, SCHEMA_AT(struct policy_test, user)}},
    {"level", SCHEMA_AT(struct draft_test, said.level), &schema_level,
     .describe = "Level of the sign-in; default: the highest.",
     .kept = {&kept_level, SCHEMA_AT(struct policy_test, level)}},
    {"at", SCHEMA_AT(struct draft_test, said.at_s), &schema_date,
     .describe = "Day of the question; default: today.",
     .kept = {&kept_date, SCHEMA_AT(struct policy_test, at_s)}},
    {"can", SCHEMA_AT(struct draft_test, can), &operation_name, .choice = 1,
     .describe = "The operation that must be allowed.",
     .kept = {&kept_can, .which = true}},
    {"cannot", SCHEMA_AT(struct draft_test, cannot), &operation_name,
     .choice = 1, .describe = "The operation that must be denied.",
     .kept = {&kept_can}},
    {"class", SCHEMA_AT(struct draft_test, class_name), &class_name,
     .is_required = true, .describe = "Class of the object.",
     .kept = {&kept_text, SCHEMA_AT(struct policy_test, class_name)}},
    {"key", SCHEMA_AT(struct draft_test, key), &schema_placed_name,
     .describe = "Name of the collection.",
     .kept = {&kept_text, SCHEMA_AT(struct policy_test, key)}},
    {"scopes", SCHEMA_AT(struct draft_test, scopes), &some_names,
     .describe = "Scopes of a hypothetical object.",
     .kept = {&kept_names, SCHEMA_AT(struct policy_test, scopes)}},
};
static const struct schema_type test = {
    MAP(struct draft_test, test_fields),
    .kept_size = sizeof(struct policy_test),
    .initial = &(const struct draft_test){.said.at_s = INT64_MIN}};
static const struct schema_type tests = {LIST_OF(test)};

/* ---- The file ---- */

static const struct schema_type version = {
    SCHEMA_INTEGER, .what = "1, the version of this language", .min = 1,
    .max = 1};

static const struct schema_field file_fields[] = {
    {"version", SCHEMA_AT(struct draft, version), &version, .is_required = true,
     .describe = "Version of this language: 1.", .kept = {&kept_elsewhere}},
    {"authentication", SCHEMA_AT(struct draft, authentication),
     &language_authentication,
     .describe = "How strongly administrators must sign in.",
     .kept = {&kept_map}},
    {"scopes", SCHEMA_AT(struct draft, scopes), &scopes,
     .describe = "Security scopes.",
     .kept = {&kept_records, SCHEMA_AT(struct policy, scopes)}},
    {"roles", SCHEMA_AT(struct draft, roles), &roles,
     .describe = "Security roles.",
     .kept = {&kept_records, SCHEMA_AT(struct policy, roles)}},
    {"collections", SCHEMA_AT(struct draft, collections), &collections,
     .describe = "Collections of devices or users.",
     .kept = {&kept_records, SCHEMA_AT(struct policy, collections)}},
    {"groups", SCHEMA_AT(struct draft, groups), &groups,
     .describe = "Groups of administrators.",
     .kept = {&kept_records, SCHEMA_AT(struct policy, groups)}},
    {"administrators", SCHEMA_AT(struct draft, admins), &admins,
     .describe = "Administrators and their rights.",
     .kept = {&kept_records, SCHEMA_AT(struct policy, admins)}},
    {"tests", SCHEMA_AT(struct draft, tests), &tests,
     .describe = "What must be allowed or denied.",
     .kept = {&kept_records, SCHEMA_AT(struct policy, tests)}},
};

const struct schema_type policy_language = {
    SCHEMA_MAP, .what = "a policy: a map that begins with version: 1",
    .fields = file_fields, .n_fields = ARRAY_SIZE(file_fields),
    .size = sizeof(struct draft)};
