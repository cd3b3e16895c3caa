# SPDX-License-Identifier: GPL-2.0-or-later
# What dissects and what shows. Each sees its own headers, and `show` those of `dissect`: an include in the other direction
# does not compile. Archives, because the program takes only the session out of `dissect`, and nothing that needs libwireshark.
function(add_part name folder)
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/${folder}/*.cpp ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/${folder}/*.c)
    add_library(${name} STATIC ${sources})
    inline_across_files(${name})
    target_include_directories(${name} PUBLIC ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/${folder})
    target_compile_definitions(${name} PRIVATE TCPSTATE_VERSION="${PROJECT_VERSION}")
    target_link_libraries(${name} PUBLIC tcpstate_core epan ${ARGN})
endfunction()
add_part(tcpstate_dissect dissect)
add_part(tcpstate_show show tcpstate_dissect)
