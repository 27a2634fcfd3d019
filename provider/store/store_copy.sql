-- copy_room (script): how large a copy may become: 16 GiB
PRAGMA max_page_count = 4194304;
