// The file that a connection takes its password from, and how another password gets into it.
#pragma once

#include <filesystem>
#include <string>

#include "foundation/pg/conninfo.hpp"

namespace stele::passwords {

// Which lines of a pgpass file are about a connection; libpq's rules.
struct Login {
    std::string host, port, database, user;
};

class PasswordFile {
  public:
    // Throws Error(configuration) when the password stands in the URL or the environment, where
    // nobody can change it for the processes that run, or when the file holds none for this login.
    static PasswordFile of(const pg::ConnInfo& info);

    const std::filesystem::path& path() const { return path_; }  // links resolved
    // Where the next password is kept until the server and the file have it.
    std::filesystem::path next() const { return path_.string() + ".new"; }
    // The text of the file with `password` in place of the one that the login has now.
    std::string text_with(const std::string& password) const;
    // Replaces the file, 0600, its owner's as before.
    void write(const std::string& password) const;
    void write_next(const std::string& password) const;

  private:
    PasswordFile(std::filesystem::path path, bool is_pgpass, Login login)
        : path_(std::move(path)), is_pgpass_(is_pgpass), login_(std::move(login)) {}

    std::filesystem::path path_;
    bool is_pgpass_ = false;  // else the file's first line is the password
    Login login_;
};

// A pgpass text in which every line with the login's current password has the new one: a role has
// one password, whatever the database. Throws Error(configuration) when no line is the login's, or
// the one that is is meant for other users too.
std::string pgpass_with(const std::string& text, const Login& login, const std::string& password);

}  // namespace stele::passwords
