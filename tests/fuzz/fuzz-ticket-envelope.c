/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The CMS envelope of tickets to certificates, opened with a key that exists for this alone. */
#include "base/error.h"
#include "ticket/internal.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char key_pem[] = "-----BEGIN EC PRIVATE KEY-----\n"
                              "MHcCAQEEINShb4kYVN8FA8g4ozKROMPv2w9BRq6mcBrAUM/w2sD+oAoGCCqGSM49\n"
                              "AwEHoUQDQgAEjbEwEBjezJ7qHVX5MFJJ2EGo62LcZ3CroDaYAIGxoerK4lhW48bU\n"
                              "JhLGub/37hB81+UwsfJDU6wvJBujSEo2dw==\n"
                              "-----END EC PRIVATE KEY-----\n"
                              "-----BEGIN CERTIFICATE-----\n"
                              "MIIBdTCCARugAwIBAgIUSzSfCiBeKgYjaQ95YaNaTzSKak4wCgYIKoZIzj0EAwIw\n"
                              "DzENMAsGA1UEAwwEZnV6ejAgFw0yNjExMjExMDI1NDZaGA8yMTI2MTAyODEwMjU0\n"
                              "NlowDzENMAsGA1UEAwwEZnV6ejBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABI2x\n"
                              "MBAY3sye6h1V+TBSSdhBqOti3Gdwq6A2mACBsaHqyuJYVuPG1CYSxrm/9+4QfNfl\n"
                              "MLHyQ1OsLyQbo0hKNnejUzBRMB0GA1UdDgQWBBTxEwBbtKByLO9mMFfiNjMdVbTy\n"
                              "mDAfBgNVHSMEGDAWgBTxEwBbtKByLO9mMFfiNjMdVbTymDAPBgNVHRMBAf8EBTAD\n"
                              "AQH/MAoGCCqGSM49BAMCA0gAMEUCIQCWqMpBbUgjh+KVfJ72WaYRluu8flsv5KHW\n"
                              "cBFygblBhgIgHATBzK38PhZrGcCXND0sjgOiuEYt1OTIuDgB6TmnABU=\n"
                              "-----END CERTIFICATE-----\n";

/* A file for the key that no folder holds. Caller frees. */
static char *make_key_file(void)
{
    g_autoptr(RaSecret) pem = ra_secret_new_copy(key_pem, strlen(key_pem));
    const int fd = ra_secret_to_fd(pem, NULL);
    g_assert_cmpint(fd, >=, 0);
    return g_strdup_printf("/proc/self/fd/%d", fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char *key_file;
    if (key_file == NULL)
        key_file = make_key_file();
    if (size > RA_TICKET_MAX)
        return 0;
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) envelope = g_bytes_new(data, size);
    g_autoptr(RaSecret) content = ra_envelope_open(envelope, key_file, &error);
    g_assert_true((content == NULL) == (error != NULL));
    if (error != NULL)
        g_assert_true(error->code == RA_ERROR_MALFORMED || error->code == RA_ERROR_PASSWORD);
    return 0;
}
