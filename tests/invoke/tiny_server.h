// tiny_server.h - an HTTP server in a thread, for tests: answers each request as a script
// says. Loopback only.
#ifndef FAN_TESTS_INVOKE_TINY_SERVER_H
#define FAN_TESTS_INVOKE_TINY_SERVER_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <strings.h>
#include <thread>
#include <vector>

class TinyServer
{
  public:
    struct Request {
        std::string method, target, head, body;
        int connection_request; // 0 for the first on its connection
    };
    // What goes back, byte by byte. close: end the connection behind it. hold: say
    // nothing until the server is asked to answer (release) or ends.
    // reset: end it with a reset instead.
    struct Answer {
        std::string bytes;
        bool close = false;
        bool hold = false;
        bool reset = false;
    };
    using Script = std::function<Answer(const Request &)>;

    explicit TinyServer(Script script) : script_(std::move(script))
    {
        listener_ = socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        if (bind(listener_, reinterpret_cast<sockaddr *>(&address), size) != 0 ||
            listen(listener_, 4096) != 0 ||
            getsockname(listener_, reinterpret_cast<sockaddr *>(&address), &size) != 0 ||
            pipe(wake_) != 0)
            abort();
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this] { Run(); });
    }
    ~TinyServer()
    {
        Stop();
    }
    void Stop()
    {
        if (!thread_.joinable()) return;
        stop_ = true;
        Wake();
        thread_.join();
        for (auto &c : connections_)
            close(c.first);
        close(listener_);
        close(wake_[0]);
        close(wake_[1]);
    }
    // Answer what is held, with these bytes.
    void Release(const std::string &bytes)
    {
        release_bytes_ = bytes;
        release_ = true;
        Wake();
    }
    // Close all connections; they are closed when this returns.
    void DropAll()
    {
        dropped_ = false;
        drop_ = true;
        Wake();
        while (!dropped_)
            std::this_thread::yield();
    }
    int port() const
    {
        return port_;
    }
    std::string Url() const
    {
        return "http://127.0.0.1:" + std::to_string(port_);
    }
    int requests() const
    {
        return requests_;
    }
    int accepted() const
    {
        return accepted_;
    }

    static std::string Ok(const std::string &body, const std::string &headers = "")
    {
        return With("200 OK", headers, body);
    }
    static std::string With(const std::string &status, const std::string &headers,
                            const std::string &body)
    {
        return "HTTP/1.1 " + status +
               "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + headers +
               "\r\n" + body;
    }

  private:
    struct Connection {
        std::string in;
        int requests = 0;
        bool held = false;
    };

    void Wake()
    {
        if (write(wake_[1], "x", 1) != 1) abort();
    }
    void Run()
    {
        while (!stop_) {
            std::vector<pollfd> fds = { { listener_, POLLIN, 0 },
                                        { wake_[0], POLLIN, 0 } };
            for (auto &c : connections_)
                fds.push_back({ c.first, POLLIN, 0 });
            poll(fds.data(), fds.size(), -1);
            if (fds[1].revents) {
                char byte;
                if (read(wake_[0], &byte, 1) != 1) return;
            }
            if (release_.exchange(false)) ReleaseAll();
            if (drop_.exchange(false)) {
                for (auto &c : connections_)
                    close(c.first);
                connections_.clear();
                dropped_ = true;
                continue;
            }
            for (size_t i = 2; i < fds.size(); i++)
                if (fds[i].revents) Serve(fds[i].fd);
            if (fds[0].revents) {
                int fd = accept(listener_, nullptr, nullptr);
                if (fd >= 0) {
                    accepted_++;
                    connections_[fd] = {};
                }
            }
        }
    }
    void ReleaseAll()
    {
        for (auto &c : connections_)
            if (c.second.held) {
                c.second.held = false;
                Send(c.first, release_bytes_);
            }
    }
    static void Send(int fd, const std::string &bytes)
    {
        for (size_t sent = 0; sent < bytes.size();) {
            ssize_t n = send(fd, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
            if (n <= 0) return;
            sent += static_cast<size_t>(n);
        }
    }
    void Drop(int fd)
    {
        close(fd);
        connections_.erase(fd);
    }
    void Serve(int fd)
    {
        char chunk[65536];
        ssize_t n = recv(fd, chunk, sizeof chunk, 0);
        if (n <= 0) return Drop(fd);
        Connection &c = connections_[fd];
        c.in.append(chunk, static_cast<size_t>(n));
        for (Request r; Parse(&c, &r);) {
            requests_++;
            Answer answer = script_(r);
            if (answer.hold) {
                c.held = true;
                return;
            }
            Send(fd, answer.bytes);
            if (answer.reset) {
                linger at_once{ 1, 0 };
                setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
            }
            if (answer.close || answer.reset) return Drop(fd);
        }
    }
    static bool Parse(Connection *c, Request *r)
    {
        size_t end = c->in.find("\r\n\r\n");
        if (end == std::string::npos) return false;
        r->head = c->in.substr(0, end + 2);
        size_t length = 0;
        const char *at = strcasestr_(r->head.c_str(), "\r\ncontent-length:");
        if (at) length = strtoul(at + 17, nullptr, 10);
        if (c->in.size() < end + 4 + length) return false;
        r->body = c->in.substr(end + 4, length);
        c->in.erase(0, end + 4 + length);
        size_t space = r->head.find(' ');
        r->method = r->head.substr(0, space);
        r->target = r->head.substr(space + 1, r->head.find(' ', space + 1) - space - 1);
        r->connection_request = c->requests++;
        return true;
    }
    static const char *strcasestr_(const char *text, const char *part)
    {
        for (size_t n = strlen(part); *text; text++)
            if (strncasecmp(text, part, n) == 0) return text;
        return nullptr;
    }

    Script script_;
    int listener_, wake_[2], port_;
    std::atomic<bool> stop_{ false }, release_{ false }, drop_{ false },
        dropped_{ false };
    std::atomic<int> requests_{ 0 }, accepted_{ 0 };
    std::string release_bytes_;
    std::map<int, Connection> connections_;
    std::thread thread_;
};

#endif
