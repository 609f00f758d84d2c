// The journal's promise: what was written before a death or some damage is read back,
// what is damaged is counted, and nothing else appears.
#include "record/journal.h"

#include "record/frame.h"
#include "tests/record/sample.h"

#include <gtest/gtest.h>

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <ctime>
#include <vector>

namespace
{
struct Folder {
    std::string path;
    Folder()
    {
        char name[] = "/tmp/fan_journal_XXXXXX";
        path = mkdtemp(name);
    }
    ~Folder()
    {
        unlink(File().c_str());
        rmdir(path.c_str());
    }
    std::string File() const
    {
        return path + "/journal";
    }
};

std::string ReadFile(const std::string &path)
{
    fan_buf buf = FAN_BUF_INIT(1 << 30);
    EXPECT_EQ(FAN_OK, fan_buf_read_file(&buf, path.c_str(), nullptr));
    std::string text = Text(buf);
    fan_buf_clear(&buf);
    return text;
}

void WriteFile(const std::string &path, const std::string &bytes)
{
    FILE *f = fopen(path.c_str(), "wb");
    ASSERT_EQ(bytes.size(), fwrite(bytes.data(), 1, bytes.size(), f));
    fclose(f);
}

struct Content {
    fan_journal_content c{};
    fan_status status;
    explicit Content(const std::string &bytes)
    {
        std::vector<char> copy(bytes.begin(), bytes.end()); // exact size, for ASan
        status = fan_journal_parse(&c, copy.data(), copy.size(), nullptr);
    }
    Content(const Content &) = delete;
    ~Content()
    {
        fan_journal_content_clear(&c);
    }
};

// A journal of records that carry their number in seq; end[i] is where frame i ends.
struct Sample {
    std::string bytes;
    std::vector<size_t> end;
    int records = 0;
};

Sample MakeSample(int records, const std::string &body = "{\"count\":4}")
{
    Folder folder;
    Sample s;
    fan_journal *j = nullptr;
    fan_journal_header h = SampleHeader();
    struct stat info;
    auto mark = [&] {
        EXPECT_EQ(0, stat(folder.File().c_str(), &info));
        s.end.push_back(static_cast<size_t>(info.st_size));
    };
    EXPECT_EQ(FAN_OK, fan_journal_open(&j, folder.File().c_str(), &h, nullptr));
    mark();
    for (int i = 0; i < records; i++) {
        fan_record r{};
        r.seq = static_cast<uint64_t>(i);
        r.duration_ms = 2.5;
        SetBody(&r, body);
        EXPECT_EQ(FAN_OK, fan_journal_attempt(j, &r, nullptr));
        fan_record_clear(&r);
        mark();
    }
    fan_phase_mark phase = { 1, 2, 3, 4, 5, 6, 7 };
    EXPECT_EQ(FAN_OK, fan_journal_phase(j, &phase, nullptr));
    mark();
    fan_journal_close(j);
    s.bytes = ReadFile(folder.File());
    s.records = records;
    return s;
}
} // namespace

TEST(Journal, GivesBackWhatWasWritten)
{
    Folder folder;
    fan_random random;
    fan_random_init(&random, 3, 0);
    fan_journal_header h = SampleHeader();
    fan_journal *j = nullptr;
    fan_err err{};
    ASSERT_EQ(FAN_OK, fan_journal_open(&j, folder.File().c_str(), &h, &err)) << err.text;
    std::vector<std::string> written;
    for (int i = 0; i < 50; i++) {
        fan_record r = RandomRecord(&random);
        ASSERT_EQ(FAN_OK, fan_journal_attempt(j, &r, &err)) << err.text;
        written.push_back(Encoded(r));
        fan_record_clear(&r);
    }
    fan_phase_mark phase = { 1, 2, 3, -4, 5, 6, 7 };
    ASSERT_EQ(FAN_OK, fan_journal_phase(j, &phase, &err));
    ASSERT_EQ(FAN_OK, fan_journal_sync(j, &err));
    fan_journal_close(j);
    fan_journal_content c;
    ASSERT_EQ(FAN_OK, fan_journal_read(&c, folder.File().c_str(), &err)) << err.text;
    ASSERT_EQ(50u, c.record_count);
    for (size_t i = 0; i < 50; i++)
        EXPECT_EQ(written[i], Encoded(c.records[i]));
    ASSERT_EQ(1u, c.phase_count);
    EXPECT_EQ(-4, c.phases[0].start_ns);
    EXPECT_EQ(6u, c.phases[0].calls);
    EXPECT_EQ(1u, c.openings);
    EXPECT_EQ(3u, c.header.rank);
    EXPECT_EQ(-5, c.header.epoch_ns);
    EXPECT_EQ(0xdeadbeefu, c.header.job_crc);
    EXPECT_STREQ("node1", c.header.host);
    EXPECT_EQ(0u, c.bad_frames + c.bad_bytes);
    EXPECT_FALSE(c.torn);
    fan_journal_content_clear(&c);
}

TEST(Journal, TruncationAtEveryByteLosesOnlyTheCutFrame)
{
    const Sample s = MakeSample(6);
    for (size_t n = 0; n <= s.bytes.size(); n++) {
        Content got(s.bytes.substr(0, n));
        size_t whole = 0; // frames that end within n
        while (whole < s.end.size() && s.end[whole] <= n)
            whole++;
        if (whole == 0) {
            EXPECT_EQ(FAN_EFORMAT, got.status) << n;
            continue;
        }
        ASSERT_EQ(FAN_OK, got.status) << n;
        size_t records = whole - 1 - (whole == s.end.size());
        EXPECT_EQ(records, got.c.record_count) << n;
        for (size_t i = 0; i < got.c.record_count; i++)
            EXPECT_EQ(i, got.c.records[i].seq);
        bool at_edge = s.end[whole - 1] == n;
        EXPECT_EQ(!at_edge, got.c.torn) << n;
        EXPECT_EQ(0u, got.c.bad_frames) << n;
        EXPECT_EQ(n - s.end[whole - 1], got.c.bad_bytes);
        EXPECT_EQ(s.end[whole - 1], got.c.good_end);
    }
}

TEST(Journal, EveryFlippedBitIsFoundAndCostsOneFrame)
{
    const Sample s = MakeSample(4);
    for (size_t bit = 0; bit < 8 * s.bytes.size(); bit++) {
        std::string damaged = s.bytes;
        damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
        size_t frame = 0; // the one that is hit
        while (s.end[frame] <= bit / 8)
            frame++;
        Content got(damaged);
        if (frame == 0) {
            EXPECT_EQ(FAN_EFORMAT, got.status) << "the header is needed";
            EXPECT_EQ(4u, got.c.record_count);
            continue;
        }
        ASSERT_EQ(FAN_OK, got.status) << bit;
        EXPECT_EQ(1u, got.c.bad_frames + got.c.torn) << bit;
        EXPECT_EQ(s.end[frame] - s.end[frame - 1], got.c.bad_bytes) << bit;
        size_t next = 0;
        for (size_t i = 0; i < 4; i++) {
            if (frame == i + 1) continue;
            ASSERT_LT(next, got.c.record_count) << bit;
            EXPECT_EQ(i, got.c.records[next++].seq) << bit;
        }
        EXPECT_EQ(next, got.c.record_count);
        EXPECT_EQ(frame == 5 ? 0u : 1u, got.c.phase_count);
    }
}

TEST(Journal, FrameInsideABodyIsNotAFrame)
{
    // an answer that quotes a journal: its frames must not be read as ours
    const std::string quoted = MakeSample(3, "x").bytes;
    const Sample s = MakeSample(2, quoted);
    Content got(s.bytes);
    EXPECT_EQ(2u, got.c.record_count);
    EXPECT_EQ(1u, got.c.openings);
    EXPECT_EQ(0u, got.c.bad_bytes);
}

TEST(Journal, GarbageBetweenFramesIsSkipped)
{
    const Sample s = MakeSample(2);
    std::string mixed = "garbage" + s.bytes.substr(0, s.end[0]) +
                        "\x94\xa4"
                        "fan1 not a frame" +
                        s.bytes.substr(s.end[0]) + std::string(1000, '\0');
    Content got(mixed);
    EXPECT_EQ(FAN_OK, got.status);
    EXPECT_EQ(2u, got.c.record_count);
    EXPECT_EQ(3u, got.c.bad_frames);
    EXPECT_FALSE(got.c.torn);
    EXPECT_EQ(mixed.size() - s.bytes.size(), got.c.bad_bytes);
}

TEST(Journal, FramesOfALaterVersionAreLeftAlone)
{
    const Sample s = MakeSample(1);
    fan_buf frame = FAN_BUF_INIT(1000);
    ASSERT_EQ(FAN_OK, fan_buf_add(&frame, std::string(18, '\0').data(), 18, nullptr));
    ASSERT_EQ(FAN_OK, fan_buf_adds(&frame, "whatever", nullptr));
    fan_frame_seal(&frame, 0, 200);
    Content got(s.bytes + Text(frame));
    EXPECT_EQ(1u, got.c.record_count);
    EXPECT_EQ(0u, got.c.bad_frames + got.c.bad_bytes);
    // intact bytes of a known kind that decode to nothing are damage
    fan_frame_seal(&frame, 0, FAN_JOURNAL_ATTEMPT);
    Content bad(s.bytes + Text(frame));
    EXPECT_EQ(1u, bad.c.bad_frames);
    EXPECT_EQ(1u, bad.c.record_count);
    fan_buf_clear(&frame);
}

TEST(Journal, AppendsBehindWhatAKilledWriterLeft)
{
    const Sample s = MakeSample(3);
    Folder folder;
    fan_journal_header h = SampleHeader();
    for (size_t n = 0; n <= s.bytes.size(); n += n < s.end[0] + 20 ? 1u : 13u) {
        WriteFile(folder.File(), s.bytes.substr(0, n));
        fan_journal *j = nullptr;
        fan_err err{};
        ASSERT_EQ(FAN_OK, fan_journal_open(&j, folder.File().c_str(), &h, &err))
            << n << err.text;
        fan_record r{};
        r.seq = 77;
        ASSERT_EQ(FAN_OK, fan_journal_attempt(j, &r, &err));
        fan_journal_close(j);
        Content got(ReadFile(folder.File()));
        ASSERT_EQ(FAN_OK, got.status) << n;
        EXPECT_EQ(0u, got.c.bad_bytes) << n;
        EXPECT_EQ(n < s.end[0] ? 1u : 2u, got.c.openings) << n;
        EXPECT_EQ(77u, got.c.records[got.c.record_count - 1].seq);
    }
}

// A damaged header is damage like any other: what follows it is used and added to.
TEST(Journal, AppendsBehindADamagedHeader)
{
    const Sample s = MakeSample(3);
    Folder folder;
    fan_journal_header h = SampleHeader();
    for (size_t at = 0; at < s.end[0]; at++) {
        std::string bytes = s.bytes;
        bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
        WriteFile(folder.File(), bytes);
        fan_journal *j = nullptr;
        fan_err err{};
        ASSERT_EQ(FAN_OK, fan_journal_open(&j, folder.File().c_str(), &h, &err))
            << at << err.text;
        fan_journal_close(j);
        Content got(ReadFile(folder.File()));
        ASSERT_EQ(FAN_OK, got.status) << at;
        EXPECT_EQ(3u, got.c.record_count) << at;
        EXPECT_EQ(1u, got.c.openings) << at;
        EXPECT_EQ(s.end[0], got.c.bad_bytes) << at;
    }
}

// A rank that was killed as soon as it had started has done nothing.
TEST(Journal, ADamagedHeaderAloneIsNoReasonToStop)
{
    const Sample s = MakeSample(0);
    Folder folder;
    fan_journal_header h = SampleHeader();
    for (size_t at = 1; at < s.end[0]; at++) {
        std::string bytes = s.bytes.substr(0, s.end[0]);
        bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
        WriteFile(folder.File(), bytes);
        fan_journal *j = nullptr;
        fan_err err{};
        ASSERT_EQ(FAN_OK, fan_journal_open(&j, folder.File().c_str(), &h, &err))
            << at << err.text;
        fan_journal_close(j);
    }
}

TEST(Journal, DoesNotTouchWhatIsNotAJournal)
{
    Folder folder;
    fan_journal_header h = SampleHeader();
    for (const std::string &bytes :
         { std::string("hello, world"), std::string("text\x94"),
           std::string(100000, '\x94') }) {
        WriteFile(folder.File(), bytes);
        fan_journal *j = nullptr;
        fan_err err{};
        EXPECT_EQ(FAN_EFORMAT, fan_journal_open(&j, folder.File().c_str(), &h, &err));
        EXPECT_NE(nullptr, strstr(err.text, folder.File().c_str()));
        EXPECT_EQ(bytes, ReadFile(folder.File()));
    }
}

TEST(Journal, SaysWhyItCannot)
{
    fan_journal_header h = SampleHeader();
    fan_journal *j = nullptr;
    fan_journal_content c;
    fan_err err{};
    EXPECT_EQ(FAN_EIO, fan_journal_open(&j, "/nonexistent/journal", &h, &err));
    EXPECT_NE(nullptr, strstr(err.text, "/nonexistent/journal"));
    err = {};
    EXPECT_EQ(FAN_EIO, fan_journal_read(&c, "/nonexistent/journal", &err));
    fan_journal_content_clear(&c);
    fan_journal_close(nullptr);
    fan_journal_content_clear(nullptr);
    err = {};
    EXPECT_EQ(FAN_EFORMAT, fan_journal_open(&j, "/dev/full", &h, &err)) << err.text;
    EXPECT_EQ(FAN_EFORMAT, fan_journal_read(&c, "/dev/zero", nullptr));
}

TEST(Journal, WritesRecordsTogether)
{
    Folder folder;
    fan_random random;
    fan_random_init(&random, 4, 0);
    fan_journal_header h = SampleHeader();
    fan_journal *j = nullptr;
    ASSERT_EQ(FAN_OK, fan_journal_open(&j, folder.File().c_str(), &h, nullptr));
    std::vector<fan_record> records;
    std::vector<const fan_record *> pointers;
    const std::string body(FAN_RECORD_BODY_MAX, 'b'); // several writes of what fits
    for (int i = 0; i < 100; i++) {
        records.push_back(RandomRecord(&random));
        fan_record &r = records.back();
        if (i % 3 > 0) continue;
        free(r.body);
        r.body = strdup(body.c_str());
        r.body_bytes = body.size();
    }
    for (const fan_record &r : records)
        pointers.push_back(&r);
    ASSERT_EQ(FAN_OK, fan_journal_attempts(j, pointers.data(), 0, nullptr));
    ASSERT_EQ(FAN_OK, fan_journal_attempts(j, pointers.data(), pointers.size(), nullptr));
    Content got(ReadFile(folder.File()));
    EXPECT_EQ(0u, got.c.bad_bytes);
    ASSERT_EQ(records.size(), got.c.record_count) << "all are there before the close";
    for (size_t i = 0; i < records.size(); i++) {
        EXPECT_EQ(Encoded(records[i]), Encoded(got.c.records[i])) << i;
        fan_record_clear(&records[i]);
    }
    fan_journal_close(j);
}

TEST(Journal, IsUnusableAfterAFailedWrite)
{
    Folder folder;
    fan_journal_header h = SampleHeader();
    fan_journal *j = nullptr;
    ASSERT_EQ(FAN_OK, fan_journal_open(&j, folder.File().c_str(), &h, nullptr));
    struct stat info;
    ASSERT_EQ(0, stat(folder.File().c_str(), &info));
    rlimit before{}, full{};
    getrlimit(RLIMIT_FSIZE, &before);
    full = before;
    full.rlim_cur = static_cast<rlim_t>(info.st_size) + 10; // room for a torn frame
    auto handler = signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &full);
    fan_record r{};
    r.seq = 1;
    fan_err err{};
    EXPECT_EQ(FAN_EIO, fan_journal_attempt(j, &r, &err)) << err.text;
    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, handler);
    err = {};
    EXPECT_EQ(FAN_EIO, fan_journal_attempt(j, &r, &err))
        << "there may be room again, but";
    fan_journal_close(j);
    Content got(ReadFile(folder.File()));
    EXPECT_EQ(FAN_OK, got.status);
    EXPECT_TRUE(got.c.torn);
    EXPECT_EQ(0u, got.c.record_count);
}

TEST(Journal, ReadsGarbageInLinearTime)
{
    // marks that each promise the longest payload: a check of each would pass over 128 KB
    std::string mark("\x94\xa4"
                     "fan1\xcc\x02\xce\x01\x02\x03\x04\xc6\x00\x02\x00\x00",
                     18),
        bytes;
    while (bytes.size() < 3000000)
        bytes += mark;
    clock_t start = clock();
    Content got(bytes);
    double seconds = static_cast<double>(clock() - start) / CLOCKS_PER_SEC;
    EXPECT_EQ(FAN_EFORMAT, got.status);
    EXPECT_GT(got.c.bad_frames, 150000u);
    // passing over each would take 20 GB of check sums: a minute, not a second
    EXPECT_LT(seconds, 10);
}

// tests/e2e/test_journal_python.py has this file written and reads it with another
// library.
TEST(JournalForOthers, WritesASample)
{
    Folder folder;
    const char *named = getenv("FAN_SAMPLE_JOURNAL");
    const std::string path = named ? named : folder.File();
    fan_journal_header h = SampleHeader();
    fan_journal *j = nullptr;
    ASSERT_EQ(FAN_OK, fan_journal_open(&j, path.c_str(), &h, nullptr));
    for (int i = 0; i < 3; i++) {
        fan_record r{};
        r.seq = static_cast<uint64_t>(i);
        r.outcome = FAN_OUTCOME_THROTTLE;
        r.reason = FAN_REASON_CALLER_RATE;
        r.reported = true;
        r.duration_ms = 2.5 + i;
        snprintf(r.function, sizeof r.function, "f\xc3\xa9");
        SetBody(&r, std::string("\0\xff", 2));
        EXPECT_EQ(FAN_OK, fan_journal_attempt(j, &r, nullptr));
        fan_record_clear(&r);
    }
    fan_phase_mark phase = { 1, 2, 3, -4, 5, 6, 7 };
    EXPECT_EQ(FAN_OK, fan_journal_phase(j, &phase, nullptr));
    fan_journal_close(j);
}

TEST(Documentation, NamesEveryFieldInOrder)
{
    fan_buf text = FAN_BUF_INIT(1 << 20);
    ASSERT_EQ(FAN_OK,
              fan_buf_read_file(&text, FAN_TEST_DATA "/../../docs/records.md", nullptr));
    const std::string document = Text(text);
    fan_buf_clear(&text);
    size_t at = 0;
    for (size_t i = 0; i < fan_record_table.count; i++) {
        const std::string row =
            std::string("\n| `") + fan_record_table.field[i].name + "` |";
        ASSERT_NE(std::string::npos, document.find(row, at)) << row;
        at = document.find(row, at);
    }
    for (const fan_field_table *table : { &fan_header_table, &fan_phase_table })
        for (size_t i = 0; i < table->count; i++)
            EXPECT_NE(std::string::npos,
                      document.find(std::string("`") + table->field[i].name + "`"));
}
