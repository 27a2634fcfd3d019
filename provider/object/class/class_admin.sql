-- admin_permissions (fragment): what an administrator may do where, up to the name of a category
(SELECT json_group_array(json(v)) FROM
    (SELECT json_object('RoleID', p.RoleID, 'RoleName', p.RoleName,
    'CategoryID', p.CategoryID, 'CategoryName',

-- admin_permissions_end (fragment): the rest of it
'CategoryTypeID', p.CategoryTypeID, 'ValidFrom',
    CASE WHEN p.from_s > -9223372036854775808 THEN
    strftime('%Y-%m-%dT%H:%M:%SZ', p.from_s, 'unixepoch') END,
    'ValidUntil', CASE WHEN p.until_s < 9223372036854775807 THEN
    strftime('%Y-%m-%dT%H:%M:%SZ', p.until_s, 'unixepoch') END) AS v
    FROM permission p WHERE p.admin = t.row GROUP BY v
    ORDER BY p.RoleID, p.CategoryTypeID DESC, p.CategoryID, p.from_s))

-- admin_identities (fragment): the identities of an administrator, and who gave them
(SELECT json_group_array(json_object('Kind', kind, 'Value', value,
    'GivenBy', author, 'GivenDate',
    strftime('%Y-%m-%dT%H:%M:%SZ', given_s, 'unixepoch'), 'IsConfirmed',
    json(iif(at_top, 'true', 'false')))) FROM
    (SELECT * FROM admin_identity WHERE admin = t.row ORDER BY kind, value))

-- admin_sid (fragment): the SID of an administrator's account, or of a group
ifnull((SELECT min(value) FROM admin_identity WHERE admin = t.row
    AND kind = 'sid'), iif(t.GroupSource = 'sid', t.LogonName, t.AdminSid))

-- admin_roles (fragment): keys of the roles of an administrator
(SELECT json_group_array(v) FROM (SELECT DISTINCT p.RoleID AS v
    FROM permission p WHERE p.admin = t.row ORDER BY v))

-- admin_role_names (fragment): names of the roles of an administrator
(SELECT json_group_array(v) FROM (SELECT DISTINCT p.RoleName AS v
    FROM permission p WHERE p.admin = t.row ORDER BY v))

-- admin_categories (fragment): keys of the scopes and collections of an administrator
(SELECT json_group_array(v) FROM (SELECT DISTINCT p.CategoryID AS v
    FROM permission p WHERE p.admin = t.row ORDER BY v))

-- admin_scope_names (fragment): names of the scopes of an administrator, as far as a condition holds
(SELECT json_group_array(v) FROM (SELECT DISTINCT p.CategoryName AS v
    FROM permission_scope p WHERE p.admin = t.row AND

-- admin_collection_names (fragment): names of the collections of an administrator, as far as a condition holds
(SELECT json_group_array(v) FROM (SELECT DISTINCT p.CategoryName AS v
    FROM permission_collection p WHERE p.admin = t.row AND

-- admin_names_end (fragment): the rest of both
ORDER BY v))

-- admin_end_sessions: ends the sessions of a user that began until now
UPDATE admin SET sessions_ended_s = ?2 WHERE row = ?1 AND NOT IsGroup;

-- admin_extended_data: what consoles keep about an administrator
SELECT ExtendedData FROM admin WHERE row = ?1;

-- admin_is_covered (fragment): whether the caller holds all that a record gives, which is no property of the row alone
(SELECT sms_covers(t.row))
