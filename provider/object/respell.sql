-- respell_names: every name of a user that the site keeps, once
SELECT LogonName FROM admin WHERE NOT IsGroup
    UNION SELECT value FROM admin_identity WHERE kind = 'kerberos'
    UNION SELECT name FROM people_member
    WHERE name NOT IN (SELECT name FROM people_group)
    UNION SELECT name FROM exclusion WHERE NOT is_group;

-- respell_record: a user's record
UPDATE admin SET LogonName = ?2 WHERE LogonName = ?1 AND NOT IsGroup;

-- respell_identity: a principal that is somebody's
UPDATE admin_identity SET value = ?2 WHERE kind = 'kerberos' AND value = ?1;

-- respell_created: of whose word a record is; a second person stands behind " and "
UPDATE admin SET CreatedBy = ?2 || substr(CreatedBy, length(?1) + 1)
    WHERE instr(CreatedBy || ' and ', ?1 || ' and ') = 1;

-- respell_modified: who changed a record last
UPDATE admin SET LastModifiedBy = ?2 || substr(LastModifiedBy, length(?1) + 1)
    WHERE instr(LastModifiedBy || ' and ', ?1 || ' and ') = 1;

-- respell_given: who gave a record its rights
UPDATE admin SET given_by = ?2 || substr(given_by, length(?1) + 1)
    WHERE instr(given_by || ' and ', ?1 || ' and ') = 1;

-- respell_identity_author: who gave an identity
UPDATE admin_identity SET author = ?2 || substr(author, length(?1) + 1)
    WHERE instr(author || ' and ', ?1 || ' and ') = 1;

-- respell_gift_author: who gave what was given
UPDATE identity_gift SET author = ?2 || substr(author, length(?1) + 1)
    WHERE instr(author || ' and ', ?1 || ' and ') = 1;

-- respell_member_author: who put somebody into a group
UPDATE people_member SET author = ?2 || substr(author, length(?1) + 1)
    WHERE instr(author || ' and ', ?1 || ' and ') = 1;

-- respell_maker_before: who was behind somebody's maker
UPDATE OR REPLACE maker_before SET maker = ?2 WHERE maker = ?1;

-- respell_made_before: whom somebody made who had another behind them
UPDATE OR REPLACE maker_before SET name = ?2 WHERE name = ?1;

-- respell_gift: who was given what
UPDATE identity_gift SET user = ?2 WHERE user = ?1;

-- respell_member_twice: drops a member of a group that has them by the other name
DELETE FROM people_member WHERE name = ?1 AND people IN
    (SELECT people FROM people_member WHERE name = ?2);

-- respell_member: a member of groups
UPDATE people_member SET name = ?2 WHERE name = ?1;

-- respell_exclusion_twice: drops an exclusion of who has one by the other name
DELETE FROM exclusion WHERE name = ?1 AND NOT is_group AND EXISTS
    (SELECT 1 FROM exclusion WHERE name = ?2 AND NOT is_group);

-- respell_exclusion: a user to whom the minimum level does not apply
UPDATE exclusion SET name = ?2 WHERE name = ?1 AND NOT is_group;

-- respell_shown: what a user has signed in with
UPDATE shown_evidence SET user = ?2 WHERE user = ?1;

-- respell_script: who wrote a script
UPDATE OR IGNORE script_author SET user = ?2 WHERE user = ?1;

-- respell_script_identity: what the author of a script signs in with
UPDATE OR REPLACE script_identity SET value = ?2 WHERE kind = 'kerberos'
    AND value = ?1;

-- respell_lock: what somebody is editing
UPDATE object_lock SET user = ?2 WHERE user = ?1;

-- respell_watch: what somebody watches
UPDATE kept_watch SET user = ?2 WHERE user = ?1;

-- respell_deletion: who asked for a deletion that is not finished
UPDATE deletion_asker SET user = ?2 WHERE user = ?1;

-- respell_version: who wrote a policy that waits for another person
UPDATE policy_waiting SET author = ?2 WHERE author = ?1;
