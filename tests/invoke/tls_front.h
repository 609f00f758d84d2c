// tls_front.h - TLS in front of a plain server, for tests: its own certificate, a thread
// per connection. Loopback only.
#ifndef FAN_TESTS_INVOKE_TLS_FRONT_H
#define FAN_TESTS_INVOKE_TLS_FRONT_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

class TlsFront
{
  public:
    // name: whom the certificate is for, "IP:127.0.0.1" or "DNS:other.example"
    explicit TlsFront(int backend_port, const char *name = "IP:127.0.0.1")
        : backend_port_(backend_port)
    {
        signal(SIGPIPE, SIG_IGN);
        context_ = SSL_CTX_new(TLS_server_method());
        Certify(name);
        listener_ = socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address = Loopback(0);
        socklen_t size = sizeof address;
        if (bind(listener_, reinterpret_cast<sockaddr *>(&address), size) != 0 ||
            listen(listener_, 4096) != 0 ||
            getsockname(listener_, reinterpret_cast<sockaddr *>(&address), &size) != 0)
            abort();
        port_ = ntohs(address.sin_port);
        acceptor_ = std::thread([this] { Accept(); });
    }
    ~TlsFront()
    {
        shutdown(listener_, SHUT_RDWR);
        acceptor_.join();
        DropAll();
        for (auto &t : threads_)
            t.join();
        close(listener_);
        unlink(ca_file_);
        SSL_CTX_free(context_);
    }
    TlsFront(const TlsFront &) = delete;
    // End all connections.
    void DropAll()
    {
        std::lock_guard<std::mutex> lock(mutex_);
        for (int fd : open_)
            shutdown(fd, SHUT_RDWR);
    }
    std::string Url() const
    {
        return "https://127.0.0.1:" + std::to_string(port_);
    }
    const char *ca_file() const
    {
        return ca_file_;
    }

  private:
    static sockaddr_in Loopback(int port)
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<uint16_t>(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return address;
    }
    void Certify(const char *name)
    {
        char curve[] = "P-256";
        EVP_PKEY *key = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve);
        X509 *cert = X509_new();
        X509_set_version(cert, 2);
        ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
        X509_gmtime_adj(X509_getm_notBefore(cert), -3600);
        X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
        X509_NAME *subject = X509_get_subject_name(cert);
        X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                                   reinterpret_cast<const unsigned char *>("front"), -1,
                                   -1, 0);
        X509_set_issuer_name(cert, subject);
        X509_set_pubkey(cert, key);
        X509_EXTENSION *alternative =
            X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, name);
        X509_add_ext(cert, alternative, -1);
        int fd = mkstemp(ca_file_);
        FILE *file = fd >= 0 ? fdopen(fd, "w") : nullptr;
        if (!file || X509_sign(cert, key, EVP_sha256()) == 0 ||
            SSL_CTX_use_certificate(context_, cert) != 1 ||
            SSL_CTX_use_PrivateKey(context_, key) != 1 || PEM_write_X509(file, cert) != 1)
            abort();
        fclose(file);
        X509_EXTENSION_free(alternative);
        X509_free(cert);
        EVP_PKEY_free(key);
    }
    void Accept()
    {
        for (int fd; (fd = accept(listener_, nullptr, nullptr)) >= 0;)
            threads_.emplace_back([this, fd] { Serve(fd); });
    }
    void Note(int fd, bool open)
    {
        std::lock_guard<std::mutex> lock(mutex_);
        if (open)
            open_.insert(fd);
        else
            open_.erase(fd);
    }
    void Serve(int fd)
    {
        Note(fd, true);
        SSL *ssl = SSL_new(context_);
        int backend = socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address = Loopback(backend_port_);
        SSL_set_fd(ssl, fd);
        if (connect(backend, reinterpret_cast<sockaddr *>(&address), sizeof address) ==
                0 &&
            SSL_accept(ssl) == 1)
            Pass(ssl, fd, backend);
        SSL_shutdown(ssl);
        SSL_free(ssl);
        Note(fd, false);
        close(fd);
        close(backend);
    }
    static void Pass(SSL *ssl, int fd, int backend)
    {
        char bytes[16384];
        for (;;) {
            pollfd fds[] = { { fd, POLLIN, 0 }, { backend, POLLIN, 0 } };
            if (poll(fds, 2, -1) < 0) return;
            if (fds[0].revents) {
                do {
                    int n = SSL_read(ssl, bytes, sizeof bytes);
                    if (n <= 0 ||
                        send(backend, bytes, static_cast<size_t>(n), MSG_NOSIGNAL) != n)
                        return;
                } while (SSL_pending(ssl) > 0);
            }
            if (fds[1].revents) {
                ssize_t n = recv(backend, bytes, sizeof bytes, 0);
                if (n <= 0 || SSL_write(ssl, bytes, static_cast<int>(n)) != n) return;
            }
        }
    }

    SSL_CTX *context_;
    int backend_port_, listener_, port_;
    char ca_file_[32] = "/tmp/fan_tls_front_XXXXXX";
    std::thread acceptor_;
    std::vector<std::thread> threads_;
    std::mutex mutex_;
    std::set<int> open_;
};

#endif
