-- key_forget: drops the keys of a rule
DELETE FROM rule_key WHERE rule = ?1;

-- key_note: notes a key of a rule
INSERT OR IGNORE INTO rule_key (class, property, kind, value, rule)
    VALUES (?1, ?2, ?3, ?4, ?5);
