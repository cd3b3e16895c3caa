# SPDX-License-Identifier: GPL-2.0-or-later
# Writes a file as a function of C++: cmake -D FILE=... -D NAME=... -D OUT=... -P embed.cmake
file(READ ${FILE} bytes HEX)
string(REGEX REPLACE "(................................)" "\\1\n    " bytes "${bytes}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
file(WRITE ${OUT} "// Made from a file by cmake/embed.cmake.
#include \"embedded.hpp\"

namespace tcpstate::embedded {

std::string_view ${NAME}() {
    static constexpr unsigned char bytes[] = {
    ${bytes}};
    return {reinterpret_cast<const char*>(bytes), sizeof bytes};
}

}  // namespace tcpstate::embedded
")
