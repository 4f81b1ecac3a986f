// SPDX-License-Identifier: BSD-2-Clause
// In a guest of the boot tests: `burst ADDRESS BYTES DATAGRAMS TIMES` sends UDP datagrams in
// groups. Linux cuts a message of many datagrams into packets only above the driver (UDP_SEGMENT),
// and hands it all of them before it is to notify the device. Nobody need listen at the port.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

/** The port. */
#define PORT 9
/** Longest message: what an IP packet holds. */
#define MESSAGE 65507
/** The option, where the C library does not know it. */
#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

static int failed(const char *what)
{
    perror(what);
    return 1;
}

int main(int argc, char **argv)
{
    static char message[MESSAGE];
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(PORT)};
    int bytes = argc == 5 ? atoi(argv[2]) : 0;
    int all = bytes * (argc == 5 ? atoi(argv[3]) : 0);
    if (all <= 0 || all > MESSAGE || inet_pton(AF_INET, argv[1], &to.sin_addr) != 1) {
        fprintf(stderr, "usage: burst ADDRESS BYTES DATAGRAMS TIMES\n");
        return 2;
    }
    int s = socket(AF_INET, SOCK_DGRAM, 0);
    if (s < 0 || setsockopt(s, IPPROTO_UDP, UDP_SEGMENT, &bytes, sizeof(bytes)) != 0) {
        return failed("UDP_SEGMENT");
    }
    for (int i = atoi(argv[4]); i > 0; i--) {
        if (sendto(s, message, (size_t)all, 0, (struct sockaddr *)&to, sizeof(to)) != all) {
            return failed("sendto");
        }
    }
    return 0;
}
