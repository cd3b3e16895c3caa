# SPDX-License-Identifier: GPL-2.0-or-later
# The build inside Wireshark's source: its compiler options, warnings, folders and installation, and C++20 for our own targets.
# Variables that are set here end with this folder; targets begin with tcpstate. How to: docs/install.md. What checks it:
# tools/in-tree.
set_module_info(tcpstate ${PROJECT_VERSION_MAJOR} ${PROJECT_VERSION_MINOR} ${PROJECT_VERSION_PATCH} 0)

add_library(tcpstate_flags INTERFACE)
separate_arguments(werror NATIVE_COMMAND "${WERROR_COMMON_FLAGS}")
target_compile_options(tcpstate_flags INTERFACE ${werror} $<$<BOOL:${TCPSTATE_WERROR}>:$<IF:$<BOOL:${MSVC}>,/WX,-Werror>>)
function(inline_across_files)   # Wireshark's ENABLE_LTO says whether
endfunction()

set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})   # and not beside Wireshark's programs
add_subdirectory(src)
include(plugin/parts.cmake)

# internals.cpp compares what we know of Wireshark's insides with its source.
set(PLUGIN_FILES plugin/plugin.cpp plugin/in_tree/internals.cpp)
if(COMMAND add_wireshark_plugin_library)
    add_wireshark_plugin_library(tcpstate epan)
else()
    add_plugin_library(tcpstate epan)
endif()
target_compile_definitions(tcpstate PRIVATE TCPSTATE_VERSION="${PROJECT_VERSION}")
target_link_libraries(tcpstate tcpstate_show tcpstate_dissect epan)
install_plugin(tcpstate epan)
