# Makes C of a .sql file: -v mode=header, source, or rows for the test that
# prepares them all.
#
#   -- used_token_put: marks a token as used
#   INSERT INTO used_token (key, until_s) VALUES (?1, ?2);
#
# becomes SQL_USED_TOKEN_PUT. "-- name (fragment): .." is a part of larger SQL:
# {name} in what stands below it, and a macro in C, which may be a format.
# "-- name (script): .." is several statements, or one that is the store's alone,
# as a PRAGMA; neither is prepared by the test. {mutant NAME} is MUTANT_SQL.
# Other comments are for the reader of the file.

function fail(why) {
    print FILENAME ":" FNR ": " why > "/dev/stderr"
    failed = 1
    exit 1
}

# The SQL with {name} replaced by fragments above it.
function fill(sql,    done, part) {
    while (match(sql, /\{[a-z][a-z0-9_]*\}/)) {
        part = substr(sql, RSTART + 1, RLENGTH - 2)
        if (!(part in fragments))
            fail("no fragment " part " above")
        done = done substr(sql, 1, RSTART - 1) fragments[part]
        sql = substr(sql, RSTART + RLENGTH)
    }
    return done sql
}

# {mutant NAME} stands for MUTANT_SQL("NAME") (provider/base/mutant.h).
function put_mutants(sql) {
    while (match(sql, /\{mutant [a-z0-9-]+\}/))
        sql = substr(sql, 1, RSTART - 1) "\" MUTANT_SQL(\"" \
            substr(sql, RSTART + 8, RLENGTH - 9) "\") \"" \
            substr(sql, RSTART + RLENGTH)
    return sql
}

function end_statement(    constant) {
    if (name == "")
        return
    if (!is_script)
        sub(/[ ;]+$/, "", text)
    if (text == "")
        fail("no SQL under " name)
    constant = "SQL_" toupper(name)
    if (is_fragment)
        fragments[name] = text
    if (mode == "header" && is_fragment)
        printf "/* %s */\n#define %s \\\n    \"%s\"\n", purpose, constant, text
    else if (mode == "header")
        printf "/* %s */\nextern const char %s[];\n", purpose, constant
    else if (mode == "source" && !is_fragment)
        printf "const char %s[] =\n    \"%s\";\n", constant, text
    else if (mode == "rows")
        printf "SQL_ROW(%s, %d)\n", constant, is_alone
    name = ""
}

BEGIN {
    if (mode != "rows")
        print "/* Made by sql_embed.awk; see the .sql file. */"
    if (mode == "header")
        print "#pragma once\n"
    if (mode == "source")
        printf "#include \"%s\"\n\n#include \"%s\"\n\n", header,
            "provider/base/mutant.h"
}

/^-- [a-z0-9_]+( \((fragment|script)\))?: / {
    end_statement()
    name = $2
    sub(/:$/, "", name)
    if (name in seen)
        fail("a second " name)
    seen[name] = 1
    is_alone = ($2 ~ /:$/)
    is_fragment = ($3 == "(fragment):")
    is_script = ($3 == "(script):")
    purpose = substr($0, index($0, ": ") + 2)
    text = ""
    next
}

/^[ \t]*(--.*)?$/ { next }

{
    if (name == "")
        fail("SQL without a name")
    if ($0 ~ /--/)
        fail("a comment beside SQL")
    gsub(/^[ \t]+|[ \t]+$/, "")
    gsub(/\\/, "&&")
    gsub(/"/, "\\\"")
    text = text (text == "" ? "" : " ") put_mutants(fill($0))
}

END {
    if (!failed)
        end_statement()
    if (failed)
        exit 1
}
