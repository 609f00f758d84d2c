/* endpoint_versions.h - the versions and the alias of a job's function at an endpoint.
 * Used by endpoint.c alone. */
#ifndef FAN_MPI_DRIVER_ENDPOINT_VERSIONS_H
#define FAN_MPI_DRIVER_ENDPOINT_VERSIONS_H

#include "common/buf.h"
#include "common/err.h"
#include "invoke/control.h"
#include "mpi_driver/job.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_PACKAGE_BYTES_MAX ((size_t)50 << 20) /* Lambda's limit of an uploaded zip */

/* Read a package into zip; path NULL: the project's own. Errors: FAN_EIO, FAN_ELIMIT. */
enum fan_status fan_endpoint_package(struct fan_buf *zip, const char *path,
                                     struct fan_err *err) FAN_MUST_CHECK;

/**
 * Publish the versions of a function that was just created, from 1 on, give $LATEST its
 * own settings again, and create the alias. zip: a buffer for packages; what it holds is
 * replaced. Errors: those of the control calls and of fan_endpoint_package.
 */
enum fan_status fan_endpoint_publish(struct fan_control *control,
                                     const struct fan_job_function *f,
                                     struct fan_buf *zip,
                                     struct fan_err *err) FAN_MUST_CHECK;

/**
 * Where `called` calls the alias of its function (home: the entry that describes it),
 * check that the service's alias has the version, canary and weight of the job, and that
 * the canary's calls cannot cost more than is reckoned with. Errors: FAN_EUSAGE, and
 * those of the control calls.
 */
enum fan_status fan_endpoint_check_alias(struct fan_control *control,
                                         const struct fan_job_function *home,
                                         const struct fan_job_function *called,
                                         struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
