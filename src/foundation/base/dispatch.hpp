// STELE_DISPATCH before a function: it is compiled for each generation of x86-64, and the program
// takes the one that fits the machine it runs on. For loops over many numbers; builds themselves
// name no machine (cmake/SteleToolchain.cmake).
#pragma once

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__)
#define STELE_DISPATCH __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define STELE_DISPATCH
#endif
