// make_jwt.h - a JSON Web Token with these claims, for tests; nobody signed it.
#ifndef FAN_TESTS_INVOKE_MAKE_JWT_H
#define FAN_TESTS_INVOKE_MAKE_JWT_H

#include "common/base64.h"

#include <string>

inline std::string MakeJwt(const std::string &claims)
{
    std::string part(fan_base64_chars(claims.size()) + 1, '\0');
    fan_base64_encode(claims.data(), claims.size(), &part[0]);
    part.resize(part.find_first_of(std::string("=\0", 2)));
    for (char &c : part)
        c = c == '+' ? '-' : c == '/' ? '_' : c;
    return "eyJhbGciOiJIUzI1NiJ9." + part + ".c2ln";
}

#endif
