-- change_log_tables (fragment): the tables of classes, whose rows have versions
SELECT name FROM sqlite_schema WHERE type = 'table'
    AND sql LIKE '%row_version INTEGER%' ORDER BY name

-- change_log_is_there (fragment): whether the store has a log
SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'change_log'

-- change_log_ends: the first position and the last
-- Each alone is sought; both together would read every row.
SELECT ifnull((SELECT min(position) FROM change_log), 0),
    ifnull((SELECT max(position) FROM change_log), 0);

-- change_log_put: what a change has changed in a table
INSERT INTO change_log (position, name, rows) VALUES (?1, ?2, ?3);

-- change_log_cut: forgets the oldest
DELETE FROM change_log WHERE position <= ?1;

-- change_log_since: what was changed in a table, or in all, behind a position
SELECT name, rows FROM change_log WHERE position > ?1 AND name IN (?2, '');
