-- declared_group: a group by its name, and what was declared of it
SELECT row, declared FROM people_group WHERE name = ?1;

-- declare_group: makes a group
INSERT INTO people_group (name) VALUES (?1);

-- declare_place_group: says where a group is declared, and as what
UPDATE people_group SET place = ?2, declared = ?3 WHERE row = ?1;

-- declare_forget_members: marks members as not declared in this run
UPDATE people_member SET seen = 0 WHERE people = ?1;

-- declare_member: puts a name into a group, or marks it as declared in this run
INSERT INTO people_member (people, name, author, seen) VALUES (?1, ?2, ?3, 1)
    ON CONFLICT (people, name) DO UPDATE SET seen = 1;

-- declare_drop_members: removes members that this run did not declare
DELETE FROM people_member WHERE people = ?1 AND NOT seen;
