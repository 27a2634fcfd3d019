-- ?1 approves what ?2 asked for at ?3; each statement names all three.

-- approver_record: the approver's record is younger than the request
SELECT 1 FROM admin WHERE LogonName = ?1 AND NOT IsGroup
    AND max(CreatedDate, ifnull(LastModifiedDate, 0)) > ?3;

-- approver_identity: an identity of the approver is younger than the request
SELECT 1 FROM admin_identity i JOIN admin a ON a.row = i.admin
    WHERE a.LogonName = ?1 AND NOT a.IsGroup AND i.given_s > ?3;

-- in_group (fragment): each user with each group of the site they are in, nested
-- ones included, and who put them, or the group between, there
in_group (name, at, author) AS (
    SELECT m.name, p.name, m.author FROM people_member m
    JOIN people_group p ON p.row = m.people
    UNION SELECT i.name, p.name, m.author FROM in_group i
    JOIN people_member m ON m.name = i.at
    JOIN people_group p ON p.row = m.people)

-- by_group (fragment): users who have rights by a group, and who gave it its record
by_group (name, giver) AS (
    SELECT i.name, g.given_by FROM in_group i
    JOIN admin g ON g.IsGroup AND g.GroupSource = 'site'
    AND g.LogonName = i.at AND NOT {mutant a5-group-members})

-- word (fragment): who made or changed a user's record, gave it an identity, or gave
-- it rights by a group; '' is the host
word (name, word) AS (
    SELECT LogonName, CreatedBy FROM admin WHERE NOT IsGroup
    UNION SELECT LogonName, LastModifiedBy FROM admin WHERE NOT IsGroup
    UNION SELECT LogonName, given_by FROM admin WHERE NOT IsGroup
    UNION SELECT a.LogonName, i.author FROM admin_identity i
    JOIN admin a ON a.row = i.admin AND NOT a.IsGroup
    UNION SELECT name, giver FROM by_group
    UNION SELECT name, author FROM in_group
    WHERE name IN (SELECT name FROM by_group)
    UNION SELECT name, maker FROM maker_before)

-- maker (fragment): of "A and B" the second person only approved: A chose it
maker (name, maker) AS (
    SELECT name, substr(word, 1, instr(word || ' and ', ' and ') - 1)
    FROM word WHERE word NOT IN ('', 'policy'))

-- approver_behind: somebody is behind both, as the maker of a record, the maker of
-- its maker, and so on; each is behind themself
WITH RECURSIVE {in_group}, {by_group}, {word}, {maker},
    behind (is_asker, name) AS (VALUES (0, ?1), (1, ?2)
    UNION SELECT b.is_asker, m.maker FROM behind b
    JOIN maker m ON m.name = b.name)
SELECT 1 FROM behind one JOIN behind other ON one.name = other.name
    WHERE NOT one.is_asker AND other.is_asker AND ?3 IS NOT NULL;

-- approver_made: one of ?1 and ?2 is behind the other
WITH RECURSIVE {in_group}, {by_group}, {word}, {maker},
    behind (is_other, name) AS (VALUES (0, ?1), (1, ?2)
    UNION SELECT b.is_other, m.maker FROM behind b
    JOIN maker m ON m.name = b.name)
SELECT 1 FROM behind WHERE name = CASE is_other WHEN 0 THEN ?2 ELSE ?1 END;

-- changing (fragment): whose makers change: of a record (?1), or of the members of a
-- group (?2); a record of a group is about its members
changing (name) AS (
    SELECT LogonName FROM admin WHERE row = ?1 AND NOT IsGroup
    UNION SELECT i.name FROM in_group i JOIN admin g ON g.LogonName = i.at
    WHERE g.row = ?1 AND g.IsGroup
    UNION SELECT name FROM in_group WHERE at = ?2)

-- approver_keep: whom they made keep who is behind them now
WITH RECURSIVE {in_group}, {by_group}, {word}, {maker}, {changing}
INSERT OR IGNORE INTO maker_before (name, maker)
    SELECT made.name, its.maker FROM changing c
    JOIN maker its ON its.name = c.name JOIN maker made ON made.maker = c.name
    WHERE made.name <> its.maker AND NOT {mutant a5-maker-gone};

-- approver_end_asked: what they asked for awaits nobody's approval any more
WITH RECURSIVE {in_group}, {changing}
UPDATE policy_waiting SET until_s = 0
    WHERE author IN (SELECT name FROM changing) AND NOT {mutant a5-asker-gone};

-- approver_keep_of: the record that has an identity (?1, ?2)
SELECT admin FROM admin_identity WHERE kind = ?1 AND value = ?2;

-- approver_lends: was any identity that a record (?1) is to lose given by another?
SELECT 1 FROM admin_identity i JOIN admin a ON a.row = i.admin
    WHERE i.admin = ?1 AND NOT i.kept AND i.author NOT IN ('', a.LogonName);

-- approver_rename: what is kept of a record (?1) stays with its new name (?2)
UPDATE OR REPLACE maker_before SET name = ?2 WHERE name =
    (SELECT LogonName FROM admin WHERE row = ?1 AND NOT IsGroup);

-- approver_asker: the one who asked was disabled, or their sessions ended, since
SELECT 1 FROM admin WHERE LogonName = ?2 AND NOT IsGroup AND ?1 <> ?2
    AND (IsDisabled OR sessions_ended_s >= ?3);
