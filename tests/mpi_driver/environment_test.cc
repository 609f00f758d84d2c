/* What is kept of where a run ran. */
#include "mpi_driver/environment.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <unistd.h>

TEST(Environment, IsKeptAndDamageLeavesItUnknown)
{
    char dir[] = "/tmp/fan_environment_XXXXXX";
    ASSERT_NE(mkdtemp(dir), nullptr);
    const std::string path = std::string(dir) + "/environment.json";
    fan_comm *comm = fan_comm_open_self();
    fan_study_environment seen, read;
    fan_environment_look(&seen, comm);
    EXPECT_GT(seen.cores, 0u);
    EXPECT_EQ(seen.hosts, 1u);
    EXPECT_NE(std::string(seen.system).find("Linux"), std::string::npos);
    EXPECT_STREQ(seen.mpi, "none"); /* a rank of its own has none */

    ASSERT_EQ(fan_environment_write(&seen, dir, nullptr), FAN_OK);
    fan_environment_read(&read, dir);
    EXPECT_STREQ(read.cpu, seen.cpu);
    EXPECT_STREQ(read.system, seen.system);
    EXPECT_EQ(read.cores, seen.cores);

    std::ofstream(path) << "{\"cpu\": 7, \"cores\": -3, \"system\": \"";
    fan_environment_read(&read, dir);
    EXPECT_STREQ(read.cpu, "");
    EXPECT_EQ(read.cores, 0u);
    std::remove(path.c_str());
    fan_environment_read(&read, dir);
    EXPECT_EQ(read.hosts, 0u);
    EXPECT_EQ(fan_environment_write(&seen, "/nowhere/at/all", nullptr), FAN_EIO);
    rmdir(dir);
    comm->ops->close(comm);
}
