// SPDX-License-Identifier: GPL-2.0-or-later
/// Runs a fuzz target without libFuzzer, with any compiler: all files that are named, then as many mutations of them as
/// wanted (-runs=N -seed=N -max_len=N). What it tries depends on nothing but its arguments. Many times as fast as
/// libFuzzer, which searches better: let it mutate what that has found.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

// NOLINTBEGIN(readability-identifier-naming): libFuzzer's names
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size, unsigned int seed);
// NOLINTEND(readability-identifier-naming)

namespace {

using Input = std::vector<uint8_t>;

void read(const std::filesystem::path& path, std::vector<Input>& inputs) {
    if (std::filesystem::is_directory(path)) {
        std::vector<std::filesystem::path> files(std::filesystem::directory_iterator(path), {});
        std::sort(files.begin(), files.end());  // a folder has no order of its own
        for (const auto& file : files) read(file, inputs);
        return;
    }
    std::ifstream file(path, std::ios::binary);
    inputs.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

int run(int count, char** arguments) {
    unsigned long runs = 0;
    unsigned seed = 1;
    size_t longest = 2048;
    std::vector<Input> inputs;
    for (int i = 1; i < count; ++i) {
        const char* const argument = arguments[i];
        if (std::strncmp(argument, "-runs=", 6) == 0)
            runs = std::strtoul(argument + 6, nullptr, 10);
        else if (std::strncmp(argument, "-seed=", 6) == 0)
            seed = static_cast<unsigned>(std::strtoul(argument + 6, nullptr, 10));
        else if (std::strncmp(argument, "-max_len=", 9) == 0)
            longest = std::strtoul(argument + 9, nullptr, 10);
        else
            read(argument, inputs);
    }
    for (const Input& input : inputs) LLVMFuzzerTestOneInput(input.data(), input.size());
    std::printf("%zu inputs\n", inputs.size());
    if (inputs.empty()) inputs.emplace_back();
    std::minstd_rand random(seed);
    constexpr size_t most_inputs = 4096;
    for (unsigned long i = 0; i < runs; ++i) {
        Input input = inputs[random() % inputs.size()];
        size_t size = input.size() < longest ? input.size() : longest;
        input.resize(longest);
        for (unsigned again = random() % 8; again < 8; ++again) {
            size = LLVMFuzzerCustomMutator(input.data(), size, longest, static_cast<unsigned>(random()));
        }
        input.resize(size);
        LLVMFuzzerTestOneInput(input.data(), input.size());
        if (random() % 4 != 0) continue;  // let some mutations go on from here
        if (inputs.size() < most_inputs)
            inputs.push_back(input);
        else
            inputs[random() % inputs.size()] = input;
    }
    std::printf("%lu mutations\n", runs);
    return 0;
}

}  // namespace

int main(int count, char** arguments) try { return run(count, arguments); } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
}
