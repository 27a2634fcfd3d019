-- people_count_groups: how many groups the site keeps
SELECT count(*) FROM people_group;

-- people_count_members: how many members those have
SELECT count(*) FROM people_member;

-- people_count_exclusions: how many users and groups are excluded
SELECT count(*) FROM exclusion;

-- people_count_identities: how many identities there are
SELECT count(*) FROM admin_identity;

-- people_sources: groups with the system that knows their members
SELECT LogonName, GroupSource, place IS NOT NULL FROM admin WHERE IsGroup
    AND GroupSource IS NOT NULL AND GroupSource NOT IN ('', 'site');

-- people_dates: since when a user's record exists, when their sessions were ended, and whose host it is
SELECT LogonName, CreatedDate, sessions_ended_s, ifnull(HostResourceID, 0)
    FROM admin WHERE NOT IsGroup;

-- people_groups: groups whose members the site keeps
SELECT name FROM people_group;

-- people_members: members of groups that the site keeps
SELECT g.name, m.name FROM people_member m
    JOIN people_group g ON g.row = m.people;

-- people_exclusions: users and groups that are excluded
SELECT name, is_group, reason, owner, until_s, iif(is_group, source, '')
    FROM exclusion ORDER BY name, is_group;

-- people_identities: identities with the user that has them, and their author
SELECT i.kind, i.value, a.LogonName, i.author, i.at_top, i.given_s
    FROM admin_identity i JOIN admin a ON a.row = i.admin WHERE NOT a.IsGroup
    ORDER BY i.kind, i.value;
