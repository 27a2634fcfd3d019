-- used_token_forget: removes a few tokens that have expired
DELETE FROM used_token
WHERE key IN (SELECT key FROM used_token WHERE until_s < ?1 LIMIT 16);

-- used_token_find: whether a token is marked as used
SELECT 1 FROM used_token WHERE key = ?1;

-- used_token_put: marks a token as used
INSERT INTO used_token (key, until_s) VALUES (?1, ?2);
