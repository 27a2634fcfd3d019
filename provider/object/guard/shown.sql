-- shown_store: stores that a user proved who they are by some evidence
INSERT INTO shown_evidence (kind, value, user, level, seen_s)
    VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (kind, value) DO UPDATE
    SET user = ?3, level = iif(user = ?3, max(level, ?4), ?4), seen_s = ?5
    WHERE user <> ?3 OR level < ?4;

-- shown_list: all evidence that was ever shown
SELECT kind, value, user, level FROM shown_evidence;
