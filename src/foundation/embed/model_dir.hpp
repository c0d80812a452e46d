// What a model directory says about its model, read and checked before any weight is.
//
//   config.json          the sizes of the network, as Hugging Face writes them
//   tokenizer.json       see tokenizer.hpp
//   *.safetensors        model.safetensors, model.fp16.safetensors or the card's "weights"
//   stele-model.json     the card: optional; every member is optional
//     {"name": "bge-small-en-v1.5", "pooling": "mean" | "cls", "maxTokens": 512,
//      "queryPrefix": "Represent this sentence for searching relevant passages: ",
//      "documentPrefix": "", "weights": "model.safetensors", "sha256": "… of the weights"}
//
// A directory without a card whose weights are called model.fp16.safetensors is the built-in model,
// all-MiniLM-L6-v2 as script/fetch-model installs it, and its files must be exactly those.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

#include "foundation/embed/embedder.hpp"

namespace stele::embed {

struct BertConfig {
    std::size_t layers = 0;
    std::size_t hidden = 0;
    std::size_t heads = 0;
    std::size_t intermediate = 0;
    std::size_t vocabulary = 0;
    std::size_t positions = 0;
    std::size_t token_types = 2;
    float epsilon = 1e-12f;
};

enum class Pooling { mean, cls };

struct ModelDir {
    std::filesystem::path path;
    std::filesystem::path weights;
    std::filesystem::path tokenizer;
    BertConfig config;
    Pooling pooling = Pooling::mean;
    std::string query_prefix;
    std::string document_prefix;
    ModelInfo info;             // .hash is what the weights must hash to
    bool hash_checked = false;  // false: .hash is a promise, to be checked when they are read
};

// Throws Error(configuration) that names the file and what is wrong with it. Reads the weights only
// when no one has said what their sha256 is (no card, or a card without it).
ModelDir read_model_dir(const std::filesystem::path& path);

}  // namespace stele::embed
