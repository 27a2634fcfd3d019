/*
 * The tables: one a class from its description, and those of the relations
 * between them by hand; and what is built in.
 */
#include <stdio.h>
#include <string.h>

#include "provider/base/log.h"
#include "provider/object/object_private.h"
#include "provider/object/role.h"
#include "provider/object/schema_sql.h"
#include "provider/object/site.h"

enum { SCHEMA_MAX_BYTES = 64 * 1024 };

static const char RELATIONS[] =
    "ALTER TABLE site ADD COLUMN level_place TEXT;"
    "CREATE TABLE role_right ("
    " role INTEGER NOT NULL REFERENCES role (row) ON DELETE CASCADE,"
    " type INTEGER NOT NULL, level INTEGER NOT NULL,"
    " operations INTEGER NOT NULL, PRIMARY KEY (role, type, level)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE assignment (row INTEGER PRIMARY KEY,"
    " admin INTEGER NOT NULL REFERENCES admin (row) ON DELETE CASCADE,"
    " from_s INTEGER NOT NULL, until_s INTEGER NOT NULL) STRICT;"
    "CREATE INDEX assignment_by_admin ON assignment (admin);"
    "CREATE TABLE assignment_role (assignment INTEGER NOT NULL"
    " REFERENCES assignment (row) ON DELETE CASCADE,"
    " role INTEGER NOT NULL REFERENCES role (row),"
    " PRIMARY KEY (assignment, role)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX assignment_by_role ON assignment_role (role);"
    "CREATE TABLE assignment_scope (assignment INTEGER NOT NULL"
    " REFERENCES assignment (row) ON DELETE CASCADE,"
    " scope INTEGER NOT NULL REFERENCES scope (row),"
    " PRIMARY KEY (assignment, scope)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX assignment_by_scope ON assignment_scope (scope);"
    "CREATE TABLE assignment_collection (assignment INTEGER NOT NULL"
    " REFERENCES assignment (row) ON DELETE CASCADE,"
    " collection INTEGER NOT NULL REFERENCES collection (row),"
    " PRIMARY KEY (assignment, collection)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX assignment_by_collection"
    " ON assignment_collection (collection);"
    "CREATE TABLE admin_identity (kind TEXT NOT NULL, value TEXT NOT NULL,"
    " admin INTEGER NOT NULL REFERENCES admin (row) ON DELETE CASCADE,"
    " author TEXT NOT NULL DEFAULT '', given_s INTEGER NOT NULL DEFAULT 0,"
    " at_top INTEGER NOT NULL DEFAULT 0, kept INTEGER NOT NULL DEFAULT 0,"
    " PRIMARY KEY (kind, value)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX identity_by_admin ON admin_identity (admin);"
    "CREATE TABLE identity_gift (kind TEXT NOT NULL, value TEXT NOT NULL,"
    " user TEXT NOT NULL, author TEXT NOT NULL, given_s INTEGER NOT NULL,"
    " PRIMARY KEY (kind, value, user)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE shown_evidence (kind TEXT NOT NULL, value TEXT NOT NULL,"
    " user TEXT NOT NULL, level INTEGER NOT NULL, seen_s INTEGER NOT NULL,"
    " PRIMARY KEY (kind, value)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE people_group (row INTEGER PRIMARY KEY AUTOINCREMENT,"
    " name TEXT NOT NULL UNIQUE, place TEXT, declared TEXT) STRICT;"
    "CREATE TABLE people_member (people INTEGER NOT NULL"
    " REFERENCES people_group (row) ON DELETE CASCADE,"
    " name TEXT NOT NULL, author TEXT NOT NULL, seen INTEGER NOT NULL,"
    " PRIMARY KEY (people, name)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX people_member_by_name ON people_member (name);"
    "CREATE TABLE declared_reference (kind TEXT NOT NULL,"
    " name TEXT NOT NULL, row INTEGER NOT NULL, seen INTEGER NOT NULL,"
    " PRIMARY KEY (kind, name)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE exclusion (name TEXT NOT NULL, is_group INTEGER NOT NULL,"
    " reason TEXT NOT NULL, owner TEXT NOT NULL, until_s INTEGER NOT NULL,"
    " place TEXT, seen INTEGER NOT NULL DEFAULT 0,"
    " source TEXT NOT NULL DEFAULT 'site',"
    " PRIMARY KEY (name, is_group)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE object_scope (type INTEGER NOT NULL,"
    " object INTEGER NOT NULL, scope INTEGER NOT NULL REFERENCES scope (row),"
    " PRIMARY KEY (type, object, scope)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX object_by_scope ON object_scope (scope);"
    "CREATE TABLE collection_rule (row INTEGER PRIMARY KEY,"
    " collection INTEGER NOT NULL REFERENCES collection (row),"
    " kind INTEGER NOT NULL, resource INTEGER REFERENCES device (row),"
    " other INTEGER REFERENCES collection (row),"
    " device TEXT COLLATE NOCASE, wql TEXT, name TEXT NOT NULL,"
    " UNIQUE (collection, kind, resource),"
    " UNIQUE (collection, kind, other)) STRICT;"
    "CREATE INDEX rule_by_resource ON collection_rule (resource)"
    " WHERE resource IS NOT NULL;"
    "CREATE INDEX rule_by_other ON collection_rule (other)"
    " WHERE other IS NOT NULL;"
    "CREATE INDEX rule_by_query ON collection_rule (collection)"
    " WHERE kind = 2;"
    "CREATE INDEX rule_by_device ON collection_rule (device)"
    " WHERE device IS NOT NULL;"
    "CREATE INDEX device_by_name ON device (Name COLLATE NOCASE);"
    "CREATE TABLE collection_match ("
    " rule INTEGER NOT NULL REFERENCES collection_rule (row)"
    " ON DELETE CASCADE,"
    " resource INTEGER NOT NULL REFERENCES device (row),"
    " PRIMARY KEY (rule, resource)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX match_by_resource ON collection_match (resource);"
    "CREATE TABLE collection_member ("
    " collection INTEGER NOT NULL REFERENCES collection (row),"
    " resource INTEGER NOT NULL REFERENCES device (row),"
    " PRIMARY KEY (collection, resource)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX member_by_resource"
    " ON collection_member (resource, collection);";

static const char VIEWS[] =
    "CREATE VIEW permission_scope AS SELECT a.admin, r.RoleID, r.RoleName,"
    " s.CategoryID, s.CategoryName, 29 AS CategoryTypeID, a.from_s, a.until_s,"
    " NULL AS collection"
    " FROM assignment a JOIN assignment_role ar ON ar.assignment = a.row"
    " JOIN role r ON r.row = ar.role"
    " JOIN assignment_scope c ON c.assignment = a.row"
    " JOIN scope s ON s.row = c.scope;"
    "CREATE VIEW permission_collection AS SELECT a.admin, r.RoleID,"
    " r.RoleName, o.CollectionID AS CategoryID, o.Name AS CategoryName,"
    " 1 AS CategoryTypeID, a.from_s, a.until_s, o.row AS collection"
    " FROM assignment a JOIN assignment_role ar ON ar.assignment = a.row"
    " JOIN role r ON r.row = ar.role"
    " JOIN assignment_collection c ON c.assignment = a.row"
    " JOIN collection o ON o.row = c.collection;"
    "CREATE VIEW permission AS SELECT * FROM permission_scope"
    " UNION ALL SELECT * FROM permission_collection;"
    "CREATE VIEW membership AS SELECT"
    " s.CategoryID || '.' || o.type || '.' || d.ObjectKey AS MembershipKey,"
    " s.CategoryID, s.CategoryName, o.type AS ObjectTypeID, d.ObjectKey,"
    " d.class, d.scopes FROM object_scope o JOIN scope s ON s.row = o.scope"
    " JOIN secured d ON d.type = o.type AND d.object = o.object;"
    "CREATE VIEW full_membership AS SELECT"
    " c.CollectionID || '.' || d.row AS MembershipKey, c.CollectionID,"
    " c.row AS collection, d.row AS ResourceID, d.Name,"
    " d.ResourceDomainORWorkgroup AS Domain, d.collections,"
    " EXISTS (SELECT 1 FROM collection_rule r WHERE r.collection = c.row"
    " AND r.kind = 1 AND (r.resource = d.row OR r.device = d.Name))"
    " AS IsDirect"
    " FROM collection_member m JOIN collection c ON c.row = m.collection"
    " JOIN device d ON d.row = m.resource;";

static const char DROP_VIEWS[] =
    "DROP VIEW full_membership; DROP VIEW membership; DROP VIEW secured;"
    "DROP VIEW permission; DROP VIEW permission_collection;"
    "DROP VIEW permission_scope;";

static enum status run_made(struct store *store, struct buf *sql)
{
    buf_append_char(sql, '\0');
    TRY(buf_status(sql));
    return store_run_script(store, buf_text(sql).data);
}

static enum status make_tables(struct store *store, int version)
{
    SCOPED(buf_free) struct buf sql = buf_make(SCHEMA_MAX_BYTES);

    schema_put_tables(0, version, &sql);
    /* No view stands last: the last one read is the first of the library's
     * list, and there it would keep integrity_check from the free pages. */
    schema_put_secured(version, &sql);
    buf_append_string(&sql, VIEWS);
    buf_append_string(&sql, RELATIONS);
    schema_put_indexes(0, version, &sql);
    return run_made(store, &sql);
}

/* From an earlier version; the views are those of this one, and tables come
 * after them as in a new store. */
static enum status step_tables(struct store *store, int version)
{
    SCOPED(buf_free) struct buf sql = buf_make(SCHEMA_MAX_BYTES);

    buf_append_string(&sql, DROP_VIEWS);
    schema_put_secured(SCHEMA_VERSION, &sql);
    buf_append_string(&sql, VIEWS);
    schema_put_tables(version, SCHEMA_VERSION, &sql);
    schema_put_indexes(version, SCHEMA_VERSION, &sql);
    schema_put_sequences(version, SCHEMA_VERSION, &sql);
    TRY(run_made(store, &sql));
    log_info("site.schema_step from=%d to=%d", version, SCHEMA_VERSION);
    return store_set_number(store, "object.schema", SCHEMA_VERSION);
}

/* After what is built in, whose rows come before. */
static enum status set_sequences(struct store *store, int version)
{
    SCOPED(buf_free) struct buf sql = buf_make(SCHEMA_MAX_BYTES);

    schema_put_sequences(0, version, &sql);
    return run_made(store, &sql);
}

/* ---- What is built in ---- */

static enum status put_role(struct store *store, int64_t row,
                            const struct rbac_builtin_role *role)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, SQL_SCHEMA_PUT_ROLE, &stmt));
    store_bind_int(stmt, 1, row);
    store_bind_text(stmt, 2, text_of(role->id));
    store_bind_text(stmt, 3, text_of(role->name));
    TRY(store_run(stmt));
    for (size_t i = 0; i < role->n_masks; i++)
        TRY(role_add_right(store, row,
                           &(struct rbac_right){
                               .type = role->masks[i].type,
                               .operations = role->masks[i].operations,
                           }));
    return STATUS_OK;
}

static enum status put_roles(struct store *store)
{
    for (size_t i = 0; i < rbac_n_builtin_roles; i++)
        TRY(put_role(store, (int64_t)i + 1, &rbac_builtin_roles[i]));
    return STATUS_OK;
}

/* Root collections first: the others are limited by them. */
static const char BUILT_IN[] =
    "INSERT INTO scope (row, CategoryID, CategoryName, CategoryDescription,"
    " IsBuiltIn, SourceSite, is_all, is_default) VALUES"
    " (1, 'SMS00ALL', 'All', 'Every scope, later ones too', 1, '', 1, 0),"
    " (2, 'SMS00UNA', 'Default', 'Where objects begin', 1, '', 0, 1);"
    "INSERT INTO collection (row, CollectionID, Name, Comment,"
    " CollectionType, LimitToCollectionID, MemberCount, IsBuiltIn,"
    " RefreshType, CurrentStatus) VALUES"
    " (1, 'SMS00001', 'All Systems', '', 2, NULL, 0, 1, 2, 1),"
    " (2, 'SMS00004', 'All Users and User Groups', '', 1, NULL, 0, 1, 2, 1),"
    " (3, 'SMS00002', 'All Users', '', 1, 'SMS00004', 0, 1, 2, 1),"
    " (4, 'SMS00003', 'All User Groups', '', 1, 'SMS00004', 0, 1, 2, 1),"
    " (5, 'SMSDM001', 'All Mobile Devices', '', 2, 'SMS00001', 0, 1, 2, 1),"
    " (6, 'SMSDM003', 'All Desktop and Server Clients', '', 2, 'SMS00001', 0,"
    " 1, 2, 1),"
    " (7, 'SMS000US', 'All Unknown Computers', '', 2, 'SMS00001', 0, 1, 2, 1);";

static enum status put_site(struct store *store, const char *code,
                            const char *name)
{
    enum { DEFAULT_SCOPE = 2 };
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, SQL_SCHEMA_PUT_SITE, &stmt));
    store_bind_text(stmt, 1, text_of(code));
    store_bind_text(stmt, 2, text_of(name));
    TRY(store_run(stmt));
    TRY(scopes_add(store, RBAC_TYPE_SITE, 1, DEFAULT_SCOPE));
    return scopes_refresh(store, &class_site, 1);
}

static enum status make_all(struct store *store, const char *code,
                            const char *name, int version)
{
    TRY(make_tables(store, version));
    TRY(store_run_script(store, BUILT_IN));
    TRY(put_roles(store));
    TRY(put_site(store, code, name));
    TRY(set_sequences(store, version));
    return store_set_number(store, "object.schema", version);
}

static enum status rename_site(struct store *store, const char *name)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, SQL_SCHEMA_RENAME_SITE, &stmt));
    store_bind_text(stmt, 1, text_of(name));
    return store_run(stmt);
}

/* ---- At start ---- */

static bool is_site_code(const char *code)
{
    for (size_t i = 0; i < 3; i++)
        if (!((code[i] >= 'A' && code[i] <= 'Z') ||
              (code[i] >= '0' && code[i] <= '9')))
            return false;
    return code[3] == '\0' && strcmp(code, "SMS") != 0;
}

static enum status check_site(struct store *store, const char *code)
{
    char stored[4];

    TRY(site_code(store, stored));
    if (strcmp(stored, code) == 0)
        return STATUS_OK;
    log_error("site.other_code store=%s configured=%s", stored, code);
    return STATUS_INVALID;
}

static enum status prepare(struct store *store, const char *code,
                           const char *name, int new_version)
{
    int64_t version;

    TRY(store_number(store, "object.schema", &version));
    if (version > SCHEMA_VERSION) {
        log_error("site.newer_schema version=%lld known=%d", (long long)version,
                  SCHEMA_VERSION);
        return STATUS_INVALID;
    }
    if (version == 0)
        return make_all(store, code, name, new_version);
    TRY(check_site(store, code));
    if (version < SCHEMA_VERSION)
        TRY(step_tables(store, (int)version));
    return rename_site(store, name);
}

enum status schema_prepare(struct store *store, const char *code,
                           const char *name, int new_version)
{
    enum status prepared;

    if (!is_site_code(code) || !text_is_name(text_of(name), 256))
        return STATUS_INVALID;
    TRY(object_functions_register(store));
    TRY(store_write_begin(store));
    prepared = prepare(store, code, name, new_version);
    if (prepared != STATUS_OK) {
        store_write_rollback(store);
        return prepared;
    }
    return store_write_commit(store);
}

enum status site_prepare(struct store *store, const char *code,
                         const char *name)
{
    return schema_prepare(store, code, name, SCHEMA_VERSION);
}

static enum status put_delegation(struct store *store, bool is_lenient)
{
    int64_t was;

    TRY(store_number(store, SITE_LENIENT, &was));
    return was == is_lenient
               ? STATUS_OK
               : store_set_number(store, SITE_LENIENT, is_lenient);
}

enum status site_set_delegation(struct store *store, bool is_lenient)
{
    enum status put;

    TRY(store_write_begin(store));
    put = put_delegation(store, is_lenient);
    if (put != STATUS_OK) {
        store_write_rollback(store);
        return put;
    }
    return store_write_commit(store);
}

enum status site_prepare_copy(struct store *copy)
{
    return object_functions_register(copy);
}
