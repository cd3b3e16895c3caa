# SPDX-License-Identifier: GPL-2.0-or-later
# Packages. Included where Wireshark has been found.
#   cpack --config build/release/CPackConfig.cmake          the .deb for this machine's version of Wireshark
#   cpack --config build/release/CPackSourceConfig.cmake    the source archive
set(CPACK_PACKAGE_NAME tcpstate)
set(CPACK_PACKAGE_VENDOR "The tcpstate authors")
set(TCPSTATE_CONTACT "The tcpstate authors <noreply@tcpstate.invalid>" CACHE STRING "Who answers for the packages: name and address")
set(CPACK_PACKAGE_CONTACT ${TCPSTATE_CONTACT})
set(CPACK_PACKAGE_DESCRIPTION "tcpstate infers the state of both endpoints after every segment of a
TCP connection and names half-open and half-closed connections and the
cause of every RST, with its evidence.
With the profile \"TCP State\", sample captures, and labs that record such
connections.")
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
install(FILES ${source}/cmake/copyright DESTINATION share/doc/tcpstate ${extras})
install(FILES ${source}/cmake/lintian-overrides DESTINATION share/lintian/overrides RENAME tcpstate ${extras})
file(GLOB pages ${source}/*.md)
install(FILES ${pages} DESTINATION share/doc/tcpstate ${extras})
install(DIRECTORY ${source}/docs DESTINATION share/doc/tcpstate ${extras})
install(DIRECTORY ${source}/sample_pcaps ${source}/labs ${source}/profile DESTINATION ${shared}
        USE_SOURCE_PERMISSIONS ${extras} PATTERN __pycache__ EXCLUDE PATTERN .gitignore EXCLUDE)
# The pages link to each other, and to two files of the source, as in the checkout.
foreach(file tests/labs/exceptions.tsv src/tcp/states.hpp)
    get_filename_component(folder ${file} DIRECTORY)
    install(FILES ${source}/${file} DESTINATION share/doc/tcpstate/${folder} ${extras})
endforeach()
foreach(link "doc/tcpstate/labs ../../tcpstate/labs" "doc/tcpstate/sample_pcaps ../../tcpstate/sample_pcaps"
             "doc/tcpstate/LICENSE ../../common-licenses/GPL-2" "tcpstate/docs ../doc/tcpstate/docs" "tcpstate/README.md ../doc/tcpstate/README.md")
    string(REPLACE " " ";" link "${link}")
    list(GET link 0 name)
    list(GET link 1 target)
    install(CODE "file(CREATE_LINK ${target} \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/share/${name}\" SYMBOLIC)" ${extras})
endforeach()
# The programs, and what the labs need for packets and captures: at the same places as in the checkout.
install(FILES ${source}/tools/shark.py ${source}/tools/show.py ${source}/tools/overview.py DESTINATION ${shared}/tools ${extras})
install(DIRECTORY ${source}/tools/archive DESTINATION ${shared}/tools ${extras} PATTERN __pycache__ EXCLUDE)
install(FILES ${source}/tests/lib/packets.py ${source}/tests/lib/captures.py DESTINATION ${shared}/tests/lib ${extras})
get_filename_component(plugins ${Wireshark_INSTALL_PREFIX}/${Wireshark_PLUGIN_LIBDIR} DIRECTORY)
# `tcpstate CAPTURE` of the program becomes tcpstate-show.
foreach(command "tcpstate-show tools/show.py" "tcplab labs/tcplab" "tcpstate-archive tools/archive")
    string(REPLACE " " ";" command "${command}")
    list(GET command 0 name)
    list(GET command 1 program)
    configure_file(${source}/cmake/packaging-command.in ${CMAKE_CURRENT_BINARY_DIR}/${name} @ONLY)
    install(PROGRAMS ${CMAKE_CURRENT_BINARY_DIR}/${name} DESTINATION bin ${extras})
endforeach()
set(manual ${CMAKE_CURRENT_BINARY_DIR}/manual)
install(CODE "execute_process(COMMAND ${CMAKE_COMMAND} -E env TCPSTATE_PROGRAM=tcpstate-show python3 ${source}/tools/manual.py ${manual}
                              COMMAND_ERROR_IS_FATAL ANY)" ${extras})
install(DIRECTORY ${manual}/ DESTINATION share/man/man1 ${extras} FILES_MATCHING PATTERN *.1)
# bash looks for the completion of a command in a file with its name.
foreach(name tcpstate-show tcplab tcpstate-archive tcpstate-doctor tcpstate-profile)
    install(FILES ${manual}/completion.bash DESTINATION share/bash-completion/completions RENAME ${name} ${extras})
endforeach()

# A plugin fits one minor version of Wireshark, and Wireshark silently skips any other: so the package must not
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

# What Debian's policy asks of a package, besides: a changelog, compressed pages, no symbols.
install(CODE "
    set(root \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}\")
    set(changelog \"\${root}/share/doc/tcpstate/changelog.Debian\")
    execute_process(COMMAND python3 ${source}/tools/changes.py debian ${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE} \"${TCPSTATE_CONTACT}\"
                    OUTPUT_FILE \"\${changelog}\" COMMAND_ERROR_IS_FATAL ANY)
    file(GLOB pages \"\${root}/share/man/man1/*.1\")
    execute_process(COMMAND gzip -9nf \"\${changelog}\" \${pages} COMMAND_ERROR_IS_FATAL ANY)
    file(GLOB binaries \"\${root}/bin/tcpstate\" \"\${root}/lib/tcpstate/*.so\" \"\${root}/${Wireshark_PLUGIN_LIBDIR}/epan/tcpstate.so\")
    foreach(binary IN LISTS binaries)
        execute_process(COMMAND ${CMAKE_STRIP} --strip-unneeded --remove-section=.comment --remove-section=.note \${binary}
                        COMMAND_ERROR_IS_FATAL ANY)
    endforeach()" ${extras})

set(CPACK_SOURCE_GENERATOR TXZ)
set(CPACK_SOURCE_PACKAGE_FILE_NAME tcpstate-${PROJECT_VERSION})
set(CPACK_SOURCE_IGNORE_FILES "/\\.git/;/build/;/__pycache__/;\\.pyc$;\\.swp$;/\\.cache/;/CMakeUserPresets\\.json$;/compile_commands\\.json$")
include(CPack)

add_custom_target(uninstall COMMAND ${CMAKE_COMMAND} -D manifest=${CMAKE_BINARY_DIR}/installed_files.txt
                                    -P ${source}/cmake/uninstall.cmake
                  COMMENT "Removing what `cmake --install` put" VERBATIM USES_TERMINAL)
