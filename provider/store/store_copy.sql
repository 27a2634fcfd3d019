-- copy_room (script): how large a copy may become: 16 GiB; it needs no
-- more memory than a reader
PRAGMA max_page_count = 4194304;
PRAGMA cache_size = -16384;
