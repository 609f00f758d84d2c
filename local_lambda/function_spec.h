/* function_spec.h - a function given on the command line, as the body of CreateFunction.
 */
#ifndef FAN_LOCAL_LAMBDA_FUNCTION_SPEC_H
#define FAN_LOCAL_LAMBDA_FUNCTION_SPEC_H

#include "common/buf.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Turn "NAME=ZIP[,memory=128][,timeout=3][,handler=x]" into JSON, the package included.
 * Errors: FAN_EUSAGE (names the part and the form), FAN_EIO, FAN_ELIMIT.
 */
enum fan_status fan_function_spec_body(const char *spec, struct fan_buf *body,
                                       struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
