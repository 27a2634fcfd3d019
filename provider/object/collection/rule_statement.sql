-- rule_forget_properties: drops what is known about a rule
DELETE FROM rule_property WHERE rule = ?1;

-- rule_note_property: notes that a rule names a property
INSERT OR IGNORE INTO rule_property (class, property, rule)
    VALUES (?1, ?2, ?3);
