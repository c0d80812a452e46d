// The signals of every candidate of every query of a retrieval set, for fitting weights:
//     retrieval_lab DIR VECTORS > signals.tsv
//
// DIR holds corpus.jsonl and queries.jsonl as script/bench retrieval reads them. VECTORS is a file
// that keeps the vectors between runs; "none" works without. Columns: query, document, grade, then
// one a signal. bench/fit.py reads it.
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <unordered_map>

#include "foundation/base/json.hpp"
#include "foundation/base/text.hpp"
#include "foundation/embed/embedder.hpp"
#include "knowledge/retrieval/lexical.hpp"
#include "knowledge/retrieval/signals.hpp"

namespace {

using namespace stele;
using namespace stele::retrieval;

constexpr std::size_t kShortText = 1000;

struct Doc {
    std::string id, thread, at, speaker, text;
    Document words;
    std::int32_t seq = 0;
};

std::string text_of(const json::object& o, const char* key) {
    const json::value* v = o.if_contains(key);
    return v && v->is_string() ? std::string(v->get_string()) : std::string();
}

std::vector<json::object> read_lines(const std::string& path) {
    std::ifstream in(path);
    std::vector<json::object> out;
    for (std::string line; std::getline(in, line);)
        if (!line.empty()) out.push_back(parse_json(line, path).as_object());
    return out;
}

// "1:56 pm on 8 May, 2023", "March-15-2024".
Timestamp time_of(const std::string& at) {
    const Question q = parse_query(at, {});
    if (q.dates.empty() || q.dates[0].year == 0) return {};
    using namespace std::chrono;
    const Mention& m = q.dates[0];
    const sys_days day =
        year(m.year) / month(unsigned(m.month)) / std::chrono::day(unsigned(std::max(m.day, 1)));
    return {duration_cast<microseconds>(day.time_since_epoch()).count()};
}

class Vectors {
  public:
    explicit Vectors(std::string file) : file_(std::move(file)) {
        if (file_ == "none") return;
        embedder_ = embed::make_embedder({});
        std::ifstream in(file_, std::ios::binary);
        std::uint64_t key = 0;
        std::vector<float> v(384);
        while (in.read(reinterpret_cast<char*>(&key), 8) &&
               in.read(reinterpret_cast<char*>(v.data()), 384 * 4))
            known_[key] = v;
    }
    ~Vectors() {
        if (file_ == "none") return;
        std::ofstream out(file_, std::ios::binary);
        for (const auto& [key, v] : known_) {
            out.write(reinterpret_cast<const char*>(&key), 8);
            out.write(reinterpret_cast<const char*>(v.data()), 384 * 4);
        }
    }
    void prepare(const std::vector<std::string>& texts, embed::Purpose purpose) {
        if (!embedder_) return;
        std::vector<std::string> missing;
        for (const std::string& t : texts)
            if (!known_.contains(std::hash<std::string>{}(t))) missing.push_back(t);
        for (std::size_t i = 0; i < missing.size(); i += 64) {
            const std::size_t n = std::min<std::size_t>(64, missing.size() - i);
            const std::span part(missing.data() + i, n);
            const auto vectors =
                embedder_->embed(part, purpose, std::chrono::steady_clock::time_point::max());
            for (std::size_t j = 0; j < n; ++j)
                known_[std::hash<std::string>{}(part[j])] = vectors[j];
            if (i % 1024 == 0) std::fprintf(stderr, "vectors %zu/%zu\n", i, missing.size());
        }
    }
    float cosine(const std::string& a, const std::string& b) const {
        if (!embedder_) return kNoVector;
        const auto& x = known_.at(std::hash<std::string>{}(a));
        const auto& y = known_.at(std::hash<std::string>{}(b));
        float sum = 0;
        for (std::size_t i = 0; i < x.size(); ++i) sum += x[i] * y[i];
        return sum;
    }
    bool any() const { return embedder_ != nullptr; }

  private:
    std::string file_;
    std::shared_ptr<embed::Embedder> embedder_;
    std::unordered_map<std::uint64_t, std::vector<float>> known_;
};

bool is_person(const std::string& speaker) {
    return !speaker.empty() && speaker != "user" && speaker != "assistant";
}

struct Group {
    std::vector<Doc> docs;
    std::vector<std::string> people;
    std::vector<std::string> window, block;  // texts around each document
    std::map<std::string, std::int32_t> threads;
};

void prepare(Group& g) {
    std::map<std::string, std::vector<std::size_t>> threads;
    std::map<std::string, std::string> last_at;
    for (std::size_t i = 0; i < g.docs.size(); ++i) {
        Doc& d = g.docs[i];
        d.words = analyse(d.text);
        if (is_person(d.speaker) && std::ranges::find(g.people, d.speaker) == g.people.end())
            g.people.push_back(d.speaker);
        if (!d.thread.empty()) {
            threads[d.thread].push_back(i);
            d.seq = std::int32_t(threads[d.thread].size());
            g.threads.try_emplace(d.thread, std::int32_t(g.threads.size()));
            if (d.at.empty()) d.at = last_at[d.thread];
            last_at[d.thread] = d.at;
        }
    }
    g.window.resize(g.docs.size());
    g.block.resize(g.docs.size());
    for (const auto& [name, members] : threads)
        for (std::size_t j = 0; j < members.size(); ++j) {
            std::string& window = g.window[members[j]];
            for (std::size_t k = j > 0 ? j - 1 : 0; k < std::min(members.size(), j + 2); ++k)
                window += (window.empty() ? "" : "\n") + g.docs[members[k]].text;
            std::string& block = g.block[members[j]];
            for (std::size_t k = j / 6 * 6; k < std::min(members.size(), j / 6 * 6 + 6); ++k)
                block += (block.empty() ? "" : "\n") + g.docs[members[k]].text;
        }
}

Setting setting_of(const Doc& d) {
    if (d.thread.empty()) return Setting::document;
    return is_person(d.speaker) && d.text.size() <= kShortText ? Setting::dialogue
                                                               : Setting::assistant;
}

CandidateSet candidates_of(const Group& g, const Question& q, const Vectors& vectors) {
    CandidateSet candidates;
    candidates.terms = q.terms.size();
    candidates.items.resize(g.docs.size());
    candidates.weights.resize(g.docs.size() * candidates.terms);
    candidates.pair_hits.resize(g.docs.size());
    for (std::size_t i = 0; i < g.docs.size(); ++i) {
        const Doc& d = g.docs[i];
        Item& item = candidates.items[i];
        item.setting = setting_of(d);
        item.thread = d.thread.empty() ? -1 : g.threads.at(d.thread);
        item.seq = d.seq;
        item.asks = d.text.find('?') != std::string::npos;
        item.by_user = d.speaker == "user";
        item.named = q.named.size() == 1 && q.named[0] == d.speaker;
        item.words = d.words.words;
        item.at = time_of(d.at);
        if (d.text.size() <= kShortText) item.text = d.text;
        for (const auto& [dimension, weight] : d.words.lexemes.entries)
            for (const Term& t : q.by_dimension)
                if (t.dimension == dimension)
                    candidates.weights[i * candidates.terms + t.at] = weight;
        for (std::size_t p = 0; p < q.pairs.size(); ++p)
            if (std::ranges::binary_search(d.words.pairs, q.pairs[p]))
                candidates.pair_hits[i] |= 1ULL << p;
        if (!vectors.any()) continue;
        item.cosine[kOwn] = vectors.cosine(q.text, d.text);
        if (item.setting != Setting::dialogue) continue;
        item.cosine[kWindow] = vectors.cosine(q.text, g.window[i]);
        item.cosine[kGroup] = vectors.cosine(q.text, g.block[i]);
    }
    return candidates;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) return std::fputs("usage: retrieval_lab DIR VECTORS|none\n", stderr), 2;
    const std::string dir = argv[1];
    Vectors vectors(argv[2]);
    std::map<std::string, Group> groups;
    for (const json::object& o : read_lines(dir + "/corpus.jsonl"))
        groups[text_of(o, "group")].docs.push_back({text_of(o, "id"),
                                                    text_of(o, "thread"),
                                                    text_of(o, "at"),
                                                    text_of(o, "speaker"),
                                                    text_of(o, "text"),
                                                    {},
                                                    0});
    for (auto& [name, g] : groups) {
        prepare(g);
        std::vector<std::string> texts;
        for (std::size_t i = 0; i < g.docs.size(); ++i) {
            texts.push_back(g.docs[i].text);
            if (setting_of(g.docs[i]) != Setting::dialogue) continue;
            texts.push_back(g.window[i]);
            texts.push_back(g.block[i]);
        }
        vectors.prepare(texts, embed::Purpose::document);
    }
    std::printf("query\tdocument\tgrade");
    for (int s = 0; s < kSignals; ++s) std::printf("\t%s", std::string(name_of(Signal(s))).c_str());
    std::printf("\n");
    for (const json::object& o : read_lines(dir + "/queries.jsonl")) {
        const Group& g = groups.at(text_of(o, "group"));
        const Question q = parse_query(text_of(o, "query"), g.people);
        vectors.prepare({q.text}, embed::Purpose::query);
        const CandidateSet candidates = candidates_of(g, q, vectors);
        const auto idf = term_rarity(candidates);
        const auto words = word_scores(candidates, idf);
        const auto rows = signals_of(q, candidates, words, {});
        const json::object& gold = o.at("gold").as_object();
        for (std::size_t c = 0; c < rows.size(); ++c) {
            const std::string& id = g.docs[c].id;
            const json::value* grade = gold.if_contains(id);
            std::printf("%s\t%s\t%d", text_of(o, "id").c_str(), id.c_str(),
                        grade ? int(grade->to_number<double>()) : 0);
            for (const float value : rows[c]) std::printf("\t%.4g", double(value));
            std::printf("\n");
        }
    }
}
