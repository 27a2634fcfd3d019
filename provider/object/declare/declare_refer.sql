-- refer_scope_key: a scope by its key
SELECT row FROM scope WHERE CategoryID = ?1;

-- refer_scope: a scope by its name, built in or declared
SELECT row FROM scope WHERE CategoryName = ?1
    AND (IsBuiltIn OR place IS NOT NULL);

-- refer_console_scope: scopes of a name, whoever made them
SELECT row, CategoryID, ifnull(CreatedBy, '') FROM scope
    WHERE CategoryName = ?1;

-- refer_scope_row: whether a scope is there
SELECT row FROM scope WHERE row = ?1;

-- refer_role_key: a role by its key
SELECT row FROM role WHERE RoleID = ?1;

-- refer_role: a role by its name, built in or declared
SELECT row FROM role WHERE RoleName = ?1
    AND (IsBuiltIn OR place IS NOT NULL);

-- refer_console_role: roles of a name, whoever made them
SELECT row, RoleID, ifnull(CreatedBy, '') FROM role WHERE RoleName = ?1;

-- refer_role_row: whether a role is there
SELECT row FROM role WHERE row = ?1;

-- refer_collection_key: a collection by its key
SELECT row FROM collection WHERE CollectionID = ?1;

-- refer_collection: a collection by its name, built in or declared
SELECT row FROM collection WHERE Name = ?1
    AND (IsBuiltIn OR place IS NOT NULL)
    ORDER BY IsBuiltIn DESC, row;

-- refer_console_collection: collections of a name, whoever made them
SELECT row, CollectionID, ifnull(made_by, '') FROM collection WHERE Name = ?1
    ORDER BY row;

-- refer_collection_row: whether a collection is there
SELECT row FROM collection WHERE row = ?1;

-- refer_drop_unseen: forgets what the run before did not use
DELETE FROM declared_reference WHERE NOT seen;

-- refer_forget_seen: begins a run
UPDATE declared_reference SET seen = 0;

-- refer_bound: what a name of a kind is bound to
SELECT row FROM declared_reference WHERE name = ?1 AND kind = ?2;

-- refer_bind: binds a name of a kind to a row
INSERT INTO declared_reference (kind, name, row, seen) VALUES (?1, ?2, ?3, 1)
    ON CONFLICT (kind, name) DO UPDATE SET row = ?3, seen = 1;
