/*
 * Every class, in the order in which they are listed. A class that is new
 * stands here and in a file of its own, class/class_NAME.c.
 */
#pragma once

#define CLASSES(CLASS)                                                         \
    CLASS(class_admin)                                                         \
    CLASS(class_advertisement)                                                 \
    CLASS(class_application)                                                   \
    CLASS(class_assignment)                                                    \
    CLASS(class_boundary_group)                                                \
    CLASS(class_collection)                                                    \
    CLASS(class_collection_member)                                             \
    CLASS(class_device)                                                        \
    CLASS(class_membership)                                                    \
    CLASS(class_package)                                                       \
    CLASS(class_program)                                                       \
    CLASS(class_query)                                                         \
    CLASS(class_role)                                                          \
    CLASS(class_scope)                                                         \
    CLASS(class_site)
