-- script_authors (fragment): everybody who wrote of a script's text
(SELECT json_group_array(user) FROM (SELECT user FROM script_author
    WHERE script = t.row ORDER BY wrote_s, user))

-- script_list_authors: who wrote of a script's text
SELECT user FROM script_author WHERE script = ?1;

-- script_add_author: notes who writes of a script's text
INSERT OR IGNORE INTO script_author (script, user, wrote_s)
    VALUES (?1, ?2, ?3);

-- script_add_identities: notes what an author signs in with, which outlives their record
INSERT OR IGNORE INTO script_identity (script, kind, value)
    SELECT ?1, i.kind, i.value FROM admin_identity i
    JOIN admin a ON a.row = i.admin WHERE a.LogonName = ?2 AND NOT a.IsGroup
    UNION SELECT ?1, e.kind, e.value FROM shown_evidence e WHERE e.user = ?2
    UNION SELECT ?1, 'kerberos', ?2;

-- script_is_of: whether a user signs in, or could, as an author of a script did
SELECT EXISTS (SELECT 1 FROM script_identity s WHERE s.script = ?1
    AND ((s.kind = 'kerberos' AND s.value = ?2)
    OR EXISTS (SELECT 1 FROM admin_identity i JOIN admin a ON a.row = i.admin
    WHERE i.kind = s.kind AND i.value = s.value AND a.LogonName = ?2
    AND NOT a.IsGroup)
    OR EXISTS (SELECT 1 FROM shown_evidence e
    WHERE e.kind = s.kind AND e.value = s.value AND e.user = ?2)));

-- script_set_state: approves or denies a script
UPDATE script SET ApprovalState = ?2, Approver = ?3, Comment = ?4,
    row_version = row_version + 1 WHERE row = ?1;

-- script_version: how often a script's text changed
SELECT ScriptVersion FROM script WHERE row = ?1;
