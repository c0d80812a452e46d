#include "operate/cluster/home.hpp"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>

#include "foundation/os/process.hpp"

namespace stele::ops {

namespace {

namespace fs = std::filesystem;

fs::path variable(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

// An XDG variable that is not an absolute path is to be ignored.
fs::path xdg(const char* name, const char* otherwise) {
    const fs::path chosen = variable(name);
    return chosen.is_absolute() ? chosen : user_home() / otherwise;
}

fs::path data_home() {
    return xdg("XDG_DATA_HOME", ".local/share") / "stele";
}

}  // namespace

fs::path user_home() {
    if (fs::path home = variable("HOME"); !home.empty()) return home;
    const passwd* entry = ::getpwuid(::geteuid());
    return entry ? entry->pw_dir : "/";
}

fs::path config_home() {
    return xdg("XDG_CONFIG_HOME", ".config");
}

bool home_is_chosen() {
    return !variable("STELE_HOME").empty();
}

Home stele_home() {
    if (home_is_chosen()) return {fs::absolute(variable("STELE_HOME"))};
    return {is_root() ? "/var/lib/stele" : data_home()};
}

fs::path stele_prefix() {
    if (fs::path chosen = variable("STELE_PREFIX"); !chosen.empty()) return chosen;
    return is_root() ? "/opt/stele" : data_home() / "runtime";
}

}  // namespace stele::ops
