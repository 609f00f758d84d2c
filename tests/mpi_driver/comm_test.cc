#include "mpi_driver/comm.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace
{

TEST(CommSelf, IsItsOwnAnswer)
{
    fan_comm *comm = fan_comm_open_self();
    uint64_t sum[2] = { 3, 4 }, size = 0;
    int64_t most = -5;
    fan_buf all = FAN_BUF_INIT(100);
    EXPECT_EQ(comm->rank, 0);
    EXPECT_EQ(comm->size, 1);
    EXPECT_STRNE(comm->host, "");
    comm->ops->barrier(comm);
    comm->ops->sum_u64(comm, sum, 2);
    comm->ops->max_i64(comm, &most, 1);
    comm->ops->gather(comm, "abc", 3, &all, &size);
    EXPECT_EQ(sum[1], 4u);
    EXPECT_EQ(most, -5);
    EXPECT_EQ(std::string(all.data, all.size), "abc");
    EXPECT_EQ(size, 3u);
    fan_comm_bcast_buf(comm, &all);
    EXPECT_EQ(std::string(all.data, all.size), "abc");
    fan_buf_clear(&all);
    comm->ops->close(comm);
}

TEST(CommAgree, KeepsTheTextOfTheFailure)
{
    fan_comm *comm = fan_comm_open_self();
    fan_err err = {};
    EXPECT_EQ(fan_comm_agree(comm, FAN_OK, &err), FAN_OK);
    EXPECT_EQ(err.code, FAN_OK);
    EXPECT_EQ(fan_comm_agree(comm, fan_fail(&err, FAN_EIO, "write x"), &err), FAN_EIO);
    EXPECT_STREQ(err.text, "write x");
    fan_err none = {};
    EXPECT_EQ(fan_comm_agree(comm, FAN_ENET, &none), FAN_ENET);
    EXPECT_STREQ(none.text, fan_status_text(FAN_ENET));
    comm->ops->close(comm);
}

TEST(CommLaunched, ReadsTheLaunchersEnvironment)
{
    ASSERT_EQ(unsetenv("PMIX_RANK"), 0);
    ASSERT_EQ(setenv("OMPI_COMM_WORLD_RANK", "3", 1), 0);
    ASSERT_EQ(setenv("OMPI_COMM_WORLD_SIZE", "16", 1), 0);
    EXPECT_EQ(fan_comm_launched_rank(), 3);
    EXPECT_EQ(fan_comm_launched_size(), 16);
    ASSERT_EQ(setenv("OMPI_COMM_WORLD_RANK", "many", 1), 0);
    EXPECT_EQ(fan_comm_launched_rank(), 0);
    ASSERT_EQ(unsetenv("OMPI_COMM_WORLD_RANK"), 0);
    ASSERT_EQ(unsetenv("OMPI_COMM_WORLD_SIZE"), 0);
    EXPECT_EQ(fan_comm_launched_size(), 1);
}

} // namespace
