# Makes class_list.h of the sources of classes: what defines one is in the list,
# in the order of the files. A class is defined as
#
#   const struct object_class class_NAME = {
#
# or by a macro in capitals whose first argument is NAME (secured_rows.h).

function put(name) {
    printf " \\\n    CLASS(class_%s)", name
}

BEGIN {
    print "/* Every class, in the order in which they are listed. */"
    print "#pragma once\n"
    printf "#define CLASSES(CLASS)"
}

/^const struct object_class class_[a-z_0-9]+ = \{/ {
    name = $4
    put(substr(name, length("class_") + 1))
}

/^[A-Z_]+\([a-z_0-9]+,/ {
    name = $0
    sub(/^[A-Z_]+\(/, "", name)
    sub(/,.*/, "", name)
    put(name)
}

END { print "" }
