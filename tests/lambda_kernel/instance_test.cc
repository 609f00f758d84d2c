#include "lambda_kernel/instance.h"

#include <gtest/gtest.h>

#include <string>

static std::string model(const char *cpuinfo)
{
    char name[64];
    fan_instance_cpu_model(cpuinfo, name, sizeof name);
    return name;
}

TEST(InstanceCpuModel, ReadsBothKindsOfCpuinfo)
{
    EXPECT_EQ(model("processor\t: 0\nmodel\t\t: 106\nmodel name\t: Some CPU @ 2.90GHz\n"),
              "Some CPU @ 2.90GHz");
    EXPECT_EQ(model("processor\t: 0\nCPU implementer\t: 0x41\nCPU variant\t: 0x3\n"
                    "CPU part\t: 0xd0c\n"),
              "arm implementer 0x41 part 0xd0c");
    EXPECT_EQ(model(""), "unknown");
    EXPECT_EQ(model("model name"), "unknown");
    EXPECT_EQ(model("model name\t: cut off"), "cut off");
    EXPECT_EQ(model((std::string("model name : ") + std::string(200, 'x')).c_str()),
              std::string(63, 'x'));
}

TEST(InstanceInit, DrawsADifferentIdEachTime)
{
    fan_instance a, b;
    fan_instance_init(&a);
    fan_instance_init(&b);
    EXPECT_EQ(std::string(a.id).size(), 16U);
    EXPECT_STRNE(a.id, b.id);
    EXPECT_STREQ(a.cpu_model, b.cpu_model);
}
