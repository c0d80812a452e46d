#include "foundation/embed/builtin.hpp"

#include <algorithm>
#include <future>
#include <utility>

#include "foundation/base/error.hpp"
#include "foundation/embed/files.hpp"
#include "foundation/embed/kernels.hpp"

namespace stele::embed {

namespace {

// Sequences are packed up to so many tokens: enough to keep the matrix products busy, few enough
// for their results to stay in the processor's caches.
constexpr std::size_t kPackTokens = 128;

void check_deadline(std::chrono::steady_clock::time_point deadline) {
    if (std::chrono::steady_clock::now() < deadline) return;
    throw Error(Code::unavailable, "the built-in embedder did not finish before the deadline",
                "allow more time or send fewer texts at once", {}, true);
}

}  // namespace

BuiltinEmbedder::BuiltinEmbedder(ModelDir model) : model_(std::move(model)) {}

void BuiltinEmbedder::load() {
    // Hashing takes as long as loading, so they go side by side; nothing is answered before both
    // are done. `weights` outlives the thread: the future's destructor waits for it.
    const File weights(model_.weights);
    std::future<std::string> hash;
    if (!model_.hash_checked)
        hash = std::async(std::launch::async, [&weights] { return weights.sha256(); });

    auto loaded = std::make_unique<Loaded>(Loaded{
        Tokenizer(model_.tokenizer), Bert(model_.config, Safetensors(File(model_.weights)),
                                          static_cast<std::size_t>(model_.info.max_tokens))});
    if (static_cast<std::size_t>(loaded->tokenizer.greatest()) >= model_.config.vocabulary)
        fail_model(model_.tokenizer, "its vocabulary is larger than config.json's \"vocab_size\"");
    if (hash.valid() && hash.get() != model_.info.hash)
        fail_model(model_.weights, "its sha256 is not " + model_.info.hash);
    loaded_ = std::move(loaded);
}

Vector BuiltinEmbedder::pool(const float* rows, std::size_t count) const {
    const std::size_t width = model_.config.hidden;
    Vector out(rows, rows + width);
    if (model_.pooling == Pooling::mean)
        for (std::size_t i = 1; i < count; ++i)
            kernels::add_to(out.data(), rows + i * width, width);
    if (!kernels::normalize(out.data(), width))
        fail_model(model_.weights, "its vectors are not finite numbers");
    return out;
}

std::vector<Token> BuiltinEmbedder::tokens_of(const std::string& text, Purpose purpose) const {
    const Tokenizer& tokenizer = loaded_->tokenizer;
    const std::size_t room = static_cast<std::size_t>(model_.info.max_tokens) - 1;
    std::vector<Token> out{tokenizer.cls()};
    tokenizer.append(purpose == Purpose::query ? model_.query_prefix : model_.document_prefix, room,
                     out);
    const std::size_t start = out.size();
    tokenizer.append(text, room, out);
    const auto unknown =
        std::count(out.begin() + std::ptrdiff_t(start), out.end(), tokenizer.unknown());
    if (out.size() == start || 2 * std::size_t(unknown) > out.size() - start) return {};
    out.push_back(tokenizer.sep());
    return out;
}

std::vector<Vector> BuiltinEmbedder::embed(std::span<const std::string> texts, Purpose purpose,
                                           std::chrono::steady_clock::time_point deadline) {
    std::call_once(once_, [this] { load(); });
    std::vector<Vector> out(texts.size());
    std::vector<std::vector<Token>> pack;
    std::vector<std::size_t> places;
    std::size_t pack_tokens = 0;
    const auto flush = [&] {
        check_deadline(deadline);
        const std::vector<float> states = loaded_->bert.forward(pack);
        const float* rows = states.data();
        for (std::size_t i = 0; i < pack.size(); ++i) {
            out[places[i]] = pool(rows, pack[i].size());
            rows += pack[i].size() * model_.config.hidden;
        }
        pack.clear();
        places.clear();
        pack_tokens = 0;
    };
    for (std::size_t i = 0; i < texts.size(); ++i) {
        auto tokens = tokens_of(texts[i], purpose);
        if (tokens.empty()) {
            out[i].assign(std::size_t(model_.info.dimensions), 0);
            continue;
        }
        if (!pack.empty() && pack_tokens + tokens.size() > kPackTokens) flush();
        pack_tokens += tokens.size();
        pack.push_back(std::move(tokens));
        places.push_back(i);
    }
    if (!pack.empty()) flush();
    return out;
}

}  // namespace stele::embed
