-- sweep_admins: declared administrators, with place and name
SELECT row, place, LogonName FROM admin WHERE place IS NOT NULL;

-- sweep_admin: removes an administrator
DELETE FROM admin WHERE row = ?1;

-- sweep_groups: declared groups, with place and name
SELECT row, place, name FROM people_group WHERE place IS NOT NULL;

-- sweep_group: removes a group
DELETE FROM people_group WHERE row = ?1;

-- sweep_roles: declared roles, with place and name
SELECT row, place, RoleName FROM role WHERE place IS NOT NULL;

-- sweep_role: removes a role
DELETE FROM role WHERE row = ?1;

-- sweep_scopes: declared scopes, with place and name
SELECT row, place, CategoryName FROM scope WHERE place IS NOT NULL;

-- sweep_scope: removes a scope
DELETE FROM scope WHERE row = ?1;

-- sweep_exclusions: removes exclusions that this run did not declare
DELETE FROM exclusion WHERE place IS NOT NULL AND NOT seen;

-- forget_exclusions: ends the run
UPDATE exclusion SET seen = 0 WHERE seen;

-- sweep_level: gives the level back to the console
UPDATE site SET level_place = NULL WHERE level_place IS NOT NULL;

-- group_circle: a group that contains itself, directly or through others
WITH RECURSIVE up (root, at) AS (SELECT row, row FROM people_group
    UNION SELECT up.root, p.row FROM up JOIN people_member m
    ON m.people = up.at JOIN people_group p ON p.name = m.name)
    SELECT g.name, g.place FROM up JOIN people_member m
    ON m.people = up.at JOIN people_group p ON p.name = m.name
    AND p.row = up.root JOIN people_group g ON g.row = up.root LIMIT 1;
