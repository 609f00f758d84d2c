// made_zip.h - zip archives for tests, written byte by byte: also those no tool would
// write.
#ifndef FAN_TESTS_LOCAL_LAMBDA_MADE_ZIP_H
#define FAN_TESTS_LOCAL_LAMBDA_MADE_ZIP_H

#include <cstdint>
#include <string>

// Entries are stored, not compressed.
class MadeZip
{
    std::string local, central;
    unsigned entries = 0;

    static void put(std::string &to, uint32_t value, int bytes)
    {
        for (int i = 0; i < bytes; i++)
            to += (char)(value >> (8 * i) & 0xff);
    }

    static uint32_t crc32_of(const std::string &text)
    {
        uint32_t crc = ~0u;
        for (char c : text) {
            crc ^= (unsigned char)c;
            for (int i = 0; i < 8; i++)
                crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
        }
        return ~crc;
    }

    static void put_sizes(std::string &to, const std::string &content)
    {
        put(to, crc32_of(content), 4);
        put(to, (uint32_t)content.size(), 4);
        put(to, (uint32_t)content.size(), 4);
    }

  public:
    // mode: Unix mode with its file type, 0100755; system: 3 is Unix
    MadeZip &add(const std::string &name, const std::string &content,
                 uint32_t mode = 0100644, uint32_t system = 3)
    {
        uint32_t offset = (uint32_t)local.size();
        put(local, 0x04034b50, 4);
        put(local, 20, 2); // version needed
        put(local, 0, 2);  // flags
        put(local, 0, 2);  // stored
        put(local, 0x5a210000, 4);
        put_sizes(local, content);
        put(local, (uint32_t)name.size(), 2);
        put(local, 0, 2);
        local += name + content;

        put(central, 0x02014b50, 4);
        put(central, 20 | system << 8, 2);
        put(central, 20, 2);
        put(central, 0, 2);
        put(central, 0, 2);
        put(central, 0x5a210000, 4);
        put_sizes(central, content);
        put(central, (uint32_t)name.size(), 2);
        put(central, 0, 2); // extra
        put(central, 0, 2); // comment
        put(central, 0, 2); // disk
        put(central, 0, 2); // internal attributes
        put(central, mode << 16, 4);
        put(central, offset, 4);
        central += name;
        entries++;
        return *this;
    }

    std::string bytes() const
    {
        std::string all = local + central;
        put(all, 0x06054b50, 4);
        put(all, 0, 4);
        put(all, entries, 2);
        put(all, entries, 2);
        put(all, (uint32_t)central.size(), 4);
        put(all, (uint32_t)local.size(), 4);
        put(all, 0, 2);
        return all;
    }
};

inline std::string base64_of(const std::string &bytes)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (size_t i = 0; i < bytes.size(); i += 3) {
        uint32_t group = 0;
        for (size_t k = 0; k < 3; k++)
            group = group << 8 | (i + k < bytes.size() ? (unsigned char)bytes[i + k] : 0);
        for (size_t k = 0; k < 4; k++)
            text += i + k <= bytes.size() ? digits[group >> (18 - 6 * k) & 63] : '=';
    }
    return text;
}

#endif
