/* function_target.h - which function a route, an authorizer or a function URL calls. */
#ifndef FAN_LOCAL_LAMBDA_FUNCTION_TARGET_H
#define FAN_LOCAL_LAMBDA_FUNCTION_TARGET_H

#ifdef __cplusplus
extern "C" {
#endif

/* Names as fan_function_id_parse finds them; the function need not exist (yet). */
struct fan_target {
    char name[65];
    char qualifier[129]; /* "" when none */
};

#ifdef __cplusplus
}
#endif
#endif
