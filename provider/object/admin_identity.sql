-- identity_begin: marks the identities of a record as not asked for
UPDATE admin_identity SET kept = 0 WHERE admin = ?1 AND kept < 2;

-- identity_learn: the SID of a user's account, which a ticket has told: stays,
-- whatever is asked for, as long as the record does
INSERT INTO admin_identity (kind, value, admin, at_top, kept)
    SELECT 'sid', ?2, a.row, 1, 2 FROM admin a WHERE a.LogonName = ?1
    AND NOT a.IsGroup AND NOT EXISTS (SELECT 1 FROM admin_identity i
    WHERE i.admin = a.row AND i.kind = 'sid') ON CONFLICT DO NOTHING;

-- identity_end: drops the identities of a record that were not asked for
DELETE FROM admin_identity WHERE admin = ?1 AND NOT kept;

-- identity_drop_all: drops the identities of a record
DELETE FROM admin_identity WHERE admin = ?1;

-- gifts_of (fragment): one identity (?1, ?2), or all that a record (?3) has
SELECT i.kind, i.value, a.LogonName, i.author, i.given_s, i.at_top
    FROM admin_identity i JOIN admin a ON a.row = i.admin
    WHERE (i.kind = ?1 AND i.value = ?2) OR i.admin = ?3

-- gift_forget: drops the gifts that the top has given or confirmed since
DELETE FROM identity_gift WHERE (kind, value, user) IN
    (SELECT kind, value, LogonName FROM ({gifts_of}) WHERE at_top);

-- gift_note: notes what was given below the top
INSERT OR REPLACE INTO identity_gift (kind, value, user, author, given_s)
    SELECT kind, value, LogonName, author, given_s
    FROM ({gifts_of}) WHERE NOT at_top;

-- identity_drop: takes an identity from whoever has it
DELETE FROM admin_identity WHERE kind = ?1 AND value = ?2;

-- identity_find_gift: who gave an identity to a user that still exists
SELECT g.author, g.given_s FROM identity_gift g
    JOIN admin a ON a.LogonName = g.user WHERE g.kind = ?1 AND g.value = ?2
    AND a.row = ?3 AND NOT a.IsGroup;

-- identity_give: gives an identity to a record, with its author
INSERT INTO admin_identity (kind, value, admin, author, given_s, at_top, kept)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1) ON CONFLICT (kind, value) DO UPDATE
    SET kept = 1, author = iif(?7, ?4, author), given_s = iif(?7, ?5, given_s),
    at_top = iif(?7, ?6, at_top) WHERE admin = ?3;

-- identity_of_author: what the author of a script is given later is theirs too
INSERT OR IGNORE INTO script_identity (script, kind, value)
    SELECT w.script, ?1, ?2 FROM script_author w
    JOIN admin a ON a.LogonName = w.user WHERE a.row = ?3 AND NOT a.IsGroup;

-- identity_confirm: makes somebody the author of all identities of a record
UPDATE admin_identity SET author = ?2, given_s = ?3, at_top = ?4
    WHERE admin = ?1;

-- identity_find_clash: another record that has an identity of that kind
SELECT i.value, a.LogonName, i.author, a.place IS NULL FROM admin_identity i
    JOIN admin a ON a.row = i.admin WHERE i.kind = 'kerberos'
    AND i.value <> a.LogonName AND (EXISTS (SELECT 1 FROM admin n
    WHERE n.LogonName = i.value AND NOT n.IsGroup) OR EXISTS (SELECT 1
    FROM people_member m WHERE m.name = i.value) OR EXISTS (SELECT 1
    FROM exclusion e WHERE e.name = i.value AND NOT e.is_group))
    ORDER BY a.place IS NULL DESC, i.value LIMIT 1;

-- is_of_core (fragment): an identity of this core (?2, as identity_core() cuts it), whatever stands behind it
kind = ?1 AND (value = ?2 OR substr(value, 1, length(?2) + 1) = ?2 || ' ')

-- identity_drop_terms: drops the same SSH key with other terms (than ?4), unless it was asked for too
DELETE FROM admin_identity WHERE {is_of_core} AND admin = ?3 AND NOT kept
    AND value <> ?4;

-- identity_find_core: the same SSH key with other terms (than ?3), whoever has it
SELECT 1 FROM admin_identity WHERE {is_of_core} AND value <> ?3;
