-- audit_columns (fragment): in the order of enum audit_column
id, wall_ms, mono_ms, boot, event, user, method, level, peer, session, class,
key, operation, outcome, reason, grant, detail, message_id, request, trace,
span, hash

-- audit_where (fragment): what a query selects
wall_ms >= ?2 AND wall_ms < ?3
    AND (?4 = '' OR user = ?4) AND (?5 = '' OR outcome = ?5)
    AND (?6 = '' OR event = ?6) AND (?7 = '' OR class = ?7 COLLATE NOCASE)
    AND (?8 = '' OR key = ?8) AND (?9 = '' OR operation = ?9 COLLATE NOCASE)
    AND (?10 = '' OR level = ?10) AND (?11 = '' OR method = ?11)
    AND (?12 = '' OR peer = ?12
        OR substr(peer, 1, length(?12) + 1) = ?12 || ':'
        OR substr(peer, 5, length(?12) + 1) = ?12 || ':')
    AND (?13 = '' OR reason = ?13) AND (?14 = 0 OR session = ?14)
    AND (?15 = '' OR request = ?15) AND (?16 = '' OR trace = ?16)

-- audit_list: records before an id
SELECT {audit_columns} FROM audit WHERE id < ?1 AND {audit_where}
ORDER BY id DESC;

-- audit_list_request: those of one request
SELECT {audit_columns} FROM audit INDEXED BY audit_by_request
WHERE request = ?15 AND request <> '' AND id < ?1 AND {audit_where}
ORDER BY id DESC;

-- audit_list_trace: those of one trace
SELECT {audit_columns} FROM audit INDEXED BY audit_by_trace
WHERE trace = ?16 AND trace <> '' AND id < ?1 AND {audit_where}
ORDER BY id DESC;

-- audit_follow: records after an id
SELECT {audit_columns} FROM audit WHERE id > ?1 AND {audit_where} ORDER BY id;

-- audit_before: the last record before a time
SELECT ifnull(max(id), 0) FROM audit WHERE wall_ms < ?1;

-- audit_requests: what was asked of objects since a time, and how often
SELECT user, class, key, operation, level, count(*), max(wall_ms),
    CASE WHEN json_valid(detail)
        THEN ifnull(json_extract(detail, '$.method'), '') ELSE '' END AS method,
    CASE WHEN reason GLOB 'guard-*' THEN reason ELSE '' END AS guard
FROM audit
WHERE wall_ms >= ?1 AND event GLOB 'object.*'
    AND outcome IN ('done', 'denied') AND class <> '' AND operation <> ''
    AND user <> ''
GROUP BY user, class, key, operation, level, method, guard;

-- audit_head_find: the last record's id and hash
SELECT id, hash FROM audit_head;

-- audit_head_put: names the last record
UPDATE audit_head SET id = ?1, hash = ?2;

-- audit_add: appends a record
INSERT INTO audit ({audit_columns}) VALUES
    (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,
    ?17, ?18, ?19, ?20, ?21, ?22);

-- audit_hash: the hash of a record
SELECT hash FROM audit WHERE id = ?1;

-- audit_after: records behind an id, at most so many
SELECT {audit_columns} FROM audit WHERE id > ?1 ORDER BY id LIMIT ?2;

-- audit_after_first: the same of a store that an earlier program left
SELECT id, wall_ms, mono_ms, boot, event, user, method, level, peer, session,
    class, key, operation, outcome, reason, grant, detail, message_id,
    '' AS request, '' AS trace, '' AS span, hash
FROM audit WHERE id > ?1 ORDER BY id LIMIT ?2;

-- audit_first: the oldest record that is kept
SELECT id, wall_ms FROM audit ORDER BY id LIMIT 1;

-- audit_time: when a record was made
SELECT wall_ms FROM audit WHERE id = ?1;

-- audit_remove: removes records up to an id
DELETE FROM audit WHERE id <= ?1;
