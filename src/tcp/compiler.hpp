// SPDX-License-Identifier: GPL-2.0-or-later
/// What compilers are told beyond the standard, and nothing where they would not understand it.
#pragma once

#if defined(__GNUC__)
#define TCPSTATE_NOINLINE [[gnu::noinline]]
#define TCPSTATE_HOT [[gnu::hot]]
#define TCPSTATE_COLD [[gnu::cold]]
#elif defined(_MSC_VER)
#define TCPSTATE_NOINLINE __declspec(noinline)
#define TCPSTATE_HOT
#define TCPSTATE_COLD
#else
#define TCPSTATE_NOINLINE
#define TCPSTATE_HOT
#define TCPSTATE_COLD
#endif

/// The number of the pattern among the arguments, and that of the first value. MinGW-w64's printf is that of C99 in
/// C++, but GCC means Microsoft's old one when it says "printf" there.
#if defined(__GNUC__) && defined(__MINGW32__)
#define TCPSTATE_PRINTF(pattern, values) [[gnu::format(gnu_printf, pattern, values)]]
#elif defined(__GNUC__)
#define TCPSTATE_PRINTF(pattern, values) [[gnu::format(printf, pattern, values)]]
#else
#define TCPSTATE_PRINTF(pattern, values)
#endif
