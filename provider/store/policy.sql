-- policy_text_find: the row of a text, by its hash
SELECT row FROM policy_text WHERE sha256 = ?1;

-- policy_text_add: keeps a text
INSERT INTO policy_text (sha256, size, text) VALUES (?1, ?2, ?3);

-- policy_text_sweep: removes texts that no file has
DELETE FROM policy_text WHERE row NOT IN (SELECT text FROM policy_file);

-- policy_file_put: gives a set of files one more
INSERT OR IGNORE INTO policy_file (digest, name, text) VALUES (?1, ?2, ?3);

-- policy_file_list: the files of a set
SELECT f.name, t.text
FROM policy_file f JOIN policy_text t ON t.row = f.text
WHERE f.digest = ?1 ORDER BY f.name;

-- policy_file_drop: removes the files of a set that nothing refers to
DELETE FROM policy_file WHERE digest = ?1
    AND NOT EXISTS (SELECT 1 FROM policy_version v WHERE v.digest = ?1)
    AND NOT EXISTS (SELECT 1 FROM policy_waiting w WHERE w.digest = ?1);

-- policy_version_columns (fragment): as read_version() reads them
number, time_s, author, approver, origin, message, digest

-- policy_version_add: a version, now the newest
INSERT INTO policy_version (time_s, author, approver, origin, message, digest)
VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- policy_version_find: a version by its number
SELECT {policy_version_columns} FROM policy_version WHERE number = ?1;

-- policy_version_newest: the newest of an origin; '': of any
SELECT {policy_version_columns} FROM policy_version
WHERE ?1 IN ('', origin) ORDER BY number DESC LIMIT 1;

-- policy_version_list: versions before a number (0: from the newest)
SELECT {policy_version_columns}, (SELECT max(number) FROM policy_version)
FROM policy_version
WHERE ?1 = 0 OR number < ?1 ORDER BY number DESC LIMIT ?2;

-- policy_version_gone: how many were removed
SELECT ifnull(max(number) - count(*), 0) FROM policy_version;

-- policy_version_rate: versions of an author since a time, and their bytes
SELECT (SELECT count(*) FROM policy_version
        WHERE author = ?1 AND time_s > ?2 AND origin <> 'directory'),
    (SELECT ifnull(sum(t.size), 0) FROM policy_text t
        WHERE t.row IN (SELECT f.text FROM policy_file f
            JOIN policy_version v ON v.digest = f.digest
            WHERE v.author = ?1 AND v.time_s > ?2
                AND v.origin <> 'directory'));

-- policy_version_room: all versions, and all their bytes
SELECT (SELECT count(*) FROM policy_version),
    (SELECT ifnull(sum(size), 0) FROM policy_text);

-- policy_version_oldest: the oldest that may be removed
SELECT number, digest FROM policy_version
WHERE number NOT IN (SELECT max(number) FROM policy_version UNION ALL
    SELECT ifnull(max(number), 0) FROM policy_version
    WHERE origin = 'directory')
ORDER BY number LIMIT 1;

-- policy_version_remove: removes a version
DELETE FROM policy_version WHERE number = ?1;

-- policy_waiting_room: how many others wait, how many of an author, and whose
-- the one of this digest is
SELECT count(*), ifnull(sum(author = ?2), 0),
    (SELECT author FROM policy_waiting WHERE digest = ?1)
FROM policy_waiting WHERE digest <> ?1;

-- policy_waiting_put: lets a set of files wait for a second person
INSERT OR REPLACE INTO policy_waiting
    (digest, time_s, author, origin, message, plan_digest, evidence, until_s)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- policy_waiting_find: one that waits, its version as read_version() reads it
SELECT 0, time_s, author, '', origin, message, digest, plan_digest, evidence,
    until_s
FROM policy_waiting WHERE digest = ?1;

-- policy_waiting_remove: one waits no more
DELETE FROM policy_waiting WHERE digest = ?1;

-- policy_waiting_list: all that wait, oldest first
SELECT digest, author, time_s, message
FROM policy_waiting ORDER BY time_s, digest;
