// SPDX-License-Identifier: GPL-2.0-or-later
/// Catch2, whichever of its two major versions the distribution has.
#pragma once
#if TCPSTATE_CATCH >= 3
#include <catch2/catch_message.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#else
#include <catch2/catch.hpp>
#endif
