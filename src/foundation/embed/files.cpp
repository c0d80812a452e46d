#include "foundation/embed/files.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "foundation/base/error.hpp"

namespace stele::embed {

void fail_model(const std::filesystem::path& file, const std::string& what) {
    throw Error(Code::configuration, "embedding model: " + file.string() + ": " + what,
                "run ./script/fetch-model, or point embedding.modelDir (STELE_MODEL_DIR) at a "
                "complete model directory");
}

File::File(std::filesystem::path path)
    : path_(std::move(path)), fd_(::open(path_.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (fd_ < 0) fail_model(path_, std::strerror(errno));
    struct stat status {};
    if (::fstat(fd_, &status) != 0 || !S_ISREG(status.st_mode)) {
        ::close(fd_);
        fail_model(path_, "not a regular file");
    }
    size_ = static_cast<std::uint64_t>(status.st_size);
}

File::~File() {
    if (fd_ >= 0) ::close(fd_);
}

File::File(File&& other) noexcept
    : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)), size_(other.size_) {}

void File::read(std::uint64_t offset, std::span<std::byte> out) const {
    while (!out.empty()) {
        const ssize_t got = ::pread(fd_, out.data(), out.size(), static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) fail_model(path_, std::strerror(errno));
        if (got == 0) fail_model(path_, "ends at byte " + std::to_string(offset));
        offset += static_cast<std::uint64_t>(got);
        out = out.subspan(static_cast<std::size_t>(got));
    }
}

std::string File::text(std::uint64_t max_bytes) const {
    if (size_ > max_bytes)
        fail_model(path_, std::to_string(size_) + " bytes, more than the " +
                              std::to_string(max_bytes) + " that are allowed");
    std::string out(size_, '\0');
    read(0, std::as_writable_bytes(std::span(out)));
    return out;
}

std::string File::sha256() const {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          &EVP_MD_CTX_free);
    bool ok = context && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1;
    std::vector<std::byte> buffer(256 * 1024);
    for (std::uint64_t at = 0; ok && at < size_; at += buffer.size()) {
        const auto part =
            std::span(buffer).first(std::min<std::uint64_t>(buffer.size(), size_ - at));
        read(at, part);
        ok = EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1;
    }
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    ok = ok && EVP_DigestFinal_ex(context.get(), digest, &size) == 1;
    if (!ok) throw Error(Code::internal, "SHA-256 is not available in this OpenSSL");
    std::string hex;
    for (unsigned i = 0; i < size; ++i) {
        hex += "0123456789abcdef"[digest[i] >> 4];
        hex += "0123456789abcdef"[digest[i] & 15];
    }
    return hex;
}

}  // namespace stele::embed
