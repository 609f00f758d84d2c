// scratch_dir.h - a folder that goes away with its test.
#ifndef FAN_TESTS_LOCAL_LAMBDA_SCRATCH_DIR_H
#define FAN_TESTS_LOCAL_LAMBDA_SCRATCH_DIR_H

#include <cstdlib>
#include <filesystem>
#include <string>

struct ScratchDir {
    std::string path;
    ScratchDir()
    {
        std::string name =
            (std::filesystem::temp_directory_path() / "fan-XXXXXX").string();
        path = mkdtemp(name.data()) ? name : "";
    }
    ~ScratchDir()
    {
        std::error_code ignored;
        if (!path.empty()) std::filesystem::remove_all(path, ignored);
    }
    ScratchDir(const ScratchDir &) = delete;
    ScratchDir &operator=(const ScratchDir &) = delete;
};

#endif
