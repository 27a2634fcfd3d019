-- filed_forget: takes an object out of its folder, before it is deleted
DELETE FROM folder_item WHERE type = ?1 AND object = ?2;
