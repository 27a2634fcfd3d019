-- schema_relations (script): the tables of relations between classes
ALTER TABLE site ADD COLUMN level_place TEXT;
ALTER TABLE site ADD COLUMN SiteID TEXT;
CREATE TABLE role_right ( role INTEGER NOT NULL REFERENCES role (row)
    ON DELETE CASCADE, type INTEGER NOT NULL, level INTEGER NOT NULL,
    operations INTEGER NOT NULL, PRIMARY KEY (role, type, level))
    STRICT, WITHOUT ROWID;
CREATE TABLE assignment (row INTEGER PRIMARY KEY, admin INTEGER NOT NULL
    REFERENCES admin (row) ON DELETE CASCADE, from_s INTEGER NOT NULL,
    until_s INTEGER NOT NULL) STRICT;
CREATE INDEX assignment_by_admin ON assignment (admin);
CREATE TABLE assignment_role (assignment INTEGER NOT NULL
    REFERENCES assignment (row) ON DELETE CASCADE, role INTEGER NOT NULL
    REFERENCES role (row), PRIMARY KEY (assignment, role))
    STRICT, WITHOUT ROWID;
CREATE INDEX assignment_by_role ON assignment_role (role);
CREATE TABLE assignment_scope (assignment INTEGER NOT NULL
    REFERENCES assignment (row) ON DELETE CASCADE, scope INTEGER NOT NULL
    REFERENCES scope (row), PRIMARY KEY (assignment, scope))
    STRICT, WITHOUT ROWID;
CREATE INDEX assignment_by_scope ON assignment_scope (scope);
CREATE TABLE assignment_collection (assignment INTEGER NOT NULL
    REFERENCES assignment (row) ON DELETE CASCADE, collection INTEGER NOT NULL
    REFERENCES collection (row), PRIMARY KEY (assignment, collection))
    STRICT, WITHOUT ROWID;
CREATE INDEX assignment_by_collection ON assignment_collection (collection);
CREATE TABLE admin_identity (kind TEXT NOT NULL, value TEXT NOT NULL,
    admin INTEGER NOT NULL REFERENCES admin (row) ON DELETE CASCADE,
    author TEXT NOT NULL DEFAULT '', given_s INTEGER NOT NULL DEFAULT 0,
    at_top INTEGER NOT NULL DEFAULT 0, kept INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, value)) STRICT, WITHOUT ROWID;
CREATE INDEX identity_by_admin ON admin_identity (admin);
CREATE TABLE identity_gift (kind TEXT NOT NULL, value TEXT NOT NULL,
    user TEXT NOT NULL, author TEXT NOT NULL, given_s INTEGER NOT NULL,
    PRIMARY KEY (kind, value, user)) STRICT, WITHOUT ROWID;
CREATE TABLE shown_evidence (kind TEXT NOT NULL, value TEXT NOT NULL,
    user TEXT NOT NULL, level INTEGER NOT NULL, seen_s INTEGER NOT NULL,
    PRIMARY KEY (kind, value)) STRICT, WITHOUT ROWID;
CREATE TABLE people_group (row INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE, place TEXT, declared TEXT) STRICT;
CREATE TABLE people_member (people INTEGER NOT NULL
    REFERENCES people_group (row) ON DELETE CASCADE, name TEXT NOT NULL,
    author TEXT NOT NULL, seen INTEGER NOT NULL, PRIMARY KEY (people, name))
    STRICT, WITHOUT ROWID;
CREATE INDEX people_member_by_name ON people_member (name);
CREATE TABLE declared_reference (kind TEXT NOT NULL, name TEXT NOT NULL,
    row INTEGER NOT NULL, seen INTEGER NOT NULL, PRIMARY KEY (kind, name))
    STRICT, WITHOUT ROWID;
CREATE TABLE exclusion (name TEXT NOT NULL, is_group INTEGER NOT NULL,
    reason TEXT NOT NULL, owner TEXT NOT NULL, until_s INTEGER NOT NULL,
    place TEXT, seen INTEGER NOT NULL DEFAULT 0,
    source TEXT NOT NULL DEFAULT 'site', PRIMARY KEY (name, is_group))
    STRICT, WITHOUT ROWID;
CREATE TABLE object_scope (type INTEGER NOT NULL, object INTEGER NOT NULL,
    scope INTEGER NOT NULL REFERENCES scope (row), PRIMARY KEY (type, object,
    scope)) STRICT, WITHOUT ROWID;
CREATE INDEX object_by_scope ON object_scope (scope);
CREATE TABLE collection_rule (row INTEGER PRIMARY KEY,
    collection INTEGER NOT NULL REFERENCES collection (row),
    kind INTEGER NOT NULL, resource INTEGER,
    other INTEGER REFERENCES collection (row), device TEXT COLLATE NOCASE,
    wql TEXT, name TEXT NOT NULL, UNIQUE (collection, kind, resource),
    UNIQUE (collection, kind, other)) STRICT;
CREATE INDEX rule_by_resource ON collection_rule (resource)
    WHERE resource IS NOT NULL;
CREATE INDEX rule_by_other ON collection_rule (other) WHERE other IS NOT NULL;
CREATE INDEX rule_by_query ON collection_rule (collection) WHERE kind = 2;
CREATE INDEX rule_by_device ON collection_rule (device)
    WHERE device IS NOT NULL;
CREATE TABLE label_block ( block INTEGER PRIMARY KEY,
    labels BLOB NOT NULL) STRICT;
CREATE TABLE folder_item ( row INTEGER PRIMARY KEY AUTOINCREMENT,
    type INTEGER NOT NULL, object INTEGER NOT NULL, InstanceKey TEXT NOT NULL,
    kind INTEGER NOT NULL, folder INTEGER NOT NULL REFERENCES folder (row),
    UNIQUE (type, object)) STRICT;
CREATE INDEX item_by_folder ON folder_item (folder);
CREATE TABLE secured_type ( type INTEGER PRIMARY KEY, name TEXT NOT NULL,
    has_scopes INTEGER NOT NULL, type_operations INTEGER NOT NULL,
    instance_operations INTEGER NOT NULL) STRICT;
CREATE TABLE available_operation ( type INTEGER NOT NULL, bit INTEGER NOT NULL,
    name TEXT NOT NULL, is_type_wide INTEGER NOT NULL, PRIMARY KEY (type, bit))
    STRICT, WITHOUT ROWID;
CREATE TABLE audit_attribute ( id INTEGER PRIMARY KEY, class TEXT NOT NULL)
    STRICT;
INSERT INTO audit_attribute (id, class) VALUES (400, 'SMS_Package'),
    (401, 'SMS_Advertisement'), (402, 'SMS_Collection'), (403, ''),
    (408, 'SMS_R_System'), (409, 'SMS_Site'), (415, ''), (416, '');
CREATE TABLE audit_string ( number INTEGER PRIMARY KEY) STRICT;
INSERT INTO audit_string (number) VALUES (0), (1), (2), (3);
CREATE TABLE script_author ( script INTEGER NOT NULL REFERENCES script (row)
    ON DELETE CASCADE, user TEXT NOT NULL, wrote_s INTEGER NOT NULL,
    PRIMARY KEY (script, user)) STRICT, WITHOUT ROWID;
CREATE TABLE script_identity ( script INTEGER NOT NULL REFERENCES script (row)
    ON DELETE CASCADE, kind TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (script, kind, value)) STRICT, WITHOUT ROWID;
CREATE TABLE rule_block ( rule INTEGER NOT NULL
    REFERENCES collection_rule (row) ON DELETE CASCADE, block INTEGER NOT NULL,
    members BLOB NOT NULL, PRIMARY KEY (rule, block)) STRICT, WITHOUT ROWID;
CREATE TABLE collection_deletion ( collection INTEGER NOT NULL
    REFERENCES collection (row) ON DELETE CASCADE, block INTEGER NOT NULL,
    members BLOB NOT NULL, PRIMARY KEY (collection, block))
    STRICT, WITHOUT ROWID;
CREATE TABLE deletion_asker ( collection INTEGER PRIMARY KEY
    REFERENCES collection (row) ON DELETE CASCADE, user TEXT NOT NULL,
    level INTEGER NOT NULL) STRICT;
CREATE TABLE deletion_record ( collection INTEGER NOT NULL
    REFERENCES deletion_asker (collection) ON DELETE CASCADE,
    admin INTEGER NOT NULL, PRIMARY KEY (collection, admin))
    STRICT, WITHOUT ROWID;
CREATE TABLE collection_variable ( collection INTEGER NOT NULL
    REFERENCES collection (row) ON DELETE CASCADE, name TEXT NOT NULL,
    value BLOB NOT NULL, is_given INTEGER NOT NULL,
    PRIMARY KEY (collection, name)) STRICT, WITHOUT ROWID;
CREATE TABLE collection_due ( collection INTEGER PRIMARY KEY
    REFERENCES collection (row) ON DELETE CASCADE, block INTEGER NOT NULL,
    queries INTEGER NOT NULL, due_s INTEGER NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE INDEX due_by_age ON collection_due (queries, due_s, collection);
CREATE TABLE collection_refresh ( collection INTEGER PRIMARY KEY
    REFERENCES collection (row) ON DELETE CASCADE, next_s INTEGER NOT NULL,
    set_s INTEGER NOT NULL) STRICT;
CREATE INDEX refresh_by_time ON collection_refresh (next_s);
CREATE TABLE rule_due ( rule INTEGER PRIMARY KEY
    REFERENCES collection_rule (row) ON DELETE CASCADE,
    collection INTEGER NOT NULL, next INTEGER NOT NULL, width INTEGER NOT NULL)
    STRICT;
CREATE INDEX rule_due_by_collection ON rule_due (collection, rule);
CREATE TABLE rule_property ( class TEXT NOT NULL COLLATE NOCASE,
    property TEXT NOT NULL COLLATE NOCASE, rule INTEGER NOT NULL
    REFERENCES collection_rule (row) ON DELETE CASCADE, PRIMARY KEY (class,
    property, rule)) STRICT, WITHOUT ROWID;
CREATE INDEX property_by_rule ON rule_property (rule);
CREATE TABLE rule_key ( class TEXT NOT NULL COLLATE NOCASE,
    property TEXT NOT NULL COLLATE NOCASE, kind INTEGER NOT NULL,
    value ANY NOT NULL COLLATE NOCASE, rule INTEGER NOT NULL
    REFERENCES collection_rule (row) ON DELETE CASCADE, PRIMARY KEY (class,
    property, kind, value, rule)) STRICT, WITHOUT ROWID;
CREATE INDEX key_by_rule ON rule_key (rule);

-- schema_sets_1 (script): members of collections, as they were stored before version 4
CREATE TABLE collection_block ( collection INTEGER NOT NULL
    REFERENCES collection (row), block INTEGER NOT NULL, members BLOB NOT NULL,
    PRIMARY KEY (collection, block)) STRICT, WITHOUT ROWID;

-- schema_sets_4 (script): members of collections by block, where each has any, and labels that follow later
CREATE TABLE collection_block ( block INTEGER NOT NULL,
    collection INTEGER NOT NULL, members BLOB NOT NULL,
    PRIMARY KEY (block, collection)) STRICT, WITHOUT ROWID;
CREATE TABLE collection_map ( collection INTEGER NOT NULL
    REFERENCES collection (row), part INTEGER NOT NULL,
    PRIMARY KEY (collection, part)) STRICT, WITHOUT ROWID;
CREATE TABLE label_due ( block INTEGER PRIMARY KEY, words INTEGER NOT NULL)
    STRICT;

-- schema_arrivals_5 (script): devices of which query rules are asked later
CREATE TABLE arrival_due ( first INTEGER PRIMARY KEY, last INTEGER NOT NULL,
    rule INTEGER NOT NULL) STRICT;

-- schema_makers_6 (script): who was behind a user's maker when that ceased to show
CREATE TABLE maker_before ( name TEXT NOT NULL, maker TEXT NOT NULL,
    PRIMARY KEY (name, maker)) STRICT, WITHOUT ROWID;

-- schema_leave_sets_1 (script): takes the members out of what stored them before
-- The seal sees each row that is inserted or deleted, and no others.
CREATE TABLE set_before ( collection INTEGER, block INTEGER, members BLOB)
    STRICT;
INSERT INTO set_before (collection, block, members)
    SELECT collection, block, members FROM collection_block;
DELETE FROM collection_block;
DROP TABLE collection_block;

-- schema_fill_sets_4 (script): puts them in again
INSERT INTO collection_block (block, collection, members)
    SELECT block, collection, members FROM set_before
    ORDER BY block, collection;
INSERT INTO collection_map (collection, part)
    SELECT DISTINCT collection, block / 16 FROM set_before;
DELETE FROM set_before;
DROP TABLE set_before;

-- schema_views (script): what classes are read from that are no tables
CREATE VIEW permission_scope AS SELECT a.admin, r.RoleID, r.RoleName,
    s.CategoryID, s.CategoryName, 29 AS CategoryTypeID, a.from_s, a.until_s,
    NULL AS collection FROM assignment a
    JOIN assignment_role ar ON ar.assignment = a.row
    JOIN role r ON r.row = ar.role
    JOIN assignment_scope c ON c.assignment = a.row
    JOIN scope s ON s.row = c.scope;
CREATE VIEW permission_collection AS SELECT a.admin, r.RoleID, r.RoleName,
    o.CollectionID AS CategoryID, o.Name AS CategoryName, 1 AS CategoryTypeID,
    a.from_s, a.until_s, o.row AS collection FROM assignment a
    JOIN assignment_role ar ON ar.assignment = a.row
    JOIN role r ON r.row = ar.role
    JOIN assignment_collection c ON c.assignment = a.row
    JOIN collection o ON o.row = c.collection;
CREATE VIEW permission AS SELECT * FROM permission_scope UNION ALL SELECT *
    FROM permission_collection;
CREATE VIEW membership AS
    SELECT s.CategoryID || '.' || d.type || '.' || d.ObjectKey AS MembershipKey,
    s.CategoryID, s.CategoryName, d.type AS ObjectTypeID, d.ObjectKey,
    d.class, d.scopes FROM secured d JOIN scope s ON s.row = d.scope;
CREATE VIEW operation AS SELECT o.type || '.' || o.bit AS OperationKey,
    o.type AS ObjectTypeID, t.name AS ObjectTypeName, 1 << o.bit AS BitFlag,
    o.name AS OperationName, o.is_type_wide AS IsTypeWideOperation
    FROM available_operation o JOIN secured_type t ON t.type = o.type;
CREATE VIEW settable_scope AS SELECT t.type || '.' || s.CategoryID AS SettableKey,
    t.type AS ObjectTypeID, s.CategoryID, s.row AS scope FROM secured_type t
    JOIN scope s WHERE t.has_scopes AND NOT s.is_all;
CREATE VIEW dependency AS SELECT d.CollectionID || '.' || s.CollectionID ||
    '.1' AS DependencyKey, d.CollectionID AS DependentCollectionID,
    s.CollectionID AS SourceCollectionID, 1 AS RelationshipType,
    d.row AS dependent, s.row AS source FROM collection d
    JOIN collection s ON s.CollectionID = d.LimitToCollectionID
    UNION ALL SELECT d.CollectionID || '.' || s.CollectionID || '.' ||
    (r.kind - 1), d.CollectionID, s.CollectionID, r.kind - 1, d.row, s.row
    FROM collection_rule r JOIN collection d ON d.row = r.collection
    JOIN collection s ON s.row = r.other WHERE r.kind IN (3, 4);
CREATE VIEW query_rule AS SELECT r.row AS QueryID, c.CollectionID,
    r.name AS RuleName, r.wql AS QueryExpression, r.collection
    FROM collection_rule r JOIN collection c ON c.row = r.collection
    WHERE r.kind = 2;
CREATE VIEW admin_role AS SELECT DISTINCT p.admin || '.' || p.RoleID
    AS AdminRoleKey, p.admin AS AdminID, p.RoleID FROM permission p;
CREATE VIEW admin_category AS SELECT DISTINCT p.admin || '.' || p.CategoryID
    AS AdminCategoryKey, p.admin AS AdminID, p.CategoryID, p.CategoryTypeID,
    p.collection FROM permission p;
CREATE VIEW status_message AS SELECT a.id AS RecordID,
    a.message_id AS MessageID, 768 AS MessageType, CASE a.outcome
    WHEN 'done' THEN 1073741824 WHEN 'failed' THEN 3221225472
    ELSE 2147483648 END AS Severity, 'SMS Provider' AS ModuleName,
    a.event AS Component, a.peer AS MachineName, s.SiteCode,
    s.SiteCode AS TopLevelSiteCode, a.wall_ms / 1000 AS Time,
    a.user AS UserName, a.outcome AS Outcome, a.reason AS Reason,
    0 AS ProcessID, 0 AS ThreadID, 0 AS Win32Error FROM audit a, site s;
CREATE VIEW status_attribute AS SELECT a.id || '.' || i.id AS AttributeKey,
    a.id AS RecordID, i.id AS AttributeID, CASE i.id WHEN 403 THEN a.user
    WHEN 416 THEN a.class ELSE a.key END AS AttributeValue,
    a.wall_ms / 1000 AS AttributeTime FROM audit a JOIN audit_attribute i
    ON CASE i.id WHEN 403 THEN a.user <> '' WHEN 415 THEN a.key <> ''
    WHEN 416 THEN a.class <> '' ELSE a.class = i.class AND a.key <> '' END;
CREATE VIEW status_string AS SELECT a.id || '.' || i.number AS StringKey,
    a.id AS RecordID, i.number AS InsStrIndex, CASE i.number
    WHEN 0 THEN a.user WHEN 1 THEN a.key WHEN 2 THEN a.class
    ELSE a.operation END AS InsStrValue FROM audit a JOIN audit_string i;
CREATE VIEW deployment AS
    SELECT '{' || d.SourceSite || '-' || d.row || '}' AS DeploymentID,
    1 AS DeploymentTypeID, d.AssignmentName AS DeploymentName, c.CollectionID,
    c.Name AS CollectionName, c.MemberCount,
    CAST(d.AssignedCI AS TEXT) AS TargetID,
    a.LocalizedDisplayName AS TargetName, '' AS TargetSubName, 31 AS content,
    CASE d.OfferTypeID WHEN 0 THEN 1 ELSE 2 END AS DeploymentIntent,
    d.row AS AssignmentID, d.AssignedCI AS CI_ID, NULL AS PackageID,
    d.StartTime AS DeploymentTime, d.EnforcementDeadline, 200 AS type,
    c.row AS collection, a.scopes FROM app_deployment d
    JOIN application a ON a.row = d.AssignedCI
    JOIN collection c ON c.CollectionID = d.TargetCollectionID
    UNION ALL SELECT d.AdvertisementID, 2, d.AdvertisementName, c.CollectionID,
    c.Name, c.MemberCount, d.PackageID, p.Name, ifnull(d.ProgramName, ''), 2,
    CASE d.OfferType WHEN 0 THEN 1 ELSE 2 END, NULL, NULL, d.PackageID,
    d.PresentTime, NULL, 201, c.row, p.scopes FROM advertisement d
    JOIN package p ON p.PackageID = d.PackageID
    JOIN collection c ON c.CollectionID = d.CollectionID
    UNION ALL SELECT '{' || d.SourceSite || '-settings-' || d.row || '}', 0,
    d.Name, c.CollectionID, c.Name, c.MemberCount,
    CAST(d.ClientSettingsID AS TEXT), s.Name,
    '', 38, 1, d.row, NULL, NULL, NULL, NULL, 202, c.row, s.scopes
    FROM settings_assignment d
    JOIN client_settings s ON s.row = d.ClientSettingsID
    JOIN collection c ON c.CollectionID = d.CollectionID;
CREATE VIEW full_membership AS
    SELECT c.CollectionID || '.' || m.resource AS MembershipKey, c.CollectionID,
    c.row AS collection, m.resource AS ResourceID,
    coalesce(d.Name, u.Name, g.Name) AS Name,
    coalesce(d.ResourceDomainORWorkgroup, u.WindowsNTDomain, g.WindowsNTDomain)
    AS Domain, d.SMSUniqueIdentifier AS SMSID,
    (SELECT SiteCode FROM site) AS SiteCode, CASE
    WHEN m.resource < 2063597568 THEN 5 WHEN m.resource < 2080374784 THEN 4
    ELSE 3 END AS ResourceType,
    d.Client AS IsClient, d.Active AS IsActive,
    ifnull(d.SMSAssignedSites, '[]') <> '[]' AS IsAssigned,
    d.Obsolete AS IsObsolete, d.Decommissioned AS IsDecommissioned,
    d.IsVirtualMachine, d.ClientType, d.ClientVersion, d.LastLogonUserName,
    d.OperatingSystemNameandVersion AS DeviceOS, d.ADSiteName,
    EXISTS (SELECT 1
    FROM collection_rule r WHERE r.collection = c.row AND r.kind = 1
    AND (r.resource = m.resource OR r.device = d.Name)) AS IsDirect
    FROM collection_member m JOIN collection c ON c.row = m.collection
    LEFT JOIN device d ON d.row = m.resource
    LEFT JOIN user_resource u ON u.row = m.resource
    LEFT JOIN group_resource g ON g.row = m.resource;
CREATE VIEW no_object AS SELECT 0 AS ID WHERE 0;

-- schema_drop_views (script): drops all views, before new ones are made
DROP VIEW IF EXISTS no_object;
DROP VIEW full_membership;
DROP VIEW deployment;
DROP VIEW status_string;
DROP VIEW status_attribute;
DROP VIEW status_message;
DROP VIEW membership;
DROP VIEW filed;
DROP VIEW secured;
DROP VIEW operation;
DROP VIEW settable_scope;
DROP VIEW dependency;
DROP VIEW query_rule;
DROP VIEW admin_role;
DROP VIEW admin_category;
DROP VIEW permission;
DROP VIEW permission_collection;
DROP VIEW permission_scope;

-- schema_put_scopes: the scopes that are built in
INSERT INTO scope (row, CategoryID, CategoryName, CategoryDescription,
    IsBuiltIn, SourceSite, is_all, is_default) VALUES (1, 'SMS00ALL', 'All',
    'Every scope, later ones too', 1, '', 1, 0), (2, 'SMS00UNA', 'Default',
    'Where objects begin', 1, '', 0, 1);

-- schema_put_collections: the collections that are built in
-- Root collections first: the others are limited by them.
INSERT INTO collection (row, CollectionID, Name, Comment, CollectionType,
    LimitToCollectionID, MemberCount, IsBuiltIn, RefreshType, CurrentStatus)
    VALUES (1, 'SMS00001', 'All Systems', '', 2, NULL, 0, 1, 2, 1), (2,
    'SMS00004', 'All Users and User Groups', '', 1, NULL, 0, 1, 2, 1), (3,
    'SMS00002', 'All Users', '', 1, 'SMS00004', 0, 1, 2, 1), (4, 'SMS00003',
    'All User Groups', '', 1, 'SMS00004', 0, 1, 2, 1), (5, 'SMSDM001',
    'All Mobile Devices', '', 2, 'SMS00001', 0, 1, 2, 1), (6, 'SMSDM003',
    'All Desktop and Server Clients', '', 2, 'SMS00001', 0, 1, 2, 1), (7,
    'SMS000US', 'All Unknown Computers', '', 2, 'SMS00001', 0, 1, 2, 1);

-- schema_put_role: adds a built-in role
INSERT INTO role (row, RoleID, RoleName, RoleDescription, IsBuiltIn,
    RequiredLevel, SourceSite) VALUES (?1, ?2, ?3, '', 1, 0, '');

-- schema_put_site: adds the site's own record
INSERT INTO site (row, SiteCode, SiteName, Type, AuthenticationLevel)
    VALUES (1, ?1, ?2, 2, 0);

-- schema_rename_site: renames the site, and where it is
UPDATE site SET SiteName = ?1, ServerName = ?2, row_version = row_version + 1
    WHERE SiteName <> ?1 OR ServerName IS NOT ?2;

-- schema_set_site_id: gives the site a key across sites
UPDATE site SET SiteID = upper(hex(randomblob(16))) WHERE SiteID IS NULL;
