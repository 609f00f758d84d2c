/* folder.h - the result folder of a run: chosen, made, and never written over. */
#ifndef FAN_MPI_DRIVER_FOLDER_H
#define FAN_MPI_DRIVER_FOLDER_H

#include "common/err.h"
#include "mpi_driver/comm.h"
#include "mpi_driver/job.h"

#include <limits.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Choose the folder of a new run: `wanted`, or out/NAME-YYYYmmdd-HHMMSS when NULL. One
 * that exists and is not empty is refused: what is in it was paid for. Errors:
 * FAN_EUSAGE, FAN_EIO.
 */
enum fan_status fan_folder_choose(char dir[PATH_MAX], const char *wanted,
                                  const char *job_name,
                                  struct fan_err *err) FAN_MUST_CHECK;

/* As much as a folder's path can take, quoted for a shell. */
#define FAN_FOLDER_WORD_MAX (4 * PATH_MAX)

/* A path as a word for a shell, to be pasted: in quotes where it needs them. */
void fan_folder_word(char word[FAN_FOLDER_WORD_MAX], const char *path);

/* Make a folder with all above it; one that exists is fine. Errors: FAN_EIO. */
enum fan_status fan_folder_make(const char *dir, struct fan_err *err) FAN_MUST_CHECK;

/**
 * A number that two jobs share exactly when nothing but their budgets differs (FNV-1a of
 * the resolved job): a resumed run may have more money, but must be the same measurement.
 * Errors: those of fan_job_write.
 */
enum fan_status fan_folder_job_mark(const struct fan_job *job, uint64_t *mark,
                                    struct fan_err *err) FAN_MUST_CHECK;

/* Write the resolved job to dir/job.yaml. Errors: FAN_EIO. */
enum fan_status fan_folder_write_job(const char *dir, const struct fan_job *job,
                                     struct fan_err *err) FAN_MUST_CHECK;

/* Read and parse dir/job.yaml, with --set arguments. Owns: fan_job_free. */
enum fan_status fan_folder_read_job(struct fan_job **job, const char *dir,
                                    struct fan_err *err) FAN_MUST_CHECK;

/**
 * To be taken before a folder is read for the report that is then written into it: waits
 * until no other process is about that, and keeps others from it until the descriptor is
 * given to fan_folder_unlock. So the last report tells of all records. -1, which that
 * takes too, where the file system has no locks: no reason to stop.
 */
int fan_folder_lock(const char *dir);
void fan_folder_unlock(int lock);

/**
 * Bring the journals of ranks that cannot see rank 0's folder into it; collective.
 * Errors: FAN_EIO, the same on all ranks.
 */
enum fan_status fan_folder_collect(const char *dir, struct fan_comm *comm,
                                   struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
