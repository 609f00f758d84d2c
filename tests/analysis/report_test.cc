/* Whole reports of made-up studies, with gnuplot and cmark-gfm for real. */
#include "analysis/report.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "analysis/converter.h"
#include "analysis/sink.h"
#include "analysis/svg_tidy.h"
#include "common/log.h"
#include "support/synthetic_study.h"

namespace
{

/* A folder of its own for each test, without the slow PDF: no WeasyPrint is on the path.
 */
class Report : public ::testing::Test
{
  protected:
    void SetUp() override
    {
        char name[] = "/tmp/fan_report_XXXXXX";
        ASSERT_NE(mkdtemp(name), nullptr);
        dir = name;
        tools = dir + "/tools";
        mkdir(tools.c_str(), 0777);
        path = std::getenv("PATH");
        for (const char *tool : { "gnuplot", "cmark-gfm", "sh", "rm" })
            Link(tool);
        setenv("PATH", tools.c_str(), 1);
        fan_log_setup(FAN_LOG_ERROR, "test"); /* the missing PDF is wanted here */
    }

    void TearDown() override
    {
        setenv("PATH", path.c_str(), 1);
        fan_log_setup(FAN_LOG_WARN, "test");
        const char *const argv[] = { "rm", "-rf", dir.c_str(), nullptr };
        fan_buf none = FAN_BUF_INIT(1000);
        EXPECT_EQ(fan_converter_run(argv, "/", 10000, &none, nullptr), FAN_OK);
        fan_buf_clear(&none);
    }

    void Link(const std::string &tool)
    {
        std::stringstream folders(path);
        for (std::string folder; std::getline(folders, folder, ':');) {
            const std::string from = folder + "/" + tool;
            struct stat status;
            if (stat(from.c_str(), &status) != 0) continue;
            ASSERT_EQ(symlink(from.c_str(), (tools + "/" + tool).c_str()), 0);
            return;
        }
        FAIL() << tool << " is not installed";
    }

    void Write(SyntheticStudy &synthetic)
    {
        fan_err err{};
        fan_summary *summary =
            fan_summary_new(&synthetic.study, fan_price_find("us-east-1", "x86_64"));
        EXPECT_EQ(fan_report_write(summary, &synthetic.study, dir.c_str(), &err), FAN_OK)
            << err.text;
        fan_summary_free(summary);
    }

    std::string Read(const std::string &name)
    {
        std::ifstream in(dir + "/" + name);
        std::stringstream text;
        text << in.rdbuf();
        return text.str();
    }

    /* A picture that is complete. */
    void ExpectFigure(const char *name)
    {
        const std::string svg = Read(std::string("figures/") + name + ".svg");
        EXPECT_NE(svg.find("<svg"), std::string::npos) << name;
        EXPECT_NE(svg.find("</svg>"), std::string::npos) << name;
        EXPECT_FALSE(Read(std::string("figures/") + name + ".dat").empty()) << name;
    }

    std::string dir, tools, path;
};

SyntheticPlan Small()
{
    SyntheticPlan plan;
    plan.repetitions = 12;
    plan.blocks = 2;
    return plan;
}

} // namespace

TEST_F(Report, HasAllItsFiles)
{
    SyntheticStudy synthetic(Small());
    Write(synthetic);
    for (const char *name : { "duration_memory", "distribution", "timeline" })
        ExpectFigure(name);
    const std::string markdown = Read("report.md"), html = Read("report.html");
    EXPECT_NE(markdown.find("# synthetic-sweep"), std::string::npos);
    EXPECT_NE(markdown.find("local endpoint"), std::string::npos);
    EXPECT_NE(markdown.find("How to repeat"), std::string::npos);
    EXPECT_NE(html.find("<table>"), std::string::npos);
    EXPECT_NE(html.find("<svg"), std::string::npos);
    EXPECT_EQ(html.find("<img"), std::string::npos); /* nothing is fetched from beside */
    EXPECT_EQ(html.find("href=\"http"), std::string::npos);
    EXPECT_FALSE(Read("summary.json").empty());
}

TEST_F(Report, OfNothingSaysSo)
{
    SyntheticPlan plan = Small();
    plan.repetitions = 0;
    SyntheticStudy synthetic(plan);
    Write(synthetic);
    EXPECT_NE(Read("report.md").find("no attempt was made"), std::string::npos);
    EXPECT_NE(Read("report.html").find("</html>"), std::string::npos);
    EXPECT_TRUE(Read("figures/timeline.svg").empty());
}

TEST_F(Report, OfFailuresOnlyShowsWhenTheyRan)
{
    SyntheticPlan plan = Small();
    plan.failure_share = 1;
    SyntheticStudy synthetic(plan);
    Write(synthetic);
    ExpectFigure("timeline");
    EXPECT_TRUE(Read("figures/duration_memory.svg").empty());
    EXPECT_NE(Read("report.md").find("Runtime.OutOfMemory"), std::string::npos);
}

TEST_F(Report, OfOneRecordIsDrawn)
{
    SyntheticPlan plan = Small();
    plan.memory = { 512 };
    plan.repetitions = plan.blocks = 1;
    plan.ranks = 1;
    plan.parallelism = { 1 };
    SyntheticStudy synthetic(plan);
    Write(synthetic);
    for (const char *name : { "duration_memory", "distribution", "timeline" })
        ExpectFigure(name);
}

TEST_F(Report, OfTwoHundredCellsIsDrawn)
{
    SyntheticPlan plan = Small();
    plan.memory = { 128, 192, 256, 384, 512, 768, 1024, 1769, 3008, 10240 };
    plan.work = { 1, 2, 3, 4, 5 };
    plan.parallelism = { 1, 4, 16, 64 };
    plan.throttle_share = 0.1;
    SyntheticStudy synthetic(plan);
    Write(synthetic);
    for (const char *name : { "duration_memory", "distribution", "timeline" })
        ExpectFigure(name);
    const std::string script = Read("figures/duration_memory.gp");
    EXPECT_NE(script.find("one vCPU"), std::string::npos); /* the knee is in range */
}

/* gnuplot finds a block by how its name begins: "cell_1" would also find "cell_12". */
TEST_F(Report, EveryCurveNamesOneBlock)
{
    SyntheticPlan plan = Small();
    plan.work = { 1, 2, 12 };
    plan.parallelism = { 1, 16 };
    SyntheticStudy synthetic(plan);
    Write(synthetic);
    for (const char *figure : { "duration_memory", "distribution", "timeline" }) {
        const std::string script = Read(std::string("figures/") + figure + ".gp");
        const std::string data = "\n" + Read(std::string("figures/") + figure + ".dat");
        const std::regex index("index '([^']*)'");
        int curves = 0;
        for (std::sregex_iterator i(script.begin(), script.end(), index), end; i != end;
             ++i) {
            const std::string mark = "\n# " + (*i)[1].str();
            const size_t first = data.find(mark);
            EXPECT_NE(first, std::string::npos) << figure << mark;
            EXPECT_EQ(data.find(mark, first + 1), std::string::npos) << figure << mark;
            curves++;
        }
        EXPECT_GT(curves, 0) << figure;
    }
}

TEST_F(Report, OfASieveNamesTheCount)
{
    SyntheticPlan plan = Small();
    plan.memory = { 1769 };
    plan.sieve = true;
    SyntheticStudy synthetic(plan);
    Write(synthetic);
    EXPECT_NE(Read("report.md").find("455,052,511"), std::string::npos);
    EXPECT_NE(Read("report.md").find("2220822432581729238"), std::string::npos);
}

TEST_F(Report, IsNotScriptedByNames)
{
    SyntheticStudy synthetic(Small());
    std::strcpy(synthetic.study.job, "x'; system('touch owned'); print '`touch owned`");
    std::strcpy(synthetic.study.workload, "<script>alert(1)</script> | a | b |");
    std::strcpy(synthetic.cells[0].function, "f'`touch owned`");
    synthetic.records[0].outcome = FAN_OUTCOME_FUNCTION;
    std::strcpy(synthetic.records[0].error_type, "<img src=x onerror=y>|`$(id)`");
    std::strcpy(synthetic.records[0].error_text, "line\none ![a](http://b/c)");
    synthetic.Attach();
    Write(synthetic);
    struct stat status;
    EXPECT_NE(stat((dir + "/figures/owned").c_str(), &status), 0);
    const std::string html = Read("report.html");
    EXPECT_EQ(html.find("<script"), std::string::npos);
    EXPECT_EQ(html.find("<img"), std::string::npos);
}

TEST_F(Report, WithoutConvertersStillHasItsNumbers)
{
    setenv("PATH", dir.c_str(), 1); /* neither gnuplot nor cmark-gfm */
    SyntheticStudy synthetic(Small());
    Write(synthetic);
    EXPECT_FALSE(Read("summary.json").empty());
    EXPECT_FALSE(Read("report.md").empty());
    EXPECT_FALSE(Read("figures/timeline.gp").empty());
    EXPECT_TRUE(Read("report.html").empty());
    setenv("PATH", tools.c_str(), 1);
}

TEST_F(Report, EqualRunsGiveEqualFigures)
{
    SyntheticStudy synthetic(Small());
    Write(synthetic);
    const std::string first = Read("figures/duration_memory.svg");
    Write(synthetic);
    EXPECT_EQ(first, Read("figures/duration_memory.svg"));
}

TEST_F(Report, MissingFolderIsAnError)
{
    SyntheticStudy synthetic(Small());
    fan_err err{};
    fan_summary *summary =
        fan_summary_new(&synthetic.study, fan_price_find("us-east-1", "x86_64"));
    EXPECT_EQ(fan_report_write(summary, &synthetic.study, "/nowhere/at/all", &err),
              FAN_EIO);
    EXPECT_NE(std::strstr(err.text, "/nowhere"), nullptr);
    fan_summary_free(summary);
}

TEST_F(Report, ConverterTellsHowAProgramFailed)
{
    fan_buf out = FAN_BUF_INIT(100);
    fan_err err{};
    const char *const fails[] = { "sh", "-c", "echo the cause >&2; exit 3", nullptr };
    EXPECT_EQ(fan_converter_run(fails, "/", 10000, &out, &err), FAN_EIO);
    EXPECT_NE(std::strstr(err.text, "status 3: the cause"), nullptr) << err.text;

    err = {};
    const char *const missing[] = { "no-such-program", nullptr };
    EXPECT_EQ(fan_converter_run(missing, "/", 10000, &out, &err), FAN_ENOTFOUND);

    err = {};
    const char *const loud[] = { "sh", "-c", "while :; do echo yes; done", nullptr };
    EXPECT_EQ(fan_converter_run(loud, "/", 10000, &out, &err), FAN_ELIMIT);

    err = {};
    const char *const slow[] = { "sh", "-c", "read nothing; kill -STOP $$", nullptr };
    EXPECT_EQ(fan_converter_run(slow, "/", 50, &out, &err), FAN_EIO);
    fan_buf_clear(&out);
}

TEST(SinkMarkdown, EscapesWhatMarkdownWouldRead)
{
    fan_buf out = FAN_BUF_INIT(1000);
    fan_sink sink = { &out, nullptr, FAN_OK };
    fan_sink_markdown(&sink, "a|b <i> `c`\n# d*");
    EXPECT_STREQ(out.data, "a\\|b \\<i\\> \\`c\\` \\# d\\*");
    fan_buf_clear(&out);
}

TEST(SvgTidy, GivesPointsTheirColour)
{
    const std::string svg =
        "<defs>\n\t<circle id='gpPt5'/>\n</defs>\n"
        "<g fill=\"none\">\n</g>\n"
        "\t<use xlink:href='#gpPt6' transform='scale(2)' color='rgb(1, 2, 3)' "
        "opacity='0.5'/>\n"
        "<g font-family=\"DejaVu Sans:Bold\" font-family=\"DejaVu Sans\">\n";
    fan_buf out = FAN_BUF_INIT(10000);
    fan_err err{};
    ASSERT_EQ(fan_svg_tidy(svg.data(), svg.size(), "t", &out, &err), FAN_OK);
    EXPECT_STREQ(out.data,
                 "\t<circle r='1' stroke='none' transform='scale(2)' fill='rgb(1, 2, 3)' "
                 "fill-opacity='0.5'/>\n"
                 "<g font-family=\"DejaVu Sans,sans-serif\" font-weight=\"bold\" "
                 "font-family=\"DejaVu Sans,sans-serif\">\n");
    fan_buf_clear(&out);
}

TEST(SvgTidy, MakesOnePathOfBarsOfOneColour)
{
    const std::string svg =
        "\t\t<polygon fill = 'red' points = '1,2 3,2 3,4 '/>\n"
        "\t\t<polygon fill = 'red' points = '5,2 6,2 6,4 '/>\n"
        "\t<polygon fill = 'blue' points = '7,2 8,2 8,4 '/>\n"
        "\t<polygon fill = 'blue' fill-opacity = '0.2' points = '1,1 '/>\n"
        "\t<polygon fill = 'blue' points = '9,2 9,3 '/>\n";
    fan_buf out = FAN_BUF_INIT(10000);
    fan_err err{};
    ASSERT_EQ(fan_svg_tidy(svg.data(), svg.size(), "t", &out, &err), FAN_OK);
    EXPECT_STREQ(out.data,
                 "\t<path fill='red' d='M1,2 3,2 3,4 ZM5,2 6,2 6,4 Z'/>\n"
                 "\t<path fill='blue' d='M7,2 8,2 8,4 Z'/>\n"
                 "\t<polygon fill = 'blue' fill-opacity = '0.2' points = '1,1 '/>\n"
                 "\t<path fill='blue' d='M9,2 9,3 Z'/>\n");
    fan_buf_clear(&out);
}
