-- script_authors (fragment): everybody who wrote of a script's text
(SELECT json_group_array(user) FROM (SELECT user FROM script_author
    WHERE script = t.row ORDER BY wrote_s, user))

-- script_list_authors: who wrote of a script's text
SELECT user FROM script_author WHERE script = ?1;

-- script_add_author: notes who writes of a script's text
INSERT OR IGNORE INTO script_author (script, user, wrote_s)
    VALUES (?1, ?2, ?3);

-- script_set_state: approves or denies a script
UPDATE script SET ApprovalState = ?2, Approver = ?3, Comment = ?4,
    row_version = row_version + 1 WHERE row = ?1;

-- script_version: how often a script's text changed
SELECT ScriptVersion FROM script WHERE row = ?1;
