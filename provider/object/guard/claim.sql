-- groups_above (fragment): the groups of the site that a user (?1) is in, nested ones included
WITH RECURSIVE up (name) AS (
    SELECT g.name FROM people_member m
    JOIN people_group g ON g.row = m.people WHERE m.name = ?1
    UNION SELECT g.name FROM up JOIN people_member m ON m.name = up.name
    JOIN people_group g ON g.row = m.people)

-- claim_records: the records that a user has, alone or by a group
{groups_above}
SELECT row FROM admin WHERE (LogonName = ?1 AND NOT IsGroup)
    OR (IsGroup AND LogonName IN (SELECT name FROM up));

-- claim_exclusions: whether a user is excluded after a time (?2), alone or by a group
{groups_above}
SELECT 1 FROM exclusion WHERE until_s > ?2
    AND ((name = ?1 AND NOT is_group)
    OR (is_group AND name IN (SELECT name FROM up)));

-- claim_has_identity: whether a record has an identity
SELECT 1 FROM admin_identity WHERE kind = ?1 AND value = ?2 AND admin = ?3;

-- claim_outside_groups: groups whose members another system knows
SELECT row FROM admin WHERE IsGroup AND GroupSource IS NOT NULL
    AND GroupSource NOT IN ('', 'site');
