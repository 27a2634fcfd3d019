-- kept_watch_put: keeps what a watch has told, in place of what was kept
INSERT INTO kept_watch (name, user, class, filter, serial, answer, position,
    after, used_s, rows, keys, added_rows, added_keys)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
ON CONFLICT (name) DO UPDATE SET serial = excluded.serial,
    answer = excluded.answer, position = excluded.position,
    after = excluded.after, used_s = excluded.used_s, rows = excluded.rows, keys = excluded.keys,
    added_rows = excluded.added_rows, added_keys = excluded.added_keys;

-- kept_watch_cut_user: those of a user beyond the most, longest unused
DELETE FROM kept_watch WHERE row IN (SELECT row FROM kept_watch
    WHERE user = ?1 ORDER BY used_s DESC, row DESC LIMIT -1 OFFSET ?2);

-- kept_watch_cut_old: a few that nobody has used for long
DELETE FROM kept_watch WHERE row IN (SELECT row FROM kept_watch
    WHERE used_s < ?1 LIMIT 16);

-- kept_watch_cut_all: those of all users beyond the most, longest unused
DELETE FROM kept_watch WHERE row IN (SELECT row FROM kept_watch
    ORDER BY used_s DESC, row DESC LIMIT -1 OFFSET ?1);

-- kept_watch_find: a user's watch by its name
SELECT class, filter, serial, answer, position, after, used_s, rows, keys,
    added_rows, added_keys FROM kept_watch WHERE name = ?1 AND user = ?2;

-- kept_watch_forget: all of them
DELETE FROM kept_watch;
