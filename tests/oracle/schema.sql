-- The estate and the questions of one trial. Bounds and limiting: NULL, none.
CREATE TABLE bit (type, bit, securing, is_wide, is_blocked,
                  PRIMARY KEY (type, bit)) WITHOUT ROWID;
CREATE TABLE implied (type, bit, also,
                      PRIMARY KEY (type, bit, also)) WITHOUT ROWID;
CREATE TABLE role (id INTEGER PRIMARY KEY, level);
CREATE TABLE role_right (role, type, bit, level,
                         PRIMARY KEY (role, type, bit)) WITHOUT ROWID;
CREATE TABLE scope (id INTEGER PRIMARY KEY, is_all);
CREATE TABLE collection (id INTEGER PRIMARY KEY, limiting);
CREATE TABLE admin (id INTEGER PRIMARY KEY, is_disabled);
CREATE TABLE assignment (id INTEGER PRIMARY KEY, admin, from_s, until_s);
CREATE TABLE assignment_role (assignment, role,
                              PRIMARY KEY (assignment, role)) WITHOUT ROWID;
CREATE TABLE assignment_scope (assignment, scope,
                               PRIMARY KEY (assignment, scope)) WITHOUT ROWID;
CREATE TABLE assignment_collection (
    assignment, collection,
    PRIMARY KEY (assignment, collection)) WITHOUT ROWID;
CREATE TABLE subject_admin (subject, admin,
                            PRIMARY KEY (subject, admin)) WITHOUT ROWID;
CREATE TABLE question (id INTEGER PRIMARY KEY, subject, type, bit, about_type,
                       level, now_s);
CREATE TABLE label (question, label,
                    PRIMARY KEY (question, label)) WITHOUT ROWID;
