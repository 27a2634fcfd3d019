-- schema_put_role: adds a built-in role
INSERT INTO role (row, RoleID, RoleName, RoleDescription, IsBuiltIn,
    RequiredLevel, SourceSite) VALUES (?1, ?2, ?3, '', 1, 0, '');

-- schema_put_site: adds the site's own record
INSERT INTO site (row, SiteCode, SiteName, Type, AuthenticationLevel)
    VALUES (1, ?1, ?2, 2, 0);

-- schema_rename_site: renames the site
UPDATE site SET SiteName = ?1, row_version = row_version + 1
    WHERE SiteName <> ?1;
