// What the tests of keys and settings share: an environment and files of their own.
#ifndef FAN_TESTS_INVOKE_KEY_TEST_SUPPORT_H
#define FAN_TESTS_INVOKE_KEY_TEST_SUPPORT_H

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <sys/stat.h>
#include <unistd.h>

// An environment without a word of AWS but what a test sets, put back at its end, and a
// home that is a temporary folder.
class Surroundings
{
    std::map<std::string, std::string> before_;
    std::string home_;

    static std::vector<std::string> Names()
    {
        std::vector<std::string> names;
        for (char **v = environ; *v; v++) {
            std::string name(*v, strcspn(*v, "="));
            if (name.compare(0, 4, "AWS_") == 0 || name == "HOME" ||
                name == "SSL_CERT_FILE")
                names.push_back(name);
        }
        return names;
    }

  public:
    Surroundings()
    {
        for (const std::string &name : Names()) {
            before_[name] = getenv(name.c_str());
            unsetenv(name.c_str());
        }
        char folder[] = "/tmp/fan_keys_XXXXXX";
        home_ = mkdtemp(folder);
        mkdir((home_ + "/.aws").c_str(), 0700);
        Set("HOME", home_);
        Set("AWS_EC2_METADATA_DISABLED", "true");
    }
    ~Surroundings()
    {
        for (const std::string &name : Names())
            unsetenv(name.c_str());
        for (const auto &one : before_)
            setenv(one.first.c_str(), one.second.c_str(), 1);
        for (const char *name : { "/.aws/config", "/.aws/credentials", "/file" })
            unlink((home_ + name).c_str());
        rmdir((home_ + "/.aws").c_str());
        rmdir(home_.c_str());
    }
    void Set(const char *name, const std::string &value)
    {
        setenv(name, value.c_str(), 1);
    }
    void Unset(const char *name)
    {
        unsetenv(name);
    }
    std::string Write(const char *name, const std::string &text)
    {
        std::string path = home_ + "/" + name;
        std::ofstream(path) << text;
        return path;
    }
    const std::string &home() const
    {
        return home_;
    }
};

#endif
