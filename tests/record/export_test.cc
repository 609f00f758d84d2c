#include "record/export.h"

#include "tests/record/sample.h"

#include <gtest/gtest.h>

#include <vector>

namespace
{
std::string Export(fan_export_format format, const std::vector<fan_record> &records)
{
    char *text = nullptr;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    EXPECT_EQ(FAN_OK,
              fan_export_records(out, format, records.data(), records.size(), nullptr));
    fclose(out);
    std::string all(text, n);
    free(text);
    return all;
}

size_t Count(const std::string &text, const std::string &part)
{
    size_t n = 0;
    for (size_t at = 0; (at = text.find(part, at)) != std::string::npos;
         at += part.size())
        n++;
    return n;
}
} // namespace

TEST(ExportJsonl, WritesTheWholeRangeOfUnsignedFields)
{
    fan_record r{};
    r.seq = UINT64_MAX;
    EXPECT_NE(std::string::npos,
              Export(FAN_EXPORT_CSV, { r }).find(",18446744073709551615,"));
    EXPECT_NE(std::string::npos,
              Export(FAN_EXPORT_JSONL, { r }).find("\"seq\":1.84467440737"));
}

TEST(ExportCsv, HeaderNamesEveryFieldButTheBody)
{
    const std::string csv = Export(FAN_EXPORT_CSV, {});
    EXPECT_EQ(0u, csv.find("rank,seq,call,attempt,"));
    EXPECT_EQ(fan_record_table.count - 2, Count(csv, ","));
    EXPECT_EQ(std::string::npos, csv.find("body,"));
    EXPECT_EQ("body_cut\r\n", csv.substr(csv.size() - 10));
}

TEST(ExportCsv, QuotesWhatNeedsIt)
{
    fan_record r{};
    r.seq = 7;
    r.intended_ns = -5;
    r.duration_ms = 26.73;
    r.cold = true;
    snprintf(r.error_text, sizeof r.error_text, "say \"no\", twice");
    snprintf(r.function, sizeof r.function, "f");
    SetBody(&r, "secret");
    const std::string csv = Export(FAN_EXPORT_CSV, { r });
    EXPECT_NE(std::string::npos, csv.find(",\"say \"\"no\"\", twice\","));
    EXPECT_NE(std::string::npos, csv.find("\r\n0,7,0,0,0,0,0,0,0,-5,0,"));
    EXPECT_NE(std::string::npos, csv.find(",26.73,"));
    EXPECT_NE(std::string::npos, csv.find(",ok,,false,0,f,"));
    EXPECT_EQ(std::string::npos, csv.find("secret"));
    fan_record_clear(&r);
}

TEST(ExportJsonl, OneObjectALineWithTheBody)
{
    fan_record r{};
    r.duration_ms = 0.1;
    r.outcome = FAN_OUTCOME_THROTTLE;
    r.reason = FAN_REASON_CALLER_RATE;
    SetBody(&r, std::string("{\"a\":\"\xff\n\0\"}", 11));
    fan_record empty{};
    const std::string lines = Export(FAN_EXPORT_JSONL, { r, empty });
    EXPECT_EQ(2u, Count(lines, "\n"));
    EXPECT_NE(std::string::npos, lines.find("\"duration_ms\":0.1,"));
    EXPECT_NE(std::string::npos, lines.find("\"outcome\":\"throttle\""));
    EXPECT_NE(std::string::npos, lines.find("\"reason\":\"CallerRateLimitExceeded\""));
    EXPECT_NE(std::string::npos,
              lines.find("\"body\":\"{\\\"a\\\":\\\"?\\n\\u0000\\\"}\""));
    EXPECT_NE(std::string::npos, lines.find("\"body\":null"));
    fan_record_clear(&r);
}

TEST(Export, AnyRecordGivesACompleteLine)
{
    fan_random random;
    fan_random_init(&random, 9, 0);
    std::vector<fan_record> records;
    for (int i = 0; i < 100; i++)
        records.push_back(RandomRecord(&random));
    EXPECT_EQ(101u, Count(Export(FAN_EXPORT_CSV, records), "\r\n"));
    EXPECT_EQ(100u, Count(Export(FAN_EXPORT_JSONL, records), "}\n"));
    for (auto &r : records)
        fan_record_clear(&r);
}

TEST(Export, ReportsAFullDisk)
{
    FILE *full = fopen("/dev/full", "w");
    if (!full) return; // not on this system
    fan_record r{};
    fan_err err{};
    EXPECT_EQ(FAN_EIO, fan_export_records(full, FAN_EXPORT_CSV, &r, 1, &err));
    fclose(full);
}

TEST(RecordsSort, ByRankThenSequence)
{
    std::vector<fan_record> records(6);
    const uint32_t order[][2] = { { 1, 0 }, { 0, 2 }, { 1, 1 },
                                  { 0, 0 }, { 2, 0 }, { 0, 1 } };
    for (size_t i = 0; i < 6; i++) {
        records[i].rank = order[i][0];
        records[i].seq = order[i][1];
    }
    fan_records_sort(records.data(), records.size());
    for (size_t i = 1; i < 6; i++)
        EXPECT_TRUE(records[i - 1].rank < records[i].rank ||
                    (records[i - 1].rank == records[i].rank &&
                     records[i - 1].seq < records[i].seq));
    fan_records_sort(nullptr, 0);
}
