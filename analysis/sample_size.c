/* sample_size.c - see sample_size.h. */
#include "analysis/sample_size.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

static int is_enough(double n, double cv, double error, double level)
{
    return gsl_cdf_tdist_Pinv((1.0 + level) / 2.0, n - 1.0) * cv <= error * sqrt(n);
}

uint64_t fan_sample_size(double cv, double error, double level)
{
    if (!isfinite(cv) || !(cv >= 0.0) || !(error > 0.0)) return 0;
    /* The normal distribution asks for less than Student's: start there, go up. */
    const double z = gsl_cdf_ugaussian_Pinv((1.0 + level) / 2.0);
    double n = fmax(2.0, ceil(z * z * (cv / error) * (cv / error)));
    if (n > 0x1p53) return 0;
    while (!is_enough(n, cv, error, level))
        n += 1.0;
    return (uint64_t)n;
}
