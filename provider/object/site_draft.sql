-- load_role_rows: the rows of all roles
SELECT row FROM role ORDER BY row;

-- load_scope_rows: the rows of all scopes
SELECT row FROM scope ORDER BY row;

-- load_collection_rows: the rows of all collections
SELECT row FROM collection ORDER BY row;

-- load_admin_rows: the rows of all administrators
SELECT row FROM admin ORDER BY row;

-- load_count_assigned_roles: how many roles an assignment has
SELECT count(*) FROM assignment_role WHERE assignment = ?1;

-- load_assigned_roles: the roles of an assignment
SELECT role FROM assignment_role WHERE assignment = ?1;

-- load_count_assigned_scopes: how many scopes an assignment has
SELECT count(*) FROM assignment_scope WHERE assignment = ?1;

-- load_assigned_scopes: the scopes of an assignment
SELECT scope FROM assignment_scope WHERE assignment = ?1;

-- load_count_assigned_collections: how many collections an assignment has
SELECT count(*) FROM assignment_collection WHERE assignment = ?1;

-- load_assigned_collections: the collections of an assignment
SELECT collection FROM assignment_collection WHERE assignment = ?1;

-- load_count_rights: how many rights a role has
SELECT count(*) FROM role_right WHERE role = ?1;

-- load_rights: the rights of a role
SELECT type, operations, level FROM role_right WHERE role = ?1
    ORDER BY type, level;

-- load_count_roles: how many roles there are
SELECT count(*) FROM role;

-- load_roles: all roles
SELECT row, RoleID, RoleName, RequiredLevel FROM role ORDER BY row;

-- load_count_scopes: how many scopes there are
SELECT count(*) FROM scope;

-- load_scopes: all scopes
SELECT CategoryID, CategoryName, is_all, is_default FROM scope ORDER BY row;

-- load_count_collections: how many collections there are
SELECT count(*) FROM collection;

-- load_collections: all collections, with the row of their limit
SELECT c.CollectionID, c.Name, l.row FROM collection c LEFT
    JOIN collection l ON l.CollectionID = c.LimitToCollectionID ORDER BY c.row;

-- load_collection: a collection, with the row of its limit
SELECT c.CollectionID, c.Name, l.row FROM collection c LEFT
    JOIN collection l ON l.CollectionID = c.LimitToCollectionID
    WHERE c.row = ?1;

-- load_count_assignments: how many assignments a record has
SELECT count(*) FROM assignment WHERE admin = ?1;

-- load_assignments: the assignments of a record
SELECT row, from_s, until_s FROM assignment WHERE admin = ?1 ORDER BY row;

-- load_count_admins: how many administrators there are
SELECT count(*) FROM admin;

-- load_admins: all administrators
SELECT row, LogonName, IsGroup, IsDisabled FROM admin ORDER BY row;
