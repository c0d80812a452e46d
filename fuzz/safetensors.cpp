// Model weights from elsewhere.
#include "foundation/embed/safetensors.hpp"

#include "fuzz.hpp"

using namespace stele;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::MemoryFile file(fuzz::text_of(data, size));
    fuzz::accepts([&] {
        const embed::Safetensors tensors{embed::File(file.path())};
        for (const std::uint64_t rows : {1, 2, 3})
            if (tensors.contains("w"))
                fuzz::accepts([&] {
                    const auto& tensor = tensors.require("w", {rows, 2});
                    fuzz::require(tensors.read(tensor).size() == rows * 2, "as large as its shape");
                });
    });
    return 0;
}
