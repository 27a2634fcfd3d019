-- match_next_key: the class, property and kind of keys that come behind others
-- From the next kind on: behind (?1, ?2, ?3) all of its keys would be read.
SELECT class, property, kind FROM rule_key
    WHERE (class, property, kind) >= (?1, ?2, ?3 + 1)
    ORDER BY class, property, kind LIMIT 1;

-- match_equal: rules that ask for a value
SELECT rule FROM rule_key WHERE class = ?1 AND property = ?2 AND kind = 1
    AND value = ?3;

-- match_prefix_below: the last beginning that is asked for and is not behind a value
SELECT value FROM rule_key WHERE class = ?1 AND property = ?2 AND kind = 2
    AND value <= ?3 ORDER BY value DESC LIMIT 1;

-- match_prefix: rules that ask for values with a beginning
SELECT rule FROM rule_key WHERE class = ?1 AND property = ?2 AND kind = 2
    AND value = ?3;

-- match_pattern: rules that ask for values like a pattern
SELECT rule FROM rule_key WHERE class = ?1 AND property = ?2 AND kind = 3
    AND sms_match(value, ?3);

-- match_range: rules that ask for values below or above one
SELECT rule FROM rule_key WHERE class = ?1 AND property = ?2 AND kind = 4
    AND value > ?3
    UNION ALL SELECT rule FROM rule_key WHERE class = ?1 AND property = ?2
    AND kind = 5 AND value >= ?3
    UNION ALL SELECT rule FROM rule_key WHERE class = ?1 AND property = ?2
    AND kind = 6 AND value < ?3
    UNION ALL SELECT rule FROM rule_key WHERE class = ?1 AND property = ?2
    AND kind = 7 AND value <= ?3;
