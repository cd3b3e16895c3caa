// SPDX-License-Identifier: GPL-2.0-or-later
/// Preloaded into tshark: memory runs out for the plugin and for nobody else. Allocations of the plugin, and of the C++
/// library on its behalf, are counted; those that FAIL_NEW selects throw std::bad_alloc. FAIL_NEW is "N" (the N-th
/// only) or "N-" (from the N-th on). The number of allocations is written to stderr at the end.
#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

namespace {

struct Plan {
    unsigned long first = 0;
    bool rest = false;
    unsigned long count = 0;
    Plan() {
        if (const char* const text = std::getenv("FAIL_NEW")) {
            char* end = nullptr;
            first = std::strtoul(text, &end, 10);
            rest = *end == '-';
        }
    }
    ~Plan() { std::fprintf(stderr, "allocations: %lu\n", count); }
};

bool is_ours(void* caller) {
    Dl_info info;
    if (dladdr(caller, &info) == 0 || info.dli_fname == nullptr) return false;
    return std::strstr(info.dli_fname, "tcpstate.so") != nullptr || std::strstr(info.dli_fname, "libstdc++") != nullptr;
}

void* allocate(std::size_t size, std::size_t alignment, void* caller) {
    static Plan plan;
    if (is_ours(caller)) {
        ++plan.count;
        if (plan.first != 0 && (plan.rest ? plan.count >= plan.first : plan.count == plan.first))
            throw std::bad_alloc();
    }
    void* const memory = alignment == 0 ? std::malloc(size)
                                        : std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
}

}  // namespace

void* operator new(std::size_t size) { return allocate(size, 0, __builtin_return_address(0)); }
void* operator new[](std::size_t size) { return allocate(size, 0, __builtin_return_address(0)); }
void* operator new(std::size_t size, std::align_val_t alignment) {
    return allocate(size, static_cast<std::size_t>(alignment), __builtin_return_address(0));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
    return allocate(size, static_cast<std::size_t>(alignment), __builtin_return_address(0));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
