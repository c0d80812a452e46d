#include "foundation/embed/embed_each.hpp"

#include "foundation/base/error.hpp"

namespace stele::embed {

namespace {

class Halving {
  public:
    Halving(Embedder& embedder, std::span<const std::string> texts, Purpose purpose,
            std::chrono::steady_clock::time_point deadline)
        : embedder_(embedder), texts_(texts), purpose_(purpose), deadline_(deadline) {
        out.texts.resize(texts.size());
    }

    void embed(std::size_t first, std::size_t count) {
        if (count == 0 || !out.problem.empty()) return;
        try {
            std::vector<Vector> vectors =
                embedder_.embed(texts_.subspan(first, count), purpose_, deadline_);
            for (std::size_t i = 0; i < count; ++i) out.texts[first + i].vector = vectors[i];
            serves_ = true;
            return;
        } catch (const EndpointError& error) {
            if (!is_about_texts(error)) return stop(error, error.retry_after());
            if (count == 1) {
                out.texts[first].problem = error.what();
                out.texts[first].refused = error.kind() == EndpointError::Kind::refused;
                return;
            }
        } catch (const Error& error) {
            return stop(error, {});
        }
        embed(first, count / 2);
        embed(first + count / 2, count - count / 2);
    }

    EmbeddedBatch out;

  private:
    void stop(const Error& error, std::optional<std::chrono::seconds> retry_after) {
        out.problem = error.what();
        out.retry_after = retry_after;
    }

    // An endpoint that would take no text at all says the same of each.
    bool is_about_texts(const EndpointError& error) {
        if (error.kind() == EndpointError::Kind::unavailable) return false;
        if (error.kind() == EndpointError::Kind::failed) serves_ = false;
        if (serves_) return true;
        try {
            const std::string harmless[] = {"hello"};
            embedder_.embed(harmless, purpose_, deadline_);
            serves_ = true;
        } catch (const Error&) {
        }
        return serves_;
    }

    Embedder& embedder_;
    const std::span<const std::string> texts_;
    const Purpose purpose_;
    const std::chrono::steady_clock::time_point deadline_;
    bool serves_ = false;  // since it failed last
};

}  // namespace

EmbeddedBatch embed_each(Embedder& embedder, std::span<const std::string> texts, Purpose purpose,
                         std::chrono::steady_clock::time_point deadline) {
    Halving halving(embedder, texts, purpose, deadline);
    halving.embed(0, texts.size());
    return std::move(halving.out);
}

}  // namespace stele::embed
