#include "policy/realm/realm_list.h"

#include <string.h>

#include "provider/base/name.h"

enum { REALMS_MAX = 64, SUFFIXES_MAX = 64, DOMAIN_MAX_BYTES = 253 };

/* ---- The table ---- */

static const char *const case_words[] = {"sensitive", "insensitive"};
static const char *const groups_words[] = {"none", "nss", "pac"};
static const struct schema_type case_type = {SCHEMA_WORD, .words = case_words,
                                             .n_words = ARRAY_SIZE(case_words)};
static const struct schema_type groups_type = {
    SCHEMA_WORD, .words = groups_words, .n_words = ARRAY_SIZE(groups_words)};

static bool is_domain_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

static void check_domain(struct schema_reader *reader,
                         const struct yaml_node *node, void *value)
{
    (void)value;
    for (size_t i = 0; i < node->text.size; i++)
        if (!is_domain_char(node->text.data[i])) {
            messages_error(reader->messages, node->place,
                           "%s is no realm or domain; expected one such as "
                           "EXAMPLE.COM",
                           yaml_describe(node, reader->arena));
            return;
        }
}

static void check_account(struct schema_reader *reader,
                          const struct yaml_node *node, void *value)
{
    static const char field[] = "{user}";
    const char *found =
        memmem(node->text.data, node->text.size, field, strlen(field));
    const char *rest = found ? found + strlen(field) : NULL;

    (void)value;
    if (!found ||
        memmem(rest, (size_t)(node->text.data + node->text.size - rest), "{",
               1))
        messages_error(reader->messages, node->place,
                       "%s: expected one {user}, such as CORP\\{user}",
                       yaml_describe(node, reader->arena));
}

static const struct schema_type domain = {
    SCHEMA_NAME,
    .what = "a realm or domain such as EXAMPLE.COM",
    .min = 1,
    .max = DOMAIN_MAX_BYTES,
    .is_placed = true,
    .fault = name_fault,
    .check = check_domain};
static const struct schema_type netbios = {SCHEMA_NAME,
                                           .what =
                                               "a NetBIOS name such as CORP",
                                           .min = 1,
                                           .max = 15,
                                           .is_placed = true,
                                           .fault = name_fault,
                                           .check = check_domain};
static const struct schema_type account = {
    SCHEMA_NAME,
    .what = "an account such as CORP\\{user}",
    .min = 6,
    .max = 128,
    .is_placed = true,
    .fault = name_fault,
    .check = check_account};
static const struct schema_type suffixes = {SCHEMA_LIST, .item = &domain,
                                            .max = SUFFIXES_MAX};

#define E struct realm_entry
static const struct schema_field realm_fields[] = {
    {"name", SCHEMA_AT(E, name), &domain, .is_required = true,
     .describe = "The realm, as its KDC writes it."},
    {"netbios", SCHEMA_AT(E, netbios), &netbios,
     .describe = "Its NetBIOS name: CORP\\alice is alice of this realm."},
    {"case", SCHEMA_AT(E, ignores_case), &case_type,
     .describe = "Do capitals matter in names? In Active Directory they do "
                 "not: insensitive. Default: sensitive."},
    {"upn_suffixes", SCHEMA_AT(E, suffixes), &suffixes,
     .describe = "Suffixes of user principal names that mean this realm."},
    {"groups", SCHEMA_AT(E, groups), &groups_type,
     .place = SCHEMA_PLACE(E, groups_place),
     .describe = "Where its users' groups come from."},
    {"sid", SCHEMA_AT(E, sid), &schema_placed_name, .needs = "groups",
     .describe = "SID of its domain, for groups: pac; may be left out for the "
                 "realm of the provider's own service."},
    {"account", SCHEMA_AT(E, account), &account,
     .describe = "How this host names its users' accounts; default: {user}."},
};
static const struct schema_type realm = {
    SCHEMA_MAP,
    .what = "a realm, or a map with its name",
    .fields = realm_fields,
    .n_fields = ARRAY_SIZE(realm_fields),
    .size = sizeof(E),
    .place = SCHEMA_PLACE(E, place),
    .alone = "name",
    .initial = &(const E){.groups = REALM_GROUPS_UNSAID}};
#undef E
const struct schema_type realm_list_type = {SCHEMA_LIST, .item = &realm,
                                            .min = 1, .max = REALMS_MAX};

/* ---- Names that mean two realms ---- */

struct claims {
    struct arena *arena;
    struct policy_messages *messages;
    const struct realm_entry *entries;
    size_t n_entries;
};

static bool is_named(const struct schema_word *word, const char *text)
{
    return word->text && text_equal_nocase(text_of(word->text), text_of(text));
}

/* What the entry has under the name, for the message; NULL: nothing. */
static const char *what_has(const struct realm_entry *entry, const char *text)
{
    if (is_named(&entry->name, text))
        return "name";
    if (is_named(&entry->netbios, text))
        return "netbios";
    for (size_t i = 0; i < entry->n_suffixes; i++)
        if (is_named(&entry->suffixes[i], text))
            return "upn_suffixes";
    return NULL;
}

/* The realm that had the name before this one is blamed with its line. */
static void check_claim(const struct claims *claims, size_t own,
                        const struct schema_word *word)
{
    for (size_t i = 0; i < own && word->text; i++) {
        const struct realm_entry *other = &claims->entries[i];
        const char *what = what_has(other, word->text);

        if (!what)
            continue;
        messages_error(claims->messages, word->place,
                       "%s already means the realm %s, by its \"%s\" in line "
                       "%u",
                       message_quote(claims->arena, text_of(word->text)),
                       other->name.text, what, other->place.line);
        return;
    }
}

static void check_claims(const struct claims *claims)
{
    for (size_t i = 0; i < claims->n_entries; i++) {
        const struct realm_entry *entry = &claims->entries[i];

        check_claim(claims, i, &entry->name);
        check_claim(claims, i, &entry->netbios);
        for (size_t j = 0; j < entry->n_suffixes; j++)
            check_claim(claims, i, &entry->suffixes[j]);
    }
}

/* Two realms with one template have one account for two people. */
static void check_accounts(const struct claims *claims)
{
    for (size_t i = 0; i < claims->n_entries; i++)
        for (size_t j = 0; j < i; j++) {
            const struct realm_entry *a = &claims->entries[i];
            const struct realm_entry *b = &claims->entries[j];
            const char *x = a->account.text ? a->account.text : "{user}";
            const char *y = b->account.text ? b->account.text : "{user}";

            if (a->groups == REALM_GROUPS_NSS &&
                b->groups == REALM_GROUPS_NSS &&
                text_equal_nocase(text_of(x), text_of(y)))
                messages_error(claims->messages, a->place,
                               "users of %s and of %s would have the same "
                               "accounts; give \"account\"",
                               a->name.text, b->name.text);
        }
}

/* ---- What is made of it ---- */

static const char *capital(const char *name, struct arena *arena)
{
    char *made = arena_text(arena, text_of(name));

    for (char *c = made; c && *c; c++)
        if (*c >= 'a' && *c <= 'z')
            *c = (char)(*c - ('a' - 'A'));
    return made;
}

static const char *const *words_of(const struct realm_entry *entry,
                                   struct arena *arena)
{
    const char **words = arena_alloc(arena, entry->n_suffixes, sizeof(*words));

    for (size_t i = 0; words && i < entry->n_suffixes; i++)
        words[i] = entry->suffixes[i].text;
    return words;
}

/* A KDC that ignores case writes its realm in capitals. */
static struct realm make(const struct realm_entry *entry, struct arena *arena,
                         struct policy_messages *messages)
{
    const bool ignores_case = entry->ignores_case == REALM_CASE_INSENSITIVE;
    const char *capitals = capital(entry->name.text, arena);
    const char *const *words = words_of(entry, arena);

    if (!ignores_case && capitals && strcmp(capitals, entry->name.text) != 0)
        messages_warn(messages, entry->name.place,
                      "realms are written in capitals as a rule, and capitals "
                      "matter here; did you mean %s?",
                      message_quote(arena, text_of(capitals)));
    return (struct realm){
        .name = ignores_case ? capitals : entry->name.text,
        .netbios = entry->netbios.text,
        .suffixes = words,
        .n_suffixes = words ? entry->n_suffixes : 0,
        .ignores_case = ignores_case,
        .account = entry->account.text,
    };
}

struct realms realm_list_check(const struct realm_entry *entries, size_t n,
                               struct arena *arena,
                               struct policy_messages *messages)
{
    const struct claims claims = {arena, messages, entries, n};
    struct realm *made = arena_alloc(arena, n, sizeof(*made));
    struct realms realms = {made, 0};

    for (size_t i = 0; i < n; i++)
        if (!entries[i].name.text)
            return realms; /* which is an error already */
    check_claims(&claims);
    check_accounts(&claims);
    for (size_t i = 0; made && i < n; i++)
        made[realms.n_items++] = make(&entries[i], arena, messages);
    return realms;
}

/* ---- From a file, for itself ---- */

static const struct yaml_node *find(const struct yaml_node *map,
                                    const char *key)
{
    const struct yaml_node *item = map ? map->first : NULL;

    while (item && !(item->key.data && text_equal(item->key, text_of(key))))
        item = item->next;
    return item;
}

enum status realm_list_read(const char *file, struct text text,
                            struct arena *arena,
                            struct policy_messages *messages,
                            struct realms *realms_out)
{
    struct schema_reader reader = {.arena = arena, .messages = messages};
    struct {
        const struct realm_entry *items;
        size_t n_items;
    } entries = {NULL, 0};
    const struct yaml_node *root;
    const struct yaml_node *node;

    TRY(yaml_read(file, text, arena, messages, &root));
    node = find(find(root, "kerberos"), "realms");
    if (node && !schema_read(&reader, &realm_list_type, node, &entries))
        return STATUS_INVALID;
    *realms_out =
        realm_list_check(entries.items, entries.n_items, arena, messages);
    TRY(arena_status(arena));
    return messages->n_errors ? STATUS_INVALID : STATUS_OK;
}
