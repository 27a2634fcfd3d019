#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/unit/rbac/decision_table.h"

enum { FILE_MAX_BYTES = 256 * 1024, RIGHTS_MAX = 128 };

void table_fail(const struct table *table, const struct table_line *line,
                const char *why, const char *what)
{
    fail_msg("%s:%d: %s: %s", table->path, line ? line->number : 0, why, what);
}

/* ---- Lines and columns ---- */

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "r");
    char *text = calloc(1, FILE_MAX_BYTES);
    size_t size;

    if (!file || !text)
        fail_msg("cannot read %s", path);
    size = fread(text, 1, FILE_MAX_BYTES - 1, file);
    fclose(file);
    if (size == FILE_MAX_BYTES - 1)
        fail_msg("%s is too long", path);
    return text;
}

static void split_line(struct table *table, char *text, int number)
{
    struct table_line *line = &table->lines[table->n_lines];
    char *column;

    if (text[0] == '\0' || text[0] == '#')
        return;
    if (table->n_lines == TABLE_LINES_MAX)
        fail_msg("%s: too many lines", table->path);
    for (size_t i = 0; i < TABLE_COLUMNS_MAX; i++)
        line->columns[i] = "";
    line->number = number;
    while ((column = strsep(&text, "\t")))
        if (line->n_columns < TABLE_COLUMNS_MAX)
            line->columns[line->n_columns++] = column;
    table->n_lines++;
}

static void split_lines(struct table *table)
{
    char *rest = table->text;
    char *line;

    for (int number = 1; (line = strsep(&rest, "\n")); number++)
        split_line(table, line, number);
}

size_t table_split(char *list, const char *names_out[TABLE_LIST_MAX])
{
    size_t n = 0;
    char *name;

    if (list[0] == '\0' || strcmp(list, "-") == 0)
        return 0;
    while ((name = strsep(&list, ","))) {
        name += strspn(name, " ");
        if (n == TABLE_LIST_MAX)
            fail_msg("too many names in a list");
        names_out[n++] = name;
    }
    return n;
}

/* ---- Names ---- */

static uint32_t role_named(const struct table *table, const char *name)
{
    for (uint32_t i = 0; i < table->estate.n_roles; i++)
        if (strcmp(table->roles[i].name, name) == 0)
            return i;
    return RBAC_NONE;
}

static uint32_t scope_named(const struct table *table, const char *name)
{
    for (uint32_t i = 0; i < table->estate.n_scopes; i++)
        if (strcmp(table->scopes[i].name, name) == 0)
            return i;
    return RBAC_NONE;
}

static uint32_t collection_named(const struct table *table, const char *name)
{
    for (uint32_t i = 0; i < table->estate.n_collections; i++)
        if (strcmp(table->collections[i].name, name) == 0)
            return i;
    return RBAC_NONE;
}

typedef uint32_t (*find_named)(const struct table *table, const char *name);

static size_t find_all(struct table *table, const struct table_line *line,
                       const char *list, find_named find,
                       uint32_t out[TABLE_LIST_MAX])
{
    const char *names[TABLE_LIST_MAX];
    char copy[512];
    size_t n;

    snprintf(copy, sizeof(copy), "%s", list);
    n = table_split(copy, names);
    for (size_t i = 0; i < n; i++) {
        out[i] = find(table, names[i]);
        if (out[i] == RBAC_NONE)
            table_fail(table, line, "unknown name", names[i]);
    }
    return n;
}

size_t table_scopes(struct table *table, const struct table_line *line,
                    const char *list, uint32_t out[TABLE_LIST_MAX])
{
    return find_all(table, line, list, scope_named, out);
}

size_t table_collections(struct table *table, const struct table_line *line,
                         const char *list, uint32_t out[TABLE_LIST_MAX])
{
    return find_all(table, line, list, collection_named, out);
}

/* The list's indexes in memory that lasts as long as the table. */
static const uint32_t *keep_all(struct table *table,
                                const struct table_line *line, const char *list,
                                find_named find, size_t *n_out)
{
    uint32_t *kept = &table->indexes[table->n_indexes];

    if (table->n_indexes + TABLE_LIST_MAX > ARRAY_SIZE(table->indexes))
        table_fail(table, line, "too many names", list);
    *n_out = find_all(table, line, list, find, kept);
    table->n_indexes += *n_out;
    return kept;
}

int64_t table_time(const struct table *table, const struct table_line *line,
                   const char *text)
{
    struct tm tm = {0};
    char *end;
    long long seconds;

    if (strchr(text, '-') && text[0] != '-') {
        end = strptime(text, "%Y-%m-%d", &tm);
        seconds = timegm(&tm);
    } else {
        seconds = strtoll(text, &end, 10);
    }
    if (!end || *end)
        table_fail(table, line, "not a time", text);
    return seconds;
}

static enum auth_level read_level(const struct table *table,
                                  const struct table_line *line,
                                  const char *text)
{
    const enum auth_level level = auth_level_read(text_of(text));

    if (text[0] && strcmp(text, "-") != 0 && level == AUTH_LEVEL_NONE)
        table_fail(table, line, "not a level", text);
    return level;
}

/* ---- What every estate has ---- */

static struct rbac_right *add_right(struct table *table, uint32_t role)
{
    struct rbac_role *r = &table->roles[role];

    if (r->n_rights == RIGHTS_MAX)
        fail_msg("%s: too many rights", table->path);
    return &table->rights[role][r->n_rights++];
}

static uint32_t add_role(struct table *table, const char *id, const char *name)
{
    const size_t i = table->estate.n_roles++;

    if (i == TABLE_MAX)
        fail_msg("%s: too many roles", table->path);
    table->rights[i] = calloc(RIGHTS_MAX, sizeof(struct rbac_right));
    table->roles[i] =
        (struct rbac_role){.id = id, .name = name, .rights = table->rights[i]};
    return (uint32_t)i;
}

static void add_builtin_roles(struct table *table)
{
    for (size_t i = 0; i < rbac_n_builtin_roles; i++) {
        const struct rbac_builtin_role *role = &rbac_builtin_roles[i];
        const uint32_t index = add_role(table, role->id, role->name);

        for (size_t m = 0; m < role->n_masks; m++)
            *add_right(table, index) =
                (struct rbac_right){.type = role->masks[m].type,
                                    .operations = role->masks[m].operations};
    }
}

static void add_builtins(struct table *table)
{
    add_builtin_roles(table);
    table->scopes[0] =
        (struct rbac_scope){.id = "SMS00ALL", .name = "All", .is_all = true};
    table->scopes[1] = (struct rbac_scope){
        .id = "SMS00UNA", .name = "Default", .is_default = true};
    table->estate.n_scopes = 2;
    table->collections[0] = (struct rbac_collection){
        .id = "SMS00001", .name = "All Systems", .limiting = RBAC_NONE};
    table->collections[1] =
        (struct rbac_collection){.id = "SMS00004",
                                 .name = "All Users and User Groups",
                                 .limiting = RBAC_NONE};
    table->estate.n_collections = 2;
}

/* ---- Setup lines ---- */

static uint16_t type_of(const struct table *table,
                        const struct table_line *line, const char *name)
{
    const struct rbac_type *type =
        rbac_catalog_class(&rbac_catalog, text_of(name));

    if (!type)
        table_fail(table, line, "unknown class", name);
    return type->id;
}

static void take_scope(struct table *table, const struct table_line *line)
{
    const char *name = line->columns[1];

    if (table->estate.n_scopes == TABLE_MAX)
        table_fail(table, line, "too many", name);
    table->scopes[table->estate.n_scopes++] =
        (struct rbac_scope){.id = name, .name = name};
}

static void take_collection(struct table *table, const struct table_line *line)
{
    const char *name = line->columns[1];
    const uint32_t limiting = collection_named(table, line->columns[2]);

    if (limiting == RBAC_NONE)
        table_fail(table, line, "unknown name", line->columns[2]);
    table->collections[table->estate.n_collections++] =
        (struct rbac_collection){name, name, limiting};
}

/* A new role, empty or with the rights of another one. */
static void take_role(struct table *table, const struct table_line *line)
{
    const char *copied = line->columns[3];
    const uint32_t from = role_named(table, copied);
    const uint32_t to = add_role(table, line->columns[1], line->columns[1]);

    table->roles[to].level = read_level(table, line, line->columns[2]);
    if (copied[0] && from == RBAC_NONE)
        table_fail(table, line, "unknown role", copied);
    if (!copied[0])
        return;
    memcpy(table->rights[to], table->rights[from],
           RIGHTS_MAX * sizeof(struct rbac_right));
    table->roles[to].n_rights = table->roles[from].n_rights;
}

static void take_right(struct table *table, const struct table_line *line)
{
    const uint32_t role = role_named(table, line->columns[1]);
    const uint16_t id = type_of(table, line, line->columns[2]);
    const struct rbac_type *type = rbac_catalog_type(&rbac_catalog, id);
    struct rbac_right right = {.type = id};
    const char *names[TABLE_LIST_MAX];
    char list[512];
    size_t n;

    if (role == RBAC_NONE)
        table_fail(table, line, "unknown role", line->columns[1]);
    snprintf(list, sizeof(list), "%s", line->columns[3]);
    n = table_split(list, names);
    for (size_t i = 0; i < n; i++) {
        const int bit = rbac_operation_bit(type, text_of(names[i]));

        if (bit < 0)
            table_fail(table, line, "unknown operation", names[i]);
        right.operations |= 1u << bit;
    }
    right.level = read_level(table, line, line->columns[4]);
    *add_right(table, role) = right;
}

static struct rbac_admin *admin_named(struct table *table, const char *name)
{
    const bool is_group = strncmp(name, "group ", 6) == 0;
    size_t i;

    name += is_group ? 6 : 0;
    for (i = 0; i < table->estate.n_admins; i++)
        if (strcmp(table->admins[i].name, name) == 0 &&
            table->admins[i].is_group == is_group)
            return &table->admins[i];
    if (i == TABLE_MAX)
        fail_msg("%s: too many administrators", table->path);
    table->admins[i] =
        (struct rbac_admin){.name = name,
                            .is_group = is_group,
                            .assignments = table->assignments[i]};
    table->estate.n_admins++;
    return &table->admins[i];
}

static void take_admin(struct table *table, const struct table_line *line)
{
    struct rbac_admin *admin = admin_named(table, line->columns[1]);
    struct rbac_assignment *assignment =
        &table->assignments[admin - table->admins][admin->n_assignments++];

    if (admin->n_assignments > TABLE_LIST_MAX)
        table_fail(table, line, "too many assignments", admin->name);
    assignment->roles = keep_all(table, line, line->columns[2], role_named,
                                 &assignment->n_roles);
    assignment->scopes = keep_all(table, line, line->columns[3], scope_named,
                                  &assignment->n_scopes);
    assignment->collections =
        keep_all(table, line, line->columns[4], collection_named,
                 &assignment->n_collections);
    assignment->from_s = INT64_MIN;
    assignment->until_s = INT64_MAX;
    if (line->columns[5][0] && strcmp(line->columns[5], "-") != 0)
        assignment->from_s = table_time(table, line, line->columns[5]);
    if (line->columns[6][0] && strcmp(line->columns[6], "-") != 0)
        assignment->until_s = table_time(table, line, line->columns[6]);
}

static void take_disabled(struct table *table, const struct table_line *line)
{
    admin_named(table, line->columns[1])->is_disabled = true;
}

static void take_member(struct table *table, const struct table_line *line)
{
    table->members[table->n_members++] =
        (struct table_member){line->columns[1], line->columns[2]};
}

static struct table_object *add_object(struct table *table,
                                       const struct table_line *line)
{
    struct table_object *object = &table->objects[table->n_objects++];

    if (table->n_objects > TABLE_MAX)
        table_fail(table, line, "too many", "objects");
    object->name = line->columns[1];
    return object;
}

static void take_object(struct table *table, const struct table_line *line)
{
    struct table_object *object = add_object(table, line);
    const struct rbac_type *type;

    object->type = type_of(table, line, line->columns[2]);
    type = rbac_catalog_type(&rbac_catalog, object->type);
    object->n_labels = find_all(
        table, line, line->columns[3],
        type->securing == RBAC_BY_COLLECTION ? collection_named : scope_named,
        object->labels);
}

static void take_device(struct table *table, const struct table_line *line)
{
    struct table_object *object = add_object(table, line);

    object->type = RBAC_TYPE_COLLECTION;
    object->n_labels = find_all(table, line, line->columns[2], collection_named,
                                object->labels);
}

static const struct {
    const char *word;
    void (*take)(struct table *table, const struct table_line *line);
} setup[] = {
    {"scope", take_scope},   {"collection", take_collection},
    {"role", take_role},     {"right", take_right},
    {"admin", take_admin},   {"disabled", take_disabled},
    {"member", take_member}, {"object", take_object},
    {"device", take_device},
};

static void take_setup(struct table *table)
{
    for (size_t i = 0; i < table->n_lines; i++)
        for (size_t s = 0; s < ARRAY_SIZE(setup); s++)
            if (strcmp(table->lines[i].columns[0], setup[s].word) == 0)
                setup[s].take(table, &table->lines[i]);
}

void table_read(const char *path, struct table *table)
{
    struct rbac_problem problem;

    memset(table, 0, sizeof(*table));
    table->path = path;
    table->text = read_file(path);
    split_lines(table);
    table->estate = (struct rbac_estate){.catalog = &rbac_catalog,
                                         .roles = table->roles,
                                         .scopes = table->scopes,
                                         .collections = table->collections,
                                         .admins = table->admins};
    add_builtins(table);
    take_setup(table);
    if (rbac_engine_build(&table->estate, &table->engine, &problem) !=
        STATUS_OK)
        fail_msg("%s: %s", path, problem.text);
}

void table_free(struct table *table)
{
    rbac_engine_free(table->engine);
    for (size_t i = 0; i < TABLE_MAX; i++)
        free(table->rights[i]);
    free(table->text);
}

const struct table_object *table_object(const struct table *table,
                                        const char *name)
{
    for (size_t i = 0; i < table->n_objects; i++)
        if (strcmp(table->objects[i].name, name) == 0)
            return &table->objects[i];
    return NULL;
}

/* Groups may be in groups: every one that is reached counts once. */
static void add_records(const struct table *table, const char *name,
                        bool is_group, uint32_t *admins, size_t *n)
{
    const uint32_t own =
        rbac_find_admin(table->engine, text_of(name), is_group);

    if (own != RBAC_NONE)
        admins[(*n)++] = own;
    for (size_t i = 0; i < table->n_members; i++)
        if (strcmp(table->members[i].user, name) == 0)
            add_records(table, table->members[i].group, true, admins, n);
}

struct rbac_subject *table_subject(const struct table *table, const char *user)
{
    struct rbac_subject *subject = NULL;
    uint32_t admins[TABLE_MAX];
    size_t n = 0;

    add_records(table, user, false, admins, &n);
    if (rbac_subject_new(table->engine, admins, n, &subject) != STATUS_OK)
        fail_msg("no subject for %s", user);
    return subject;
}
