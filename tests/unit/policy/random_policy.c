#include "tests/unit/policy/random_policy.h"

#include <assert.h>
#include <string.h>

#include "rbac/catalog.h"

struct dice {
    uint64_t state;
    struct arena *arena;
    struct policy policy;
    size_t most;
};

/* xorshift64*: the same on every machine. */
static size_t roll(struct dice *dice, size_t sides)
{
    dice->state ^= dice->state >> 12;
    dice->state ^= dice->state << 25;
    dice->state ^= dice->state >> 27;
    return (size_t)((dice->state * 2685821657736338717u) >> 33) % sides;
}

static void *give(struct dice *dice, size_t n, size_t size)
{
    void *memory = arena_alloc(dice->arena, n, size);

    assert(memory);
    return memory;
}

static const char *name_of(struct dice *dice, const char *kind, size_t i)
{
    static const char *const odd[] = {"",
                                      ": x",
                                      "\"q\"",
                                      " # no",
                                      "\\back",
                                      "\xC3\xA4",
                                      "{}[],&*!|>'%@`",
                                      " - dash",
                                      "\xF0\x9F\x94\x92"};
    /* The same name in every policy, so that they can be compared. */
    const char *name =
        arena_format(dice->arena, "%s%zu%s", kind, i,
                     odd[(i + (size_t)kind[0]) % ARRAY_SIZE(odd)]);

    assert(name);
    return name;
}

static const char *text_of_chance(struct dice *dice)
{
    static const char *const texts[] = {
        "",    "plain", "two\nlines",          "tab\there",
        "yes", "1.20",  "\xE2\x80\xAE turned", "\"quoted\" \\ \x1b[31m"};

    return texts[roll(dice, ARRAY_SIZE(texts))];
}

static enum auth_level level_of_chance(struct dice *dice)
{
    return (enum auth_level)roll(dice, AUTH_LEVEL_MFA + 1);
}

static int64_t day_of_chance(struct dice *dice)
{
    return (int64_t)roll(dice, 30000) * 86400 +
           (roll(dice, 3) ? 0 : (int64_t)roll(dice, 86400));
}

static void make_scopes(struct dice *dice)
{
    const size_t n = roll(dice, dice->most + 1);
    struct policy_scope *scopes = give(dice, n, sizeof(*scopes));

    for (size_t i = 0; i < n; i++) {
        scopes[i].name = name_of(dice, "scope ", i);
        scopes[i].description = text_of_chance(dice);
    }
    dice->policy.scopes = scopes;
    dice->policy.n_scopes = n;
}

/* Rows by type and level; a bit of a type in one of them. */
static void make_rights(struct dice *dice, struct policy_role *role)
{
    struct rbac_right *rights =
        give(dice, 4 * rbac_catalog.n_types, sizeof(*rights));
    size_t n = 0;

    for (size_t t = 0; t < rbac_catalog.n_types; t++) {
        const struct rbac_type *type = &rbac_catalog.types[t];
        uint32_t left = type->operations;

        if (roll(dice, 20))
            continue;
        for (int level = 0; level <= AUTH_LEVEL_MFA; level++) {
            const uint32_t bits = left & (uint32_t)roll(dice, UINT32_MAX);

            left &= ~bits;
            if (bits)
                rights[n++] =
                    (struct rbac_right){.type = type->id,
                                        .operations = bits,
                                        .level = (enum auth_level)level};
        }
    }
    role->rights = rights;
    role->n_rights = n;
}

static void make_roles(struct dice *dice)
{
    const size_t n = roll(dice, dice->most + 1);
    struct policy_role *roles = give(dice, n, sizeof(*roles));

    for (size_t i = 0; i < n; i++) {
        roles[i].name = name_of(dice, "role ", i);
        roles[i].description = text_of_chance(dice);
        roles[i].copied_from =
            roll(dice, 2)
                ? ""
                : rbac_builtin_roles[roll(dice, rbac_n_builtin_roles)].id;
        roles[i].level = level_of_chance(dice);
        make_rights(dice, &roles[i]);
    }
    dice->policy.roles = roles;
    dice->policy.n_roles = n;
}

/* Collections refer to earlier ones of their kind only. */
static const char *earlier(struct dice *dice,
                           const struct policy_collection *collections,
                           size_t before, bool is_user)
{
    const size_t i = before ? roll(dice, before) : 0;

    if (before && roll(dice, 2) && collections[i].is_user == is_user)
        return collections[i].name;
    return is_user ? "All Users and User Groups" : "All Systems";
}

static const char *query_of(bool is_user)
{
    return is_user ? "select * from SMS_R_User where Name = 'a: \"b\" # c'"
                   : "select * from SMS_R_System where Name < 'a: \"b\" # c'";
}

static void make_rules(struct dice *dice, struct policy_collection *collections,
                       size_t i)
{
    const size_t n = roll(dice, 4);
    struct policy_rule *rules = give(dice, n, sizeof(*rules));
    enum policy_rule_kind kind = POLICY_RULE_QUERY;

    for (size_t r = 0; r < n; r++) {
        if (kind < POLICY_RULE_EXCLUDE && roll(dice, 2))
            kind++;
        if (kind == POLICY_RULE_DIRECT && collections[i].is_user)
            kind++;
        rules[r].kind = kind;
        rules[r].name = kind == POLICY_RULE_QUERY ? name_of(dice, "q", r) : "";
        rules[r].value =
            kind == POLICY_RULE_QUERY ? query_of(collections[i].is_user)
            : kind == POLICY_RULE_DIRECT
                ? name_of(dice, "pc", r)
                : earlier(dice, collections, i, collections[i].is_user);
    }
    collections[i].rules = rules;
    collections[i].n_rules = n;
}

static void make_collections(struct dice *dice)
{
    const size_t n = roll(dice, dice->most + 1);
    struct policy_collection *all = give(dice, n, sizeof(*all));

    for (size_t i = 0; i < n; i++) {
        all[i].name = name_of(dice, "collection ", i);
        all[i].comment = text_of_chance(dice);
        all[i].is_user = i % 4 == 3; /* a name is of one kind for ever */
        all[i].limiting = earlier(dice, all, i, all[i].is_user);
        all[i].refresh = (enum policy_refresh)roll(dice, 4);
        if ((all[i].refresh == POLICY_REFRESH_SCHEDULED ||
             all[i].refresh == POLICY_REFRESH_BOTH) &&
            roll(dice, 2))
            all[i].schedule = "3CC32DC000100038";
        make_rules(dice, all, i);
    }
    dice->policy.collections = all;
    dice->policy.n_collections = n;
}

static const char *user_of(struct dice *dice, size_t i)
{
    const char *name = arena_format(dice->arena, "user%zu@EXAMPLE.COM", i);

    assert(name);
    return name;
}

static void make_groups(struct dice *dice)
{
    const size_t n = roll(dice, dice->most + 1);
    struct policy_group *groups = give(dice, n, sizeof(*groups));

    for (size_t i = 0; i < n; i++) {
        const size_t n_members = roll(dice, 4);
        const char **members = give(dice, n_members, sizeof(*members));

        groups[i].name = name_of(dice, "group ", i);
        for (size_t j = 0; j < n_members; j++)
            members[j] = i && roll(dice, 3) == 0
                             ? groups[roll(dice, i)].name
                             : user_of(dice, roll(dice, 2 * dice->most));
        groups[i].members = members;
        groups[i].n_members = n_members;
    }
    dice->policy.groups = groups;
    dice->policy.n_groups = n;
}

static void make_assignment(struct dice *dice, struct policy_assignment *out)
{
    const struct policy *policy = &dice->policy;
    const size_t n = 1 + roll(dice, 3);
    const char **roles = give(dice, n, sizeof(*roles));
    const char **scopes = give(dice, n, sizeof(*scopes));
    const char **collections = give(dice, n, sizeof(*collections));

    for (size_t i = 0; i < n; i++) {
        roles[i] = policy->n_roles
                       ? policy->roles[roll(dice, policy->n_roles)].name
                       : "Read-only Analyst";
        scopes[i] = policy->n_scopes
                        ? policy->scopes[roll(dice, policy->n_scopes)].name
                        : "Default";
        collections[i] =
            policy->n_collections
                ? policy->collections[roll(dice, policy->n_collections)].name
                : "SMS00001";
    }
    *out = (struct policy_assignment){
        .roles = roles,
        .n_roles = n,
        .scopes = scopes,
        .n_scopes = n,
        .collections = collections,
        .n_collections = roll(dice, 2) ? n : 0,
        .from_s = roll(dice, 3) ? INT64_MIN : day_of_chance(dice),
        .until_s = INT64_MAX};
    if (roll(dice, 3) == 0)
        out->until_s =
            (out->from_s > 0 ? out->from_s : 0) + 1 + day_of_chance(dice);
}

static void make_identities(struct dice *dice, struct policy_admin *admin,
                            size_t i)
{
    const size_t n = roll(dice, 6 + 1);
    struct policy_identity *identities = give(dice, n, sizeof(*identities));
    static const enum identity_kind kinds[] = {
        IDENTITY_CERTIFICATE_SERIAL, IDENTITY_TOKEN,
        IDENTITY_KERBEROS,           IDENTITY_LOCAL,
        IDENTITY_CERTIFICATE_KEY,    IDENTITY_SSH_KEY};

    for (size_t k = 0; k < n; k++) {
        identities[k].kind = kinds[k];
        switch (k) {
        case 0:
            identities[k].value =
                arena_format(dice->arena, "CN=Some \\, CA,O=X;A%zuF", i);
            break;
        case 1:
            identities[k].value = arena_format(
                dice->arena, "https://login.example/ sub-%zu two words", i);
            break;
        case 2:
            identities[k].value =
                arena_format(dice->arena, "other%zu@EXAMPLE.ORG", i);
            break;
        case 3:
            identities[k].value = arena_format(dice->arena, "%zu", i);
            break;
        case 5:
            identities[k].value = arena_format(
                dice->arena,
                "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA%042zu level=mfa", i);
            break;
        default:
            identities[k].value = arena_format(dice->arena, "%064zu", i);
        }
    }
    admin->identities = identities;
    admin->n_identities = n;
}

/* The first is the Full Administrator whom every policy needs. */
static void make_root(struct dice *dice, struct policy_admin *admin)
{
    static const char *const roles[] = {"Full Administrator"};
    static const char *const scopes[] = {"All"};
    static const char *const collections[] = {"All Systems",
                                              "All Users and User Groups"};
    struct policy_assignment *assignment = give(dice, 1, sizeof(*assignment));

    *assignment = (struct policy_assignment){.roles = roles,
                                             .n_roles = 1,
                                             .scopes = scopes,
                                             .n_scopes = 1,
                                             .collections = collections,
                                             .n_collections = 2,
                                             .from_s = INT64_MIN,
                                             .until_s = INT64_MAX};
    admin->name = "root@EXAMPLE.COM";
    admin->assignments = assignment;
    admin->n_assignments = 1;
}

static void make_admins(struct dice *dice)
{
    const size_t n = 1 + roll(dice, dice->most + 1);
    struct policy_admin *admins = give(dice, n, sizeof(*admins));

    make_root(dice, &admins[0]);
    for (size_t i = 1; i < n; i++) {
        const size_t n_assignments = roll(dice, 3);
        struct policy_assignment *assignments =
            give(dice, n_assignments, sizeof(*assignments));

        admins[i].is_group = i < dice->policy.n_groups && roll(dice, 3) == 0;
        admins[i].name =
            admins[i].is_group ? dice->policy.groups[i].name : user_of(dice, i);
        if (!admins[i].is_group)
            make_identities(dice, &admins[i], i);
        for (size_t j = 0; j < n_assignments; j++)
            make_assignment(dice, &assignments[j]);
        admins[i].assignments = assignments;
        admins[i].n_assignments = n_assignments;
    }
    dice->policy.admins = admins;
    dice->policy.n_admins = n;
}

static void make_exclusions(struct dice *dice)
{
    const size_t n = roll(dice, 3);
    struct policy_exclusion *exclusions = give(dice, n, sizeof(*exclusions));

    for (size_t i = 0; i < n; i++)
        exclusions[i] = (struct policy_exclusion){
            .user = arena_format(dice->arena, "service%zu@EXAMPLE.COM", i),
            .reason = "a \"good\" reason: yes",
            .owner = "root@EXAMPLE.COM",
            .until_s = roll(dice, 2) ? INT64_MAX : day_of_chance(dice)};
    dice->policy.exclusions = exclusions;
    dice->policy.n_exclusions = n;
}

struct policy random_policy(uint64_t seed, size_t most, struct arena *arena)
{
    struct dice dice = {.state = seed * 2 + 1, .arena = arena, .most = most};

    for (int i = 0; i < 8; i++)
        (void)roll(&dice, 2);
    dice.policy.minimum_level = level_of_chance(&dice);
    make_scopes(&dice);
    make_roles(&dice);
    make_collections(&dice);
    make_groups(&dice);
    make_admins(&dice);
    make_exclusions(&dice);
    return dice.policy;
}
