/* parsed_job.h - a job from its text, for tests of what is made of one. */
#ifndef FAN_TESTS_SUPPORT_PARSED_JOB_H
#define FAN_TESTS_SUPPORT_PARSED_JOB_H

#include "mpi_driver/job.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

using Job = std::unique_ptr<fan_job, decltype(&fan_job_free)>;

/* A good job, with --set arguments; one that is refused fails the test. */
inline Job parse(const std::string &text, const std::vector<const char *> &sets = {})
{
    fan_err err = {};
    fan_job *job = nullptr;
    EXPECT_EQ(fan_job_parse(&job, "a.yaml", text.data(), text.size(), sets.data(),
                            sets.size(), &err),
              FAN_OK)
        << err.text;
    return Job(job, fan_job_free);
}

#endif
