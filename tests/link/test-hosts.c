/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/link/test-link.h"

#include "base/error.h"
#include "link/hosts.h"
#include "link/listen.h"

#include <arpa/inet.h>
#include <linux/if_addr.h>
#include <string.h>

#define LABEL_63 "a23456789012345678901234567890123456789012345678901234567890123"

static const struct {
    const char *text;
    guint16 port;
    const char *host; /* NULL: refused */
} hosts[] = {
    {"example.com", 3389, "example.com:3389"},
    {"example.com:5000", 3389, "example.com:5000"},
    {"example.com:5000", 0, "example.com:5000"},
    {"example.com", 0, NULL},
    {"example.com.", 1, "example.com.:1"},
    {"my_host-1", 1, "my_host-1:1"},
    {"b\xC3\xBC"
     "cher.example",
     1, "xn--bcher-kva.example:1"},
    {"192.0.2.7", 3389, "192.0.2.7:3389"},
    {"192.0.2.7:65535", 3389, "192.0.2.7:65535"},
    {"2001:db8::7", 3389, "[2001:db8::7]:3389"},
    {"[2001:db8::7]", 3389, "[2001:db8::7]:3389"},
    {"[2001:DB8:0::7]:80", 3389, "[2001:db8::7]:80"},
    {"::1", 3389, "[::1]:3389"},
    {LABEL_63 ".example", 1, LABEL_63 ".example:1"},
    {LABEL_63 "4.example", 1, NULL},
    {"", 3389, NULL},
    {":3389", 3389, NULL},
    {"example.com:", 3389, NULL},
    {"example.com:0", 3389, NULL},
    {"example.com:65536", 3389, NULL},
    {"example.com:+80", 3389, NULL},
    {"example.com:80:80", 3389, NULL},
    {"example.com:80x", 3389, NULL},
    {"example com", 3389, NULL},
    {"user@example.com", 3389, NULL},
    {"example.com/path", 3389, NULL},
    {"example.com\r\nX: y", 3389, NULL},
    {"-example.com", 3389, NULL},
    {"a..b", 3389, NULL},
    {".", 3389, NULL},
    {"1.2.3", 3389, NULL},
    {"192.0.2.256", 3389, NULL},
    {"0x7f000001", 3389, NULL},
    {"127.1", 3389, NULL},
    {"[192.0.2.7]:80", 3389, NULL},
    {"[example.com]:80", 3389, NULL},
    {"[::1", 3389, NULL},
    {"[::1]80", 3389, NULL},
    {"[::1]:", 3389, NULL},
    {"[]", 3389, NULL},
    {"fe80::1%eth0", 3389, NULL},
    {"[fe80::1%25eth0]:80", 3389, NULL},
    {"1:2:3:4:5:6:7:8:9", 3389, NULL},
    {"\xFF\xFE", 3389, NULL},
    {"a%b", 3389, NULL},
};

static void test_read(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(hosts); i++) {
        static char untouched[] = "untouched";
        char *host = untouched;
        g_autoptr(GError) error = NULL;
        g_test_message("case %zu", i);
        const gboolean read = ra_host_read(hosts[i].text, hosts[i].port, &host, &error);
        g_assert_cmpint(read, ==, hosts[i].host != NULL);
        if (read) {
            g_assert_no_error(error);
            g_assert_cmpstr(host, ==, hosts[i].host);
            g_free(host);
        } else {
            g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
            g_assert_null(strpbrk(error->message, "\r\n"));
            g_assert_true(host == untouched);
        }
    }
    g_autofree char *long_name =
        g_strdup_printf("%s.%s.%s.%s", LABEL_63, LABEL_63, LABEL_63, LABEL_63);
    char *host = NULL;
    g_assert_false(ra_host_read(long_name, 1, &host, NULL)); /* 255 bytes */
    g_assert_true(ra_host_read(long_name + 2, 1, &host, NULL));
    g_free(host);
}

enum { RUNNING = IFF_UP | IFF_RUNNING };

static const struct {
    const char *interface, *address;
    guint interface_flags, ipv6_flags;
} locals[] = {
    {"lo", "127.0.0.1", RUNNING | IFF_LOOPBACK, 0},
    {"lo", "::1", RUNNING | IFF_LOOPBACK, IFA_F_PERMANENT},
    {"lo", "198.51.100.9", RUNNING | IFF_LOOPBACK, 0},
    {"eth0", "192.168.1.20", RUNNING, 0},
    {"eth0", "fd00:1::20", RUNNING, 0},
    {"eth0", "203.0.113.5", RUNNING, 0},
    {"eth0", "2001:db8:1::dead", RUNNING, IFA_F_TEMPORARY},
    {"eth0", "2001:db8:1::20", RUNNING, 0},
    {"eth0", "2001:db8:1::30", RUNNING, IFA_F_DEPRECATED},
    {"eth0", "2001:db8:1::31", RUNNING, IFA_F_TENTATIVE},
    {"eth0", "fe80::1", RUNNING, 0},
    {"eth0", "169.254.3.4", RUNNING, 0},
    {"wlan0", "2001:db8:2::beef", RUNNING, IFA_F_TEMPORARY},
    {"wlan0", "10.1.2.3", IFF_UP, 0},
    {"wg0", "100.64.0.9", RUNNING, 0},
    {"docker0", "172.17.0.1", RUNNING, 0},
    {"virbr0", "192.168.122.1", RUNNING, 0},
    {"br-0123456789ab", "172.18.0.1", RUNNING, 0},
    {"br0", "172.16.9.9", RUNNING, 0},
    {"vethabc", "10.9.9.9", RUNNING, 0},
    {"eth1", "203.0.113.5", RUNNING, 0},
};

static void test_rank(void)
{
    static const char *const ranked[] = {
        "[2001:db8:1::20]:3390", "[2001:db8:2::beef]:3390",
        "203.0.113.5:3390",      "192.168.1.20:3390",
        "100.64.0.9:3390",       "172.16.9.9:3390",
        "[fd00:1::20]:3390",     NULL,
    };
    RaLocalAddress all[G_N_ELEMENTS(locals)] = {0};
    for (gsize i = 0; i < G_N_ELEMENTS(locals); i++) {
        g_strlcpy(all[i].interface, locals[i].interface, sizeof all[i].interface);
        all[i].interface_flags = locals[i].interface_flags;
        all[i].ipv6_flags = locals[i].ipv6_flags;
        all[i].family = strchr(locals[i].address, ':') != NULL ? AF_INET6 : AF_INET;
        g_assert_cmpint(inet_pton(all[i].family, locals[i].address, all[i].bytes), ==, 1);
    }
    g_auto(GStrv) hosts_found = ra_hosts_rank(all, G_N_ELEMENTS(all), 3390, 16);
    g_assert_cmpstrv(hosts_found, ranked);
    g_auto(GStrv) first = ra_hosts_rank(all, G_N_ELEMENTS(all), 3390, 2);
    g_assert_cmpuint(g_strv_length(first), ==, 2);
    g_assert_cmpstr(first[1], ==, ranked[1]);
}

static void test_for(void)
{
    static const char *const addresses[] = {"127.0.0.1", "::1", "fe80::1", "127.0.0.1", NULL};
    static const char *const advertise[] = {"help.example:443", "not good", "desk.example",
                                            "help.example:443", NULL};
    static const char *const all[] = {"help.example:443", "desk.example:3389", "127.0.0.1:3389",
                                      "[::1]:3389", NULL};
    g_auto(GStrv) found = ra_hosts_for(addresses, 3389, advertise, 16);
    g_assert_cmpstrv(found, all);
    g_auto(GStrv) few = ra_hosts_for(addresses, 3389, advertise, 1);
    g_assert_cmpuint(g_strv_length(few), ==, 1);
    /* What this computer has differs: but loopback is never of it. */
    g_auto(GStrv) own = ra_hosts_for(NULL, 3389, NULL, 16);
    for (guint i = 0; own[i] != NULL; i++) {
        g_test_message("%s", own[i]);
        g_assert_false(g_str_has_prefix(own[i], "127."));
        g_assert_false(g_str_has_prefix(own[i], "[::1]"));
        g_assert_false(g_str_has_prefix(own[i], "[fe80"));
        g_assert_true(g_str_has_suffix(own[i], ":3389"));
    }
}

void add_hosts_tests(void)
{
    g_test_add_func("/link/hosts/read", test_read);
    g_test_add_func("/link/hosts/rank", test_rank);
    g_test_add_func("/link/hosts/for", test_for);
}
