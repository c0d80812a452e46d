// The modules that Stele is made of, and the one list of them. Whoever adds a domain adds its
// folder, its migration and a line here; registration, background tasks, backups, the graph, the
// segments of search and the making anew of vectors walk over the list.
#pragma once

#include <chrono>
#include <functional>
#include <string_view>
#include <vector>

#include "knowledge/graph/source.hpp"
#include "knowledge/memory/reembed.hpp"
#include "knowledge/retrieval/segment_steps.hpp"
#include "runtime/background/runner.hpp"
#include "runtime/dispatcher.hpp"
#include "runtime/settings.hpp"
#include "runtime/table.hpp"

namespace stele::app {

// A task that finds its tenants in due_work, run by serve and mcp.
struct BackgroundTask {
    background::Task task;
    std::chrono::seconds step_time{60};  // how long one step may take
    runtime::Background::AtEnd at_end = runtime::Background::AtEnd::finish_step;
    bool needs_embedder = false;
};

struct Module;
using Modules = std::vector<Module>;

struct Module {
    std::string_view name;  // the last part of its folder
    // Registers its operations, when it has some. Some are about what other modules bring, so all
    // are given.
    std::function<void(runtime::Registry&, const Modules&)> operations = {};
    runtime::Tables tables = {};
    std::vector<BackgroundTask> tasks = {};
    std::vector<const graph::Source*> edges = {};  // rows that ask for edges
    std::vector<graph::Kind> kinds = {};           // of nodes, with their lines
    std::vector<retrieval::Source> searched = {};  // items that segments hold
    std::vector<memory::Refill> refills = {};      // vectors that memory.reembed makes anew
};

// The list. The settings are those of the running program; the defaults do where nothing is run.
Modules modules(const runtime::Settings& settings = {});

// Their tasks.
std::vector<BackgroundTask> background_tasks(const runtime::Settings& settings);

// All operations but the commands of the program itself (app/commands.hpp), which need a running
// App.
void register_operations(runtime::Registry& registry, runtime::Dispatcher& dispatcher);

}  // namespace stele::app
