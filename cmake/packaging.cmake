# SPDX-License-Identifier: GPL-2.0-or-later
# Packages. Included where Wireshark has been found.
#   cpack --config build/release/CPackConfig.cmake          the .deb for this machine's version of Wireshark
#   cpack --config build/release/CPackSourceConfig.cmake    the source archive
set(CPACK_PACKAGE_NAME tcpstate)
set(CPACK_PACKAGE_VENDOR "The tcpstate authors")
set(CPACK_PACKAGE_CONTACT "The tcpstate authors")
set(CPACK_PACKAGE_DESCRIPTION "tcpstate infers the state of both endpoints after every segment of a TCP connection\
 and names half-open and half-closed connections and the cause of every RST, with its evidence.\
 With the profile \"TCP State\", sample captures, and labs that record such connections.")
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR}/packages)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_STRIP_FILES ON)

# The package holds what `cmake --install` puts (component Unspecified) and what only a package has (extras).
set(CPACK_INSTALL_CMAKE_PROJECTS "${CMAKE_BINARY_DIR}" tcpstate Unspecified /
                                 "${CMAKE_BINARY_DIR}" tcpstate extras /)
set(extras COMPONENT extras EXCLUDE_FROM_ALL)
set(shared share/tcpstate)
set(source ${PROJECT_SOURCE_DIR})
install(PROGRAMS ${source}/tools/doctor DESTINATION bin RENAME tcpstate-doctor ${extras})
install(PROGRAMS ${source}/tools/profile DESTINATION bin RENAME tcpstate-profile ${extras})
install(FILES ${source}/LICENSE DESTINATION share/doc/tcpstate RENAME copyright ${extras})
file(GLOB pages ${source}/*.md)
install(FILES ${pages} DESTINATION share/doc/tcpstate ${extras})
install(DIRECTORY ${source}/docs DESTINATION share/doc/tcpstate ${extras})
install(DIRECTORY ${source}/sample_pcaps ${source}/labs ${source}/profile DESTINATION ${shared}
        USE_SOURCE_PERMISSIONS ${extras} PATTERN __pycache__ EXCLUDE PATTERN .gitignore EXCLUDE)
# What the labs need to ask the plugin, and for packets and captures.
install(FILES ${source}/tools/shark.py ${source}/tools/show.py DESTINATION ${shared}/tools ${extras})
install(FILES ${source}/tests/lib/packets.py ${source}/tests/lib/captures.py DESTINATION ${shared}/tests/lib ${extras})
get_filename_component(plugins ${Wireshark_INSTALL_PREFIX}/${Wireshark_PLUGIN_LIBDIR} DIRECTORY)
configure_file(${source}/cmake/packaging-tcplab.in ${CMAKE_CURRENT_BINARY_DIR}/tcplab @ONLY)
install(PROGRAMS ${CMAKE_CURRENT_BINARY_DIR}/tcplab DESTINATION bin ${extras})

# A plugin fits one minor version of Wireshark, and Wireshark skips any other without a word: so the package must not
# stay when Wireshark moves on. Its release number lets the package for a later Wireshark replace it.
set(CPACK_GENERATOR TGZ)
set(CPACK_ARCHIVE_COMPONENT_INSTALL OFF)
file(REAL_PATH ${Wireshark_LIB_DIR}/libwireshark.so library)
execute_process(COMMAND dpkg-query --search ${library} OUTPUT_VARIABLE owner ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
if(owner MATCHES "^([a-z0-9.+-]+)(:[a-z0-9]+)?: ")
    set(owner ${CMAKE_MATCH_1})
    math(EXPR next "${Wireshark_MINOR_VERSION} + 1")
    set(CPACK_GENERATOR DEB)
    set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
    set(CPACK_DEBIAN_PACKAGE_RELEASE ws${wireshark_release})
    set(CPACK_DEBIAN_PACKAGE_SECTION net)
    set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
    set(CPACK_DEBIAN_PACKAGE_DEPENDS
        "${owner} (>= ${wireshark_release}), ${owner} (<< ${Wireshark_MAJOR_VERSION}.${next}~), python3")
    set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "tshark | wireshark")
    set(CPACK_DEBIAN_PACKAGE_SUGGESTS "wireshark, tcpdump, iproute2, nftables")
else()
    message(STATUS "libwireshark belongs to no Debian package: cpack makes a plain archive")
endif()

set(CPACK_SOURCE_GENERATOR TXZ)
set(CPACK_SOURCE_PACKAGE_FILE_NAME tcpstate-${PROJECT_VERSION})
set(CPACK_SOURCE_IGNORE_FILES "/\\.git/;/build/;/__pycache__/;\\.pyc$;\\.swp$;/\\.cache/;/CMakeUserPresets\\.json$;/compile_commands\\.json$")
include(CPack)

add_custom_target(uninstall COMMAND ${CMAKE_COMMAND} -D manifest=${CMAKE_BINARY_DIR}/install_manifest.txt
                                    -P ${source}/cmake/uninstall.cmake
                  COMMENT "Removing what `cmake --install` put" VERBATIM USES_TERMINAL)
