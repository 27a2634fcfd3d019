-- site_exceptions (fragment): whom the minimum level does not bind, for who may modify the site
CASE WHEN sms_may(6, 1, 1, t.scopes) THEN
    (SELECT json_group_array(name) FROM
    (SELECT DISTINCT name FROM exclusion ORDER BY name)) END

-- site_declared: where files declare the level or an exclusion
SELECT level_place FROM site WHERE level_place IS NOT NULL
    UNION ALL SELECT place FROM exclusion WHERE place IS NOT NULL;

-- site_set_level: sets the minimum level
UPDATE site SET AuthenticationLevel = ?1, row_version = row_version + 1;

-- site_except: excludes a user or group from the minimum level
INSERT OR IGNORE INTO exclusion
    (name, is_group, reason, owner, until_s, source) VALUES (?1, ?2, ?3,
    ?4, ?5, coalesce((SELECT GroupSource FROM admin WHERE IsGroup
    AND LogonName = ?1 AND GroupSource <> ''), CASE WHEN EXISTS
    (SELECT 1 FROM people_group WHERE name = ?1) THEN 'site'
    WHEN ?6 THEN 'sid' ELSE 'host' END));

-- site_user_of_sid: the user whose account has a SID
SELECT a.LogonName FROM admin_identity i JOIN admin a ON a.row = i.admin
    WHERE i.kind = 'sid' AND i.value = ?1;

-- site_find_kinds: whether a name is a user's, and whether it is a group's
SELECT EXISTS (SELECT 1 FROM admin WHERE LogonName = ?1 AND NOT IsGroup),
    EXISTS (SELECT 1 FROM admin WHERE LogonName = ?1 AND IsGroup)
    OR EXISTS (SELECT 1 FROM people_group WHERE name = ?1);

-- site_drop_exceptions: excludes nobody any more
DELETE FROM exclusion;
