-- export_mark_put: up to where a user's export has the audit
INSERT INTO export_mark (user, position) VALUES (?1, ?2)
ON CONFLICT (user) DO UPDATE SET position = excluded.position;

-- export_mark_find: of a user
SELECT position FROM export_mark WHERE user = ?1;
