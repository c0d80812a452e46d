#include "knowledge/skills/store.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "foundation/base/error.hpp"
#include "foundation/base/hash.hpp"
#include "foundation/base/log.hpp"
#include "foundation/embed/embedder.hpp"
#include "knowledge/graph/store.hpp"
#include "knowledge/retrieval/lexical.hpp"
#include "knowledge/skills/sql.hpp"

namespace stele::skills {

namespace {

void check_name(const std::string& name) {
    const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    if (!plain(name.front()) ||
        !std::ranges::all_of(name, [&](char c) { return plain(c) || c == '-'; }))
        throw Error(Code::invalid_argument, fmt::format("name: \"{}\" is no name of a skill", name),
                    "use lower-case letters, digits and dashes, a dash not first: deploy-staging");
}

// What it is called and what it is for says more than how it is done, and must not drown in a long
// text: the weights of both are added, those of the first twice.
pg::SparseVector words_of(const StoreInput& in) {
    std::string head = in.name + " " + in.description;
    for (const std::string& tag : in.tags) head += " " + tag;
    std::vector<std::pair<std::int32_t, float>> all;
    for (const auto& [term, weight] : retrieval::document_weights(head).entries)
        all.emplace_back(term, 2 * weight);
    for (const auto& entry : retrieval::document_weights(in.content).entries) all.push_back(entry);
    std::ranges::sort(all);
    pg::SparseVector out;
    for (const auto& [term, weight] : all) {
        if (!out.entries.empty() && out.entries.back().first == term)
            out.entries.back().second += weight;
        else
            out.entries.emplace_back(term, weight);
    }
    // The lightest go, when there are more than pgvector holds.
    const auto heavier = [](const auto& a, const auto& b) { return a.second > b.second; };
    if (out.entries.size() > limits::kDocumentTerms) {
        std::ranges::nth_element(out.entries, out.entries.begin() + limits::kDocumentTerms,
                                 heavier);
        out.entries.resize(limits::kDocumentTerms);
        std::ranges::sort(out.entries);
    }
    return out;
}

// A skill about to be stored, with everything decided.
struct NewSkill {
    StoreInput input;
    std::string hash;  // 32 bytes
    pg::SparseVector words;
    std::optional<std::vector<float>> vector;
    std::optional<std::string> model;  // of the vector
};

NewSkill prepare(runtime::Context& context, const StoreInput& input) {
    check_name(input.name);
    NewSkill out{input, {}, {}, {}, {}};
    out.hash = sha256_raw(out.input.content);
    out.words = words_of(out.input);
    out.vector = meaning_of(context, out.input.name + ": " + out.input.description, false);
    if (out.vector) out.model = context.embedder->info().hash;
    return out;
}

bool is_like(const Skill& before, const NewSkill& now) {
    const StoreInput& in = now.input;
    return before.description == in.description && before.content_hash == hex(now.hash) &&
           before.tags == in.tags && before.source == in.source &&
           (!in.retention || before.retention == *in.retention);
}

[[noreturn]] void refuse_held(const std::string& name) {
    throw Error(Code::refused, fmt::format("skill {} is under legal hold", name),
                "an operator ends a hold, in the shell: `stele skills store … --retention "
                "standard`");
}

void check_version(const StoreInput& input, int version) {
    if (!input.if_version || *input.if_version == version) return;
    throw Error(
        Code::conflict,
        fmt::format("skill {} is at version {}, not {}", input.name, version, *input.if_version),
        "read it again with `stele skills show`, and store what you want on top of it");
}

std::optional<pg::HalfVector> half(const NewSkill& skill) {
    if (!skill.vector) return std::nullopt;
    return pg::HalfVector{*skill.vector};
}

StoreOutput insert(pg::Transaction& tx, const runtime::Caller& caller, const NewSkill& skill) {
    const StoreInput& in = skill.input;
    const Uuid id = Uuid::v7();
    tx.query(sql::insert, caller.org, caller.project, id, in.name, in.description, in.content,
             pg::Bytes{skill.hash}, in.tags, in.source, caller.instance,
             reflect::name_of(in.retention.value_or(Retention::standard)), skill.words, half(skill),
             skill.model);
    return {true, id.text(), in.name, 1, true, false};
}

// A skill that is as it was gets a vector of this process's model, if it lacks one.
StoreOutput leave(pg::Transaction& tx, const runtime::Caller& caller, const Skill& before,
                  const std::optional<std::string>& model, const NewSkill& skill) {
    if (skill.model && skill.model != model)
        tx.query(sql::set_vector, caller.org, caller.project, *Uuid::parse(before.id), half(skill),
                 skill.model);
    return {true, before.id, before.name, before.version, false, true};
}

StoreOutput change(pg::Transaction& tx, const runtime::Context& context, const Skill& before,
                   const NewSkill& skill) {
    const StoreInput& in = skill.input;
    // Who may write over what is held, or end the hold, could delete it.
    if (before.retention == Retention::legal_hold && !(context.local_files && in.retention))
        refuse_held(in.name);
    const runtime::Caller& caller = context.caller;
    tx.query(sql::update, caller.org, caller.project, *Uuid::parse(before.id), in.description,
             in.content, pg::Bytes{skill.hash}, in.tags, in.source, caller.instance,
             reflect::name_of(in.retention.value_or(before.retention)), skill.words, half(skill),
             skill.model);
    return {true, before.id, in.name, before.version + 1, false, false};
}

}  // namespace

Skill read_skill(const pg::Row& row) {
    Skill out;
    out.id = row.get<Uuid>(0).text();
    out.name = row.get<std::string>(1);
    out.description = row.get<std::string>(2);
    out.tags = row.get<std::vector<std::string>>(3);
    out.source = row.get<std::string>(4);
    out.version = row.get<std::int32_t>(5);
    out.content_hash = row.get<std::string>(6);
    out.instance = row.get<std::string>(7);
    out.retention = reflect::enum_of<Retention>(row.raw(8)).value_or(Retention::standard);
    out.created_at = row.get<Timestamp>(9);
    out.updated_at = row.get<Timestamp>(10);
    return out;
}

std::optional<std::vector<float>> meaning_of(runtime::Context& context, const std::string& text,
                                             bool question) {
    if (!context.embedder) return std::nullopt;
    try {
        const std::string texts[] = {text};
        const auto purpose = question ? embed::Purpose::query : embed::Purpose::document;
        auto vector = std::move(context.embedder->embed(texts, purpose, context.deadline)[0]);
        if (embed::is_unreadable(vector)) return std::nullopt;
        return vector;
    } catch (const Error& error) {
        log::warn("skills by words alone: {}", error.what());
        return std::nullopt;
    }
}

graph::Kind graph_kind() {
    return graph::kind_of("skill", sql::labels);
}

StoreOutput store(runtime::Context& context, const StoreInput& input) {
    const NewSkill skill = prepare(context, input);
    const runtime::Caller& caller = context.caller;
    pg::Call call = call_of(context);
    call.repeatable = !input.if_version;  // a repeat would meet its own version
    return context.db.transaction(call, [&](pg::Transaction& tx) {
        const auto results = tx.pipeline([&](pg::Pipeline& p) {
            p.add(sql::lock, caller.org, caller.project, input.name);
            p.add(sql::show, caller.org, caller.project, input.name);
        });
        if (results[1].empty()) {
            check_version(input, 0);
            return insert(tx, caller, skill);
        }
        const Skill before = read_skill(results[1][0]);
        check_version(input, before.version);
        if (is_like(before, skill))
            return leave(tx, caller, before, results[1][0].get<std::optional<std::string>>(12),
                         skill);
        return change(tx, context, before, skill);
    });
}

Skill show(runtime::Context& context, const NameInput& input) {
    const runtime::Caller& caller = context.caller;
    const pg::Result rows =
        context.db.once(call_of(context), sql::show, caller.org, caller.project, input.name);
    if (rows.empty())
        throw Error(Code::not_found, fmt::format("there is no skill \"{}\"", input.name),
                    "`stele skills list` shows what there is");
    Skill out = read_skill(rows[0]);
    out.content = rows[0].get<std::string>(11);
    return out;
}

ListOutput list(runtime::Context& context, const ListInput& input) {
    const runtime::Caller& caller = context.caller;
    ListOutput out;
    for (const pg::Row row :
         context.db.once(call_of(context), sql::list, caller.org, caller.project, input.tag,
                         input.cursor.value_or(""), input.limit + 1)) {
        if (int(out.skills.size()) == input.limit) {
            out.next_cursor = out.skills.back().name;
            break;
        }
        out.skills.push_back(read_skill(row));
    }
    return out;
}

DeleteOutput remove(runtime::Context& context, const NameInput& input) {
    const runtime::Caller& caller = context.caller;
    return context.db.transaction(call_of(context), [&](pg::Transaction& tx) {
        const pg::Result rows = tx.query(sql::show, caller.org, caller.project, input.name);
        if (rows.empty()) return DeleteOutput{input.name, false};
        if (read_skill(rows[0]).retention == Retention::legal_hold) refuse_held(input.name);
        const pg::Result gone = tx.query(sql::delete_one, caller.org, caller.project, input.name);
        std::vector<Uuid> ids;
        for (const pg::Row row : gone) ids.push_back(row.get<Uuid>(0));
        graph::forget(tx, {caller.org, caller.project}, "skills", ids);
        return DeleteOutput{input.name, !ids.empty()};
    });
}

}  // namespace stele::skills
