-- found_scope (fragment): row, key, name, built in, declared, and maker
SELECT row, CategoryID, CategoryName, IsBuiltIn, place IS NOT NULL,
    ifnull(CreatedBy, '') FROM scope

-- declare_find_scope: a scope by its name
{found_scope} WHERE CategoryName = ?1;

-- declare_find_scope_key: a scope by its key
{found_scope} WHERE CategoryID = ?1;

-- declare_rename_scope: renames one and forgets what was declared of it
UPDATE scope SET CategoryName = ifnull(?2, CategoryName), declared = NULL
    WHERE row = ?1;

-- found_collection (fragment): the same of collections
SELECT row, CollectionID, Name, IsBuiltIn, place IS NOT NULL,
    ifnull(made_by, '') FROM collection

-- declare_find_collection: collections of a name, declared ones first
{found_collection} WHERE Name = ?1
    ORDER BY IsBuiltIn DESC, place IS NULL, row;

-- declare_find_collection_key: a collection by its key
{found_collection} WHERE CollectionID = ?1;

-- declare_rename_collection: renames one and forgets what was declared of it
UPDATE collection SET Name = ifnull(?2, Name), declared = NULL WHERE row = ?1;

-- found_role (fragment): the same of roles
SELECT row, RoleID, RoleName, IsBuiltIn, place IS NOT NULL,
    ifnull(CreatedBy, '') FROM role

-- declare_find_role: a role by its name
{found_role} WHERE RoleName = ?1;

-- declare_find_role_key: a role by its key
{found_role} WHERE RoleID = ?1;

-- declare_rename_role: renames one and forgets what was declared of it
UPDATE role SET RoleName = ifnull(?2, RoleName), declared = NULL
    WHERE row = ?1;

-- found_admin (fragment): the same of administrators
SELECT row, CAST(row AS TEXT), LogonName, 0, place IS NOT NULL,
    ifnull(CreatedBy, '') FROM admin

-- declare_find_admin: an administrator by the name, of a user or a group (?2)
{found_admin} WHERE LogonName = ?1 AND IsGroup = ?2;

-- declare_find_admin_key: the same by the key
{found_admin} WHERE CAST(row AS TEXT) = ?1 AND IsGroup = ?2;

-- declare_rename_admin: renames one and forgets what was declared of it
UPDATE admin SET LogonName = ifnull(?2, LogonName), declared = NULL
    WHERE row = ?1;
