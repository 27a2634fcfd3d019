-- collection_called (fragment): how others refer to the collection c
CASE WHEN EXISTS (SELECT 1 FROM collection o WHERE
    (o.Name = c.Name OR o.CollectionID = c.Name) AND o.row <> c.row)
    THEN c.CollectionID ELSE c.Name END

-- declarable_count_sites: one
SELECT count(*) FROM site;

-- declarable_level: the minimum level, and the line that declares it
SELECT AuthenticationLevel, level_place FROM site;

-- declarable_count_exclusions: how many exclusions there are
SELECT count(*) FROM exclusion;

-- declarable_exclusions: all exclusions, with sources other than the site
SELECT name, is_group, reason, owner, until_s, place,
    iif(is_group AND source <> 'site', source, NULL) FROM exclusion
    ORDER BY is_group, name;

-- declarable_count_scopes: how many scopes are not built in
SELECT count(*) FROM scope WHERE NOT IsBuiltIn;

-- declarable_scopes: scopes that are not built in
SELECT CategoryName, ifnull(CategoryDescription, ''), place, CategoryID
    FROM scope WHERE NOT IsBuiltIn ORDER BY CategoryName;

-- declarable_count_roles: how many roles are not built in
SELECT count(*) FROM role WHERE NOT IsBuiltIn;

-- declarable_roles: roles that are not built in
SELECT row, RoleName, ifnull(RoleDescription, ''), ifnull(CopiedFromID, ''),
    RequiredLevel, place, RoleID FROM role WHERE NOT IsBuiltIn
    ORDER BY RoleName;

-- declarable_count_rights: how many rights a role has
SELECT count(*) FROM role_right WHERE role = ?1;

-- declarable_rights: the rights of a role
SELECT type, operations, level FROM role_right WHERE role = ?1
    ORDER BY type, level;

-- declarable_count_groups: how many groups the site's files have made
SELECT count(*) FROM people_group;

-- declarable_groups: all groups of people
SELECT row, name, place FROM people_group ORDER BY name;

-- declarable_count_members: how many people a group has
SELECT count(*) FROM people_member WHERE people = ?1;

-- declarable_members: the people of a group
SELECT name FROM people_member WHERE people = ?1 ORDER BY name;

-- declarable_count_collections: how many collections are not built in
SELECT count(*) FROM collection WHERE NOT IsBuiltIn;

-- declarable_collections: those not built in; whether the name is theirs alone
SELECT k.row, k.Name, (SELECT count(*) FROM collection o WHERE
    o.Name = k.Name OR o.CollectionID = k.Name) = 1,
    ifnull(k.Comment, ''), k.CollectionType, (SELECT {collection_called}
    FROM collection c WHERE c.CollectionID = k.LimitToCollectionID),
    k.place, k.CollectionID, k.RefreshType, ifnull(k.RefreshSchedule, '[]')
    FROM collection k WHERE NOT k.IsBuiltIn ORDER BY k.Name, k.row;

-- declarable_count_rules: how many rules a collection has
SELECT count(*) FROM collection_rule WHERE collection = ?1;

-- declarable_rules: the rules of a collection
-- A device that shares its name with another is not named: NULL.
SELECT r.kind, r.name, CASE r.kind WHEN 1 THEN
    ifnull(r.device, (SELECT d.Name FROM device d WHERE d.row =
    r.resource AND NOT EXISTS (SELECT 1 FROM device o WHERE o.Name =
    d.Name COLLATE NOCASE AND o.row <> d.row)))
    WHEN 2 THEN r.wql ELSE (SELECT {collection_called}
    FROM collection c WHERE c.row = r.other) END
    FROM collection_rule r WHERE r.collection = ?1
    ORDER BY r.kind, r.name, r.row;

-- declarable_count_admins: how many administrators there are
SELECT count(*) FROM admin WHERE HostResourceID IS NULL OR place IS NOT NULL;

-- declarable_admins: all administrators but hosts of the console, with sources
-- other than the site, the device that a host is named by, and what a file calls
-- a group by SID, and the device's number
SELECT row, LogonName, IsGroup, IsDisabled, place, CAST(row AS TEXT),
    iif(GroupSource IN ('', 'site'), NULL, GroupSource),
    iif(HostResourceID IS NULL, NULL, substr(LogonName, 6)),
    iif(GroupSource = 'sid' AND place IS NOT NULL, DisplayName, NULL),
    coalesce(HostResourceID, 0) FROM admin
    WHERE HostResourceID IS NULL OR place IS NOT NULL
    ORDER BY IsGroup, LogonName;

-- declarable_count_identities: how many identities a record has
SELECT count(*) FROM admin_identity WHERE admin = ?1 AND kept < 2;

-- declarable_identities: the identities of a record
SELECT kind, value FROM admin_identity WHERE admin = ?1 AND kept < 2
    ORDER BY kind, value;

-- declarable_count_assignments: how many assignments a record has
SELECT count(*) FROM assignment WHERE admin = ?1;

-- declarable_assignments: the assignments of a record
SELECT row, from_s, until_s FROM assignment WHERE admin = ?1 ORDER BY row;

-- declarable_count_assigned_roles: how many roles an assignment has
SELECT count(*) FROM assignment_role WHERE assignment = ?1;

-- declarable_assigned_roles: the names of the roles of an assignment
SELECT r.RoleName FROM assignment_role a JOIN role r ON r.row = a.role
    WHERE a.assignment = ?1 ORDER BY r.RoleName;

-- declarable_count_assigned_scopes: how many scopes an assignment has
SELECT count(*) FROM assignment_scope WHERE assignment = ?1;

-- declarable_assigned_scopes: the names of the scopes of an assignment
SELECT s.CategoryName FROM assignment_scope a JOIN scope s
    ON s.row = a.scope WHERE a.assignment = ?1 ORDER BY s.CategoryName;

-- declarable_count_assigned_collections: how many collections an assignment has
SELECT count(*) FROM assignment_collection WHERE assignment = ?1;

-- declarable_assigned_collections: what files call those of an assignment
SELECT {collection_called} AS called
    FROM assignment_collection a JOIN collection c ON c.row = a.collection
    WHERE a.assignment = ?1 ORDER BY called;
