#include "foundation/embed/gemm.hpp"

#include <dlfcn.h>
#include <oneapi/dnnl/dnnl.h>

#include <string>

#include "foundation/base/error.hpp"

namespace stele::embed {

namespace {

constexpr const char* kLibrary = "libdnnl.so.2";

struct OneDnn {
    decltype(&dnnl_gemm_u8s8s32) gemm = nullptr;
    // Of the OpenMP runtime that it brings along; a build on another runtime has none.
    void (*set_num_threads)(int) = nullptr;
};

OneDnn load() {
    void* library = dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);
    if (!library)
        throw Error(Code::configuration,
                    std::string("the built-in embedder needs oneDNN: ") + dlerror(),
                    "install the package libdnnl2");
    OneDnn out;
    out.gemm = reinterpret_cast<decltype(out.gemm)>(dlsym(library, "dnnl_gemm_u8s8s32"));
    out.set_num_threads =
        reinterpret_cast<decltype(out.set_num_threads)>(dlsym(library, "omp_set_num_threads"));
    if (!out.gemm)
        throw Error(Code::configuration, std::string(kLibrary) + " lacks dnnl_gemm_u8s8s32",
                    "install the package libdnnl2 of this Debian release");
    return out;
}

}  // namespace

void multiply(std::size_t m, std::size_t n, std::size_t k, const std::uint8_t* a,
              const std::int8_t* b, std::int32_t* c) {
    static const OneDnn dnn = load();
    // OpenMP keeps this number per calling thread, and this thread may be new.
    if (dnn.set_num_threads) dnn.set_num_threads(1);
    const auto dim = [](std::size_t size) { return static_cast<dnnl_dim_t>(size); };
    const std::int32_t offset = 0;
    const dnnl_status_t status = dnn.gemm('N', 'T', 'F', dim(m), dim(n), dim(k), 1.0f, a, dim(k), 0,
                                          b, dim(k), 0, 0.0f, c, dim(n), &offset);
    if (status != dnnl_success)
        throw Error(Code::failed, "oneDNN cannot multiply: status " + std::to_string(status),
                    "is there memory left?");
}

}  // namespace stele::embed
