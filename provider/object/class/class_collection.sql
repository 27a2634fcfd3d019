-- collection_limit_name (fragment): name of the limiting collection, for who may read it
(SELECT c.Name FROM collection c
    WHERE c.CollectionID = t.LimitToCollectionID AND sms_may(1, 0, 3, c.row))

-- collection_rules (fragment): rules of a collection that the caller may know, up to what devices they name
(SELECT json_group_array(json(rule)) FROM (SELECT CASE r.kind
    WHEN 1 THEN CASE WHEN r.resource IS NULL THEN
    json_object('RuleType', 'SMS_CollectionRuleDirect', 'RuleName', r.name,
    'ResourceClassName', 'SMS_R_System', 'ResourceName', r.device) ELSE
    json_object('RuleType', 'SMS_CollectionRuleDirect', 'RuleName', r.name,
    'ResourceClassName', CASE WHEN r.resource < 2063597568 THEN 'SMS_R_System'
    WHEN r.resource < 2080374784 THEN 'SMS_R_User' ELSE 'SMS_R_UserGroup' END,
    'ResourceID', r.resource) END
    WHEN 2 THEN json_object('RuleType', 'SMS_CollectionRuleQuery',
    'RuleName', r.name, 'QueryID', r.row, 'QueryExpression', r.wql)
    WHEN 3 THEN json_object('RuleType',
    'SMS_CollectionRuleIncludeCollection', 'RuleName', r.name,
    'IncludeCollectionID', o.CollectionID)
    ELSE json_object('RuleType', 'SMS_CollectionRuleExcludeCollection',
    'RuleName', r.name, 'ExcludeCollectionID', o.CollectionID) END AS rule
    FROM collection_rule r LEFT JOIN collection o ON o.row = r.other WHERE r.collection = t.row
    AND (r.resource IS NULL OR sms_may(1, 12, 2, (SELECT
    sms_labels(b.labels, r.resource) FROM label_block b
    WHERE b.block = r.resource >> 6)))

-- collection_rules_end (fragment): a device that a rule names is told to who may read every device of the name, or, while there is none, those of the collection
r.device IS NULL OR (
    NOT EXISTS (SELECT 1 FROM device n WHERE n.Name = r.device
    COLLATE NOCASE AND NOT sms_may(1, 12, 2, (SELECT
    sms_labels(b.labels, n.row) FROM label_block b WHERE b.block = n.row >> 6)))
    AND (EXISTS (SELECT 1 FROM device n WHERE n.Name = r.device
    COLLATE NOCASE) OR sms_may(1, 12, 3, t.row))))
    AND (o.row IS NULL OR sms_may(1, 0, 3, o.row)) ORDER BY r.row))

-- collection_next_refresh (fragment): when a collection that refreshes on schedule does so next
(CASE WHEN t.RefreshType & 2 THEN coalesce((SELECT f.next_s
    FROM collection_refresh f WHERE f.collection = t.row),
    coalesce(t.LastRefreshTime, t.LastChangeTime, 0) + 86400) END)

-- collection_progress (fragment): how far an evaluation is: half of it are the rules, half the members
(SELECT CASE WHEN d.queries THEN 50 - CAST(50.0 * (SELECT total(1.0 -
    CASE WHEN u.next < f.first THEN 0 ELSE min(1.0,
    (u.next - f.first) * 1.0 / (f.last - f.first + 1)) END)
    FROM rule_due u WHERE u.collection = t.row) / max(1, (SELECT count(*)
    FROM collection_rule q WHERE q.collection = t.row AND q.kind = 2))
    AS INTEGER) ELSE 50 + CASE WHEN d.block << 12 < f.first THEN 0 ELSE
    CAST(min(49.0, 50.0 * ((d.block << 12) - f.first) /
    (f.last - f.first + 1)) AS INTEGER) END END FROM collection_due d,
    (SELECT (SELECT coalesce(min(v.row), 0) FROM device v) AS first,
    (SELECT coalesce(max(v.row), 0) FROM device v) AS last) f
    WHERE d.collection = t.row)

-- collection_n_others (fragment): collections that rules include or exclude, for who may read them
(SELECT count(*) FROM collection_rule r WHERE r.collection = t.row
    AND r.other IS NOT NULL AND sms_may(1, 0, 3, r.other))

-- collection_n_variables (fragment): how many variables a collection has
ifnull((SELECT json_array_length(s.CollectionVariables)
    FROM collection_settings s WHERE s.CollectionID = t.CollectionID), 0)

-- collection_n_windows (fragment): how many maintenance windows it has
ifnull((SELECT json_array_length(s.ServiceWindows)
    FROM collection_settings s WHERE s.CollectionID = t.CollectionID), 0)

-- collection_n_plans (fragment): how many power plans it has
ifnull((SELECT json_array_length(s.PowerConfigs)
    FROM collection_settings s WHERE s.CollectionID = t.CollectionID), 0)

-- collection_path (fragment): the folders that a collection is in; for who may not read each of them, as if it were in none
(WITH RECURSIVE up (folder, path, is_shown) AS (SELECT ifnull((SELECT i.folder
    FROM folder_item i WHERE i.type = 1 AND i.object = t.row), 0), '', 1
    UNION ALL SELECT f.ParentContainerNodeID, '/' || f.Name || path,
    is_shown AND sms_may(226, 0, 1, f.scopes) FROM up
    JOIN folder f ON f.row = up.folder) SELECT CASE WHEN is_shown AND path <> ''
    THEN path ELSE '/' END FROM up ORDER BY length(path) DESC LIMIT 1)

-- collection_made_by: notes who made a collection
UPDATE collection SET made_by = ?2 WHERE row = ?1;

-- collection_refreshed: notes when a collection was evaluated
UPDATE collection SET LastRefreshTime = ?2 WHERE row = ?1;

-- collection_is_timed: whether a rule of a collection asks what time it is
SELECT EXISTS (SELECT 1 FROM collection_rule r JOIN rule_property p
    ON p.rule = r.row AND p.class = '' WHERE r.collection = ?1);
