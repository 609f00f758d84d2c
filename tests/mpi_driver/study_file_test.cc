/* A study's file: read, refused with the place, written back. */
#include "mpi_driver/study_file.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace
{

struct Parsed {
    fan_study_file *study = nullptr;
    fan_err err{};
    fan_status status;

    explicit Parsed(const char *text, std::initializer_list<const char *> sets = {})
        : status(fan_study_parse(&study, "s.yaml", text, std::strlen(text), sets.begin(),
                                 sets.size(), &err))
    {
    }
    ~Parsed()
    {
        fan_study_file_free(study);
    }
    Parsed(const Parsed &) = delete;
    Parsed &operator=(const Parsed &) = delete;
};

const char good[] =
    "name: all\n"
    "title: What memory buys\n"
    "budget: {invocations: 500, usd: 0.1}\n"
    "study:\n"
    "  - {job: a.yaml, title: Why?, answers: [memory, cost], set: [seed=2]}\n"
    "  - job: sub/b.yaml\n"
    "    answers: work\n";

} // namespace

TEST(StudyFile, HasItsPartsInOrder)
{
    const Parsed p(good);
    ASSERT_EQ(p.status, FAN_OK) << p.err.text;
    EXPECT_STREQ(p.study->title, "What memory buys");
    EXPECT_EQ(p.study->budget.invocations, 500u);
    EXPECT_DOUBLE_EQ(p.study->budget.usd, 0.1);
    ASSERT_EQ(p.study->part_count, 2u);
    EXPECT_STREQ(p.study->part[0].job, "a.yaml");
    EXPECT_STREQ(p.study->part[0].title, "Why?");
    ASSERT_EQ(p.study->part[0].answers.count, 2u);
    EXPECT_STREQ(p.study->part[0].answers.text[1], "cost");
    ASSERT_EQ(p.study->part[0].set.count, 1u);
    EXPECT_EQ(p.study->part[1].title, nullptr);
    ASSERT_EQ(p.study->part[1].answers.count, 1u); /* a single value is a list of one */
}

TEST(StudyFile, LaysArgumentsOverItselfOrItsParts)
{
    const Parsed p(good, { "budget.usd=2", "endpoint=aws", "name=x" });
    ASSERT_EQ(p.status, FAN_OK) << p.err.text;
    EXPECT_STREQ(p.study->name, "x");
    EXPECT_DOUBLE_EQ(p.study->budget.usd, 2);
    ASSERT_EQ(p.study->part[0].set.count, 2u); /* after its own, so that it wins */
    EXPECT_STREQ(p.study->part[0].set.text[1], "endpoint=aws");
    ASSERT_EQ(p.study->part[1].set.count, 1u);
}

TEST(StudyFile, IsKnownByItsKey)
{
    EXPECT_TRUE(fan_study_is(good, std::strlen(good)));
    EXPECT_FALSE(fan_study_is("name: t\nsieve: {hi: 9}\n", 21));
    EXPECT_FALSE(fan_study_is("study: [", 8));
    EXPECT_FALSE(fan_study_is("", 0));
}

TEST(StudyFile, OfAFolderReadsBackAsTheSame)
{
    const Parsed p(good);
    ASSERT_EQ(p.status, FAN_OK);
    const char *const folders[] = { "01-a", "02-b" };
    fan_buf text = FAN_BUF_INIT(10000);
    ASSERT_EQ(fan_study_write(p.study, folders, &text, nullptr), FAN_OK);
    const Parsed again(text.data);
    ASSERT_EQ(again.status, FAN_OK) << again.err.text << "\n" << text.data;
    EXPECT_STREQ(again.study->part[1].job, "02-b/job.yaml");
    EXPECT_EQ(again.study->part[0].set.count, 0u); /* it is in the job now */
    EXPECT_STREQ(again.study->part[0].answers.text[0], "memory");
    EXPECT_DOUBLE_EQ(again.study->budget.usd, 0.1);
    fan_buf_clear(&text);
}

TEST(StudyFile, MistakesNameTheirPlace)
{
    static const struct {
        const char *text, *place, *wrong;
    } cases[] = {
        { "study: [{job: a}]\n", "s.yaml:1", "key 'name': missing" },
        { "name: t\nstudy: []\n", "s.yaml:2", "expected a list of 1 to 32 jobs" },
        { "name: t\nstudy: a.yaml\n", "s.yaml:2", "expected a list of 1 to 32 jobs" },
        { "name: t\nstudy:\n- {title: x}\n", "s.yaml:3", "'study.0.job': missing" },
        { "name: t\nstudy:\n- a.yaml\n", "s.yaml:3", "expected a mapping" },
        { "name: t\nstudy:\n- {job: a, sett: [x]}\n", "s.yaml:3", "did you mean 'set'" },
        { "name: t\nstudy:\n- {job: a, answers: [memry]}\n", "s.yaml:3",
          "did you mean 'memory'" },
        { "name: t\nstudy:\n- {job: [a]}\n", "s.yaml:3", "expected a single value" },
        { "name: t\nstudy:\n- {job: a, set: {b: 1}}\n", "s.yaml:3", "expected a list" },
        { "name: t\nstudy:\n- {job: a, set: [[b]]}\n", "s.yaml:3", "is no text" },
        { "name: t\nbudget: {usd: 0}\nstudy: [{job: a}]\n", "s.yaml:2", "budget.usd" },
        { "name: t\nbudget: 5\nstudy: [{job: a}]\n", "s.yaml:2", "expected a mapping" },
        { "name: t\nfunctions: []\nstudy: [{job: a}]\n", "s.yaml:2", "unknown" },
        { "name: 'a b'\nstudy: [{job: a}]\n", "s.yaml:1", "a name such as study" },
    };
    for (const auto &c : cases) {
        const Parsed p(c.text);
        EXPECT_EQ(p.status, FAN_EUSAGE) << c.text;
        EXPECT_NE(std::strstr(p.err.text, c.place), nullptr) << p.err.text;
        EXPECT_NE(std::strstr(p.err.text, c.wrong), nullptr) << p.err.text;
    }
}
