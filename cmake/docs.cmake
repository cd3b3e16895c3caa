# SPDX-License-Identifier: GPL-2.0-or-later
# Pages that are made from the tables of the core: `cmake --build build/release --target docs` writes them into docs/.
# Tests compare them with the tables, so a build without Graphviz (Debian: graphviz) loses nothing.
find_package(Python3 COMPONENTS Interpreter)
find_program(GRAPHVIZ_NEATO neato DOC "Draws docs/state-machine.svg")
if(NOT Python3_Interpreter_FOUND OR NOT GRAPHVIZ_NEATO)
    return()
endif()
set(docs ${PROJECT_SOURCE_DIR}/docs)
set(tables ${CMAKE_COMMAND} -E env TCPSTATE_PLUGINS=${CMAKE_BINARY_DIR}/plugins ${Python3_EXECUTABLE})
add_custom_target(docs
    COMMAND ${tables} ${PROJECT_SOURCE_DIR}/tools/filters.py > ${docs}/filters.md
    COMMAND ${tables} ${PROJECT_SOURCE_DIR}/tools/state_machine.py > ${docs}/state-machine.dot
    COMMAND ${GRAPHVIZ_NEATO} -n2 -Tsvg -o ${docs}/state-machine.svg ${docs}/state-machine.dot
    DEPENDS field_table COMMENT "Writing the pages of docs/ that are made from the tables" VERBATIM)
