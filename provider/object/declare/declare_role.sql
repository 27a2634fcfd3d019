-- declared_scope: what was declared of a scope
SELECT declared FROM scope WHERE row = ?1;

-- declare_scope: makes a scope as declared, or changes it
INSERT INTO scope (row, CategoryID, CategoryName, CategoryDescription,
    IsBuiltIn, SourceSite, CreatedBy, CreatedDate, LastModifiedBy,
    LastModifiedDate) VALUES (?1, ?2, ?3, ?4, 0, ?5, 'policy', ?6, 'policy', ?6)
    ON CONFLICT (row) DO UPDATE SET CategoryName = ?3,
    CategoryDescription = ?4, LastModifiedBy = 'policy',
    LastModifiedDate = ?6, row_version = row_version + 1;

-- declare_place_scope: says where a scope is declared, and as what
UPDATE scope SET place = ?2, declared = ?3 WHERE row = ?1;

-- declared_role: what was declared of a role
SELECT declared FROM role WHERE row = ?1;

-- declare_role: makes a role as declared, or changes it
INSERT INTO role (row, RoleID, RoleName, RoleDescription, IsBuiltIn,
    SourceSite, CreatedBy, CreatedDate, LastModifiedBy, LastModifiedDate,
    CopiedFromID) VALUES (?1, ?2, ?3, ?4, 0, ?5, 'policy', ?6, 'policy', ?6, ?7)
    ON CONFLICT (row) DO UPDATE SET RoleName = ?3,
    RoleDescription = ?4, CopiedFromID = ?7, LastModifiedBy = 'policy',
    LastModifiedDate = ?6, row_version = row_version + 1;

-- declare_role_level: sets the level that a role asks for
UPDATE role SET RequiredLevel = ?2 WHERE row = ?1;

-- declare_place_role: says where a role is declared, and as what
UPDATE role SET place = ?2, declared = ?3 WHERE row = ?1;
