// Where Stele keeps what must not be lost: $STELE_HOME, else /var/lib/stele for root (the account
// that runs PostgreSQL cannot reach /root), else $XDG_DATA_HOME/stele.
#pragma once

#include <filesystem>
#include <string>

namespace stele::ops {

struct Home {
    std::filesystem::path root;

    std::filesystem::path state() const { return root / "cluster.json"; }
    std::filesystem::path passwords() const { return root / "pgpass"; }  // 0600, libpq's format
    std::filesystem::path lock() const { return root / ".lock"; }
    std::filesystem::path clusters() const { return root / "pg"; }
    std::filesystem::path data(int major) const { return clusters() / std::to_string(major); }
    std::filesystem::path sockets() const { return root / "run"; }
    std::filesystem::path logs() const { return root / "log"; }
};

Home stele_home();
// True when STELE_HOME names another place than the default one.
bool home_is_chosen();
// What was installed: $STELE_PREFIX, else /opt/stele for root, else $XDG_DATA_HOME/stele/runtime.
std::filesystem::path stele_prefix();
// $XDG_CONFIG_HOME, else ~/.config.
std::filesystem::path config_home();
// $HOME, else the account's directory.
std::filesystem::path user_home();

}  // namespace stele::ops
