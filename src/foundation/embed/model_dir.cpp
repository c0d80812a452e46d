#include "foundation/embed/model_dir.hpp"

#include <unistd.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <cstdlib>
#include <vector>

#include "foundation/embed/files.hpp"

namespace stele::embed {

namespace json = boost::json;
namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kMaxJsonBytes = 1024 * 1024;
constexpr const char* kBuiltinName = "all-MiniLM-L6-v2";
constexpr int kBuiltinMaxTokens = 256;
constexpr std::size_t kMinTokens = 8;  // of a window

struct Pin {
    const char* file;
    std::uint64_t bytes;
    const char* sha256;
};

// The files that script/fetch-model installs.
constexpr Pin kWeightsPin{"model.fp16.safetensors", 45'441'937,
                          "6638f625a0a60bdaa1e34c5fee0a17c705f13b98b43a7973e9d366106a55273d"};
constexpr Pin kSmallPins[] = {
    {"tokenizer.json", 466'247, "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"},
    {"config.json", 612, "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41"}};

// A JSON object file whose members are asked for by name and kind.
class Document {
  public:
    explicit Document(fs::path path) : path_(std::move(path)) {
        boost::system::error_code error;
        json::value root = json::parse(File(path_).text(kMaxJsonBytes), error);
        if (error || !root.is_object()) fail_model(path_, "is not a JSON object");
        root_ = std::move(root.get_object());
    }

    std::size_t size(std::string_view name, std::size_t greatest) const {
        const json::value* value = root_.if_contains(name);
        if (!value || !value->is_int64() || value->get_int64() < 1 ||
            static_cast<std::uint64_t>(value->get_int64()) > greatest)
            fail_model(path_, "\"" + std::string(name) + "\" must be a whole number from 1 to " +
                                  std::to_string(greatest));
        return static_cast<std::size_t>(value->get_int64());
    }

    std::size_t size(std::string_view name, std::size_t greatest, std::size_t fallback) const {
        return root_.contains(name) ? size(name, greatest) : fallback;
    }

    std::string text(std::string_view name, std::string fallback) const {
        const json::value* value = root_.if_contains(name);
        if (!value) return fallback;
        if (!value->is_string())
            fail_model(path_, "\"" + std::string(name) + "\" must be a string");
        return std::string(value->get_string());
    }

    double number(std::string_view name, double fallback) const {
        const json::value* value = root_.if_contains(name);
        if (!value) return fallback;
        boost::system::error_code error;
        const double number = value->to_number<double>(error);
        if (error) fail_model(path_, "\"" + std::string(name) + "\" must be a number");
        return number;
    }

    void require(std::string_view name, std::string_view value) const {
        const std::string found = text(name, std::string(value));
        if (found != value)
            fail_model(path_, "\"" + std::string(name) + "\" is \"" + found + "\"; only \"" +
                                  std::string(value) + "\" is supported");
    }

    void allow_only(std::initializer_list<std::string_view> names) const {
        for (const auto& [key, value] : root_)
            if (std::find(names.begin(), names.end(), std::string_view(key)) == names.end())
                fail_model(path_, "unknown member \"" + std::string(key) + "\"");
    }

  private:
    fs::path path_;
    json::object root_;
};

BertConfig read_config(const fs::path& path) {
    const Document config(path);
    config.require("model_type", "bert");
    config.require("hidden_act", "gelu");
    config.require("position_embedding_type", "absolute");
    BertConfig out;
    out.layers = config.size("num_hidden_layers", 64);
    out.hidden = config.size("hidden_size", 4096);
    out.heads = config.size("num_attention_heads", 128);
    out.intermediate = config.size("intermediate_size", 16384);
    out.vocabulary = config.size("vocab_size", 1'000'000);
    out.positions = config.size("max_position_embeddings", 8192);
    out.token_types = config.size("type_vocab_size", 16, 2);
    out.epsilon = static_cast<float>(config.number("layer_norm_eps", 1e-12));
    if (out.hidden % out.heads != 0)
        fail_model(path, "\"hidden_size\" is not a multiple of \"num_attention_heads\"");
    if (out.positions < kMinTokens)
        fail_model(path, "\"max_position_embeddings\" leaves no room for a sentence");
    return out;
}

void check_pin(const fs::path& directory, const Pin& pin) {
    const File file(directory / pin.file);
    if (file.size() != pin.bytes || file.sha256() != pin.sha256)
        fail_model(file.path(), std::string("is not the file that belongs to ") + kBuiltinName);
}

void describe_builtin(ModelDir& model) {
    for (const Pin& pin : kSmallPins) check_pin(model.path, pin);
    if (const File weights(model.weights); weights.size() != kWeightsPin.bytes)
        fail_model(model.weights, "has " + std::to_string(weights.size()) + " bytes, not " +
                                      std::to_string(kWeightsPin.bytes));
    model.info.name = kBuiltinName;
    model.info.hash = kWeightsPin.sha256;
    model.info.max_tokens = kBuiltinMaxTokens;
}

void describe_by_card(ModelDir& model, const Document& card) {
    const fs::path file = model.path / "stele-model.json";
    card.allow_only(
        {"name", "pooling", "maxTokens", "queryPrefix", "documentPrefix", "weights", "sha256"});
    const std::string pooling = card.text("pooling", "mean");
    if (pooling != "mean" && pooling != "cls")
        fail_model(file, "\"pooling\" is \"" + pooling + "\"; it must be \"mean\" or \"cls\"");
    model.pooling = pooling == "cls" ? Pooling::cls : Pooling::mean;
    model.query_prefix = card.text("queryPrefix", "");
    model.document_prefix = card.text("documentPrefix", "");
    model.info.name = card.text("name", model.info.name);
    model.info.hash = card.text("sha256", "");
    const std::size_t window =
        card.size("maxTokens", model.config.positions, model.config.positions);
    if (window < kMinTokens)
        fail_model(file, "\"maxTokens\" must be at least " + std::to_string(kMinTokens));
    model.info.max_tokens = static_cast<int>(window);
    const std::string weights = card.text("weights", model.weights.filename().string());
    if (fs::path(weights).filename() != weights)
        fail_model(file, "\"weights\" must be the name of a file in this directory");
    model.weights = model.path / weights;
}

}  // namespace

ModelDir read_model_dir(const fs::path& path) {
    std::error_code error;
    if (!fs::is_directory(path, error)) fail_model(path, "there is no such directory");
    ModelDir model;
    model.path = path;
    model.tokenizer = path / "tokenizer.json";
    model.config = read_config(path / "config.json");
    model.info.dimensions = static_cast<int>(model.config.hidden);
    model.info.max_tokens = static_cast<int>(model.config.positions);
    model.info.name = fs::weakly_canonical(path).filename().string();
    const bool has_half = fs::exists(path / kWeightsPin.file, error);
    model.weights = path / (has_half ? kWeightsPin.file : "model.safetensors");

    const fs::path card = path / "stele-model.json";
    if (fs::exists(card, error))
        describe_by_card(model, Document(card));
    else if (has_half)
        describe_builtin(model);

    const File weights(model.weights), tokenizer(model.tokenizer);
    if (model.info.hash.empty()) {
        model.info.hash = weights.sha256();
        model.hash_checked = true;
    }
    return model;
}

namespace {

fs::path data_home() {
    if (const char* xdg = std::getenv("XDG_DATA_HOME"); xdg && *xdg) return xdg;
    const char* home = std::getenv("HOME");
    return home && *home ? fs::path(home) / ".local/share" : fs::path();
}

}  // namespace

std::optional<fs::path> find_model_dir() {
    if (const char* dir = std::getenv("STELE_MODEL_DIR"); dir && *dir) return dir;
    std::vector<fs::path> prefixes;
    if (const char* prefix = std::getenv("STELE_PREFIX"); prefix && *prefix)
        prefixes.emplace_back(prefix);
    prefixes.emplace_back("/opt/stele");
    if (const fs::path data = data_home(); !data.empty())
        prefixes.push_back(data / "stele/runtime");
    prefixes.emplace_back("/usr");
    std::error_code error;
    if (const fs::path self = fs::read_symlink("/proc/self/exe", error); !error)
        prefixes.push_back(self.parent_path().parent_path());
    for (const fs::path& prefix : prefixes)
        if (fs::path dir = prefix / "share/stele/models" / kBuiltinName;
            fs::is_directory(dir, error))
            return dir;
    return std::nullopt;
}

}  // namespace stele::embed
