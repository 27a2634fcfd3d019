-- author_is_anything_lent: whether any identity was given below the top
SELECT EXISTS (SELECT 1 FROM admin_identity WHERE NOT at_top);

-- author_find_user: the name of a user's record
SELECT LogonName FROM admin WHERE row = ?1 AND NOT IsGroup;
