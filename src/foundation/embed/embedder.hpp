// Vectors for texts: the one interface behind which the built-in model and remote endpoints stand.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "foundation/base/error.hpp"

namespace stele::embed {

// What makes two vectors comparable: same name, dimensions and hash.
struct ModelInfo {
    std::string name;
    int dimensions = 0;
    std::string hash;    // sha256, hex: of the weights; of "url\nmodel" for an endpoint
    int max_tokens = 0;  // the window; of a longer text the beginning is embedded
};

enum class Purpose { document, query };  // some models want a prefix before one of them

using Vector = std::vector<float>;

// Why an endpoint gave no vectors.
class EndpointError : public Error {
  public:
    enum class Kind {
        refused,  // because of the texts: too long, too many at once, filtered. It says so again.
        failed,   // of its own, over these texts: HTTP 5xx, no answer in time, a malformed one
        unavailable,  // whatever the texts are: nobody there, a rate limit, an open circuit
    };
    EndpointError(Kind kind, std::string message, std::string hint,
                  std::optional<std::chrono::seconds> retry_after = {})
        : Error(Code::unavailable, std::move(message), std::move(hint), {}, kind != Kind::refused),
          kind_(kind),
          retry_after_(retry_after) {}
    Kind kind() const { return kind_; }
    // When the endpoint wants to be asked again, if it has said so.
    const std::optional<std::chrono::seconds>& retry_after() const { return retry_after_; }

  private:
    Kind kind_;
    std::optional<std::chrono::seconds> retry_after_;
};

// Safe to call from any number of threads at once.
class Embedder {
  public:
    virtual ~Embedder() = default;

    virtual const ModelInfo& info() const = 0;

    // One L2-normalised vector of info().dimensions per text, in order. Invalid UTF-8 is skipped.
    // A text that the model cannot read gets the zero vector, which is close to nothing: see
    // is_unreadable().
    // Throws EndpointError when there is no answer before the deadline or the endpoint refuses,
    // Error(configuration) when the model, the key or the endpoint is not what the settings say.
    // A query is tried once, for at most settings' query_timeout_ms and half of the time that is
    // left.
    virtual std::vector<Vector> embed(std::span<const std::string> texts, Purpose purpose,
                                      std::chrono::steady_clock::time_point deadline) = 0;
};

// Whether a vector stands for a text that the model cannot read: more than half of its tokens are
// unknown to it, or it has none. All such texts would have the same vector.
bool is_unreadable(std::span<const float> vector);

enum class Kind { builtin, endpoint, none };

struct Settings {
    Kind kind = Kind::builtin;
    std::size_t query_cache_entries = 4096;  // vectors of queries kept in memory; 0: none

    // builtin: a directory with config.json, tokenizer.json, safetensors; empty: find_model_dir().
    std::filesystem::path model_dir;

    // endpoint: speaks OpenAI's POST …/embeddings. `url` may end in /embeddings (taken as it is),
    // in a version such as /v1 (then /embeddings is added) or before it (then /v1/embeddings is).
    std::string url;
    std::string model;
    std::string api_key;            // sent as a bearer token; never part of an error
    int dimensions = 0;             // what the model answers with, 1 … 16384; checked
    bool send_dimensions = false;   // ask a model that can shorten its vectors for `dimensions`
    int max_tokens = 8192;          // texts are cut at three bytes a token
    std::string query_prefix;       // for models that want one, such as "search_query: "
    std::string document_prefix;    // likewise
    std::size_t batch_size = 32;    // texts per request, 1 … 2048
    int timeout_ms = 5000;          // of one request
    int query_timeout_ms = 400;     // of one request for a query, however long timeout_ms is
    int connect_timeout_ms = 2000;  // of the part until it is connected
    int retries = 2;                // after 429, 5xx and broken connections only
    int breaker_failures = 5;       // so many in a row open the circuit: calls fail at once …
    int breaker_ms = 15000;         // … for so long; then one call tries again
};

// nullptr for Kind::none. Cheap: weights are read when the first text is embedded, and that call
// throws Error(configuration) when their sha256 is wrong. What can be seen at once (a directory,
// file or card that is missing, malformed or of the wrong size) is thrown here; the hint names
// ./script/fetch-model.
std::shared_ptr<Embedder> make_embedder(const Settings& settings);

// Where the built-in model is: $STELE_MODEL_DIR (taken as it is), else the first that exists of
// share/stele/models/all-MiniLM-L6-v2 under $STELE_PREFIX, /opt/stele, $XDG_DATA_HOME/stele/runtime
// (by default ~/.local/share/stele/runtime), /usr, and the prefix this program is installed in.
std::optional<std::filesystem::path> find_model_dir();

}  // namespace stele::embed
